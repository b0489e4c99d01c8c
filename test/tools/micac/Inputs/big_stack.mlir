// 80,000 bytes on the stack, indexed by data so that they can't be optimized away.
func.func @model(%x: tensor<4xf32>, %p: tensor<4xi32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20000 = arith.constant 20000 : index
  %m = memref.alloca() : memref<20000xf32>
  scf.for %i = %c0 to %c20000 step %c1 {
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    memref.store %f, %m[%i] : memref<20000xf32>
  }
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x, %p : tensor<4xf32>, tensor<4xi32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %at: i32, %o: f32):
    %i = arith.index_cast %at : i32 to index
    %v = memref.load %m[%i] : memref<20000xf32>
    memref.store %a, %m[%i] : memref<20000xf32>
    %s = arith.addf %a, %v : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
