// y = x / its sum, for as many rows as `count` says; rows must have a sum, and be there.
func.func @main(%x: tensor<4x2xf32> {onnx.name = "x"}, %count: tensor<i64> {onnx.name = "count"},
                %strict: tensor<i1> {onnx.name = "strict"}) -> (tensor<4x2xf32> {onnx.name = "y"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : i64
  %zero = arith.constant 0.0 : f32
  %n = tensor.extract %count[] : tensor<i64>
  %is_there = arith.cmpi ule, %n, %c4 : i64
  cf.assert %is_there, "more rows than there are"
  %rows = arith.index_cast %n : i64 to index
  %is_strict = tensor.extract %strict[] : tensor<i1>
  %empty = tensor.empty() : tensor<4x2xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = scf.for %i = %c0 to %rows step %c1 iter_args(%t = %start) -> tensor<4x2xf32> {
    %a = tensor.extract %x[%i, %c0] : tensor<4x2xf32>
    %b = tensor.extract %x[%i, %c1] : tensor<4x2xf32>
    %sum = arith.addf %a, %b : f32
    scf.if %is_strict {
      %has_sum = arith.cmpf one, %sum, %zero : f32
      cf.assert %has_sum, "a row has no sum"
    }
    %p = arith.divf %a, %sum : f32
    %q = arith.divf %b, %sum : f32
    %u = tensor.insert %p into %t[%i, %c0] : tensor<4x2xf32>
    %v = tensor.insert %q into %u[%i, %c1] : tensor<4x2xf32>
    scf.yield %v : tensor<4x2xf32>
  }
  return %y : tensor<4x2xf32>
}
