// Every conversion to and from 16-bit floats, and a power: what CPUs without the instructions
// leave to functions.
#id = affine_map<(d0) -> (d0)>
#maps = [#id, #id]
func.func @model(%h: tensor<65536xf16>, %f: tensor<400000xf32>, %d: tensor<400000xf64>)
    -> (tensor<65536xf32>, tensor<400000xf16>, tensor<400000xbf16>, tensor<400000xf16>, tensor<400000xbf16>, tensor<400000xf32>) {
  %e0 = tensor.empty() : tensor<65536xf32>
  %0 = linalg.generic {indexing_maps = #maps, iterator_types = ["parallel"]} ins(%h : tensor<65536xf16>) outs(%e0 : tensor<65536xf32>) {
  ^bb0(%a: f16, %o: f32):
    %x = arith.extf %a : f16 to f32
    linalg.yield %x : f32
  } -> tensor<65536xf32>
  %e1 = tensor.empty() : tensor<400000xf16>
  %1 = linalg.generic {indexing_maps = #maps, iterator_types = ["parallel"]} ins(%f : tensor<400000xf32>) outs(%e1 : tensor<400000xf16>) {
  ^bb0(%a: f32, %o: f16):
    %x = arith.truncf %a : f32 to f16
    linalg.yield %x : f16
  } -> tensor<400000xf16>
  %e2 = tensor.empty() : tensor<400000xbf16>
  %2 = linalg.generic {indexing_maps = #maps, iterator_types = ["parallel"]} ins(%f : tensor<400000xf32>) outs(%e2 : tensor<400000xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %x = arith.truncf %a : f32 to bf16
    linalg.yield %x : bf16
  } -> tensor<400000xbf16>
  %e3 = tensor.empty() : tensor<400000xf16>
  %3 = linalg.generic {indexing_maps = #maps, iterator_types = ["parallel"]} ins(%d : tensor<400000xf64>) outs(%e3 : tensor<400000xf16>) {
  ^bb0(%a: f64, %o: f16):
    %x = arith.truncf %a : f64 to f16
    linalg.yield %x : f16
  } -> tensor<400000xf16>
  %e4 = tensor.empty() : tensor<400000xbf16>
  %4 = linalg.generic {indexing_maps = #maps, iterator_types = ["parallel"]} ins(%d : tensor<400000xf64>) outs(%e4 : tensor<400000xbf16>) {
  ^bb0(%a: f64, %o: bf16):
    %x = arith.truncf %a : f64 to bf16
    linalg.yield %x : bf16
  } -> tensor<400000xbf16>
  %e5 = tensor.empty() : tensor<400000xf32>
  %5 = linalg.generic {indexing_maps = #maps, iterator_types = ["parallel"]} ins(%f : tensor<400000xf32>) outs(%e5 : tensor<400000xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = linalg.index 0 : index
    %m = arith.index_cast %n : index to i32
    %c7 = arith.constant 7 : i32
    %r = arith.remsi %m, %c7 : i32
    %c3 = arith.constant 3 : i32
    %p = arith.subi %r, %c3 : i32
    %x = math.fpowi %a, %p : f32, i32
    linalg.yield %x : f32
  } -> tensor<400000xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<65536xf32>, tensor<400000xf16>, tensor<400000xbf16>, tensor<400000xf16>, tensor<400000xbf16>, tensor<400000xf32>
}
