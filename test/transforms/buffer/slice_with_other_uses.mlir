// RUN: mica-opt %s --one-shot-bufferize="bufferize-function-boundaries=true" | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// What is written to the slice is used elsewhere as well, so that it lies in a copy: the
// insertion must bring it back.
// CHECK-LABEL: func.func @copied_slice
// CHECK: %[[P:.*]] = memref.alloc() {{.*}} : memref<6xf32>
// CHECK: linalg.generic {{.*}} outs(%[[R:.*]] : memref<4xf32>)
// CHECK: %[[S:.*]] = memref.subview %[[P]][1] [4] [1]
// CHECK: memref.copy %[[R]], %[[S]]
// CHECK: return %[[P]]
func.func @copied_slice(%x: tensor<4xf32>, %v: f32) -> (tensor<6xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<6xf32>
  %p = linalg.fill ins(%v : f32) outs(%e : tensor<6xf32>) -> tensor<6xf32>
  %s = tensor.extract_slice %p[1] [4] [1] : tensor<6xf32> to tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%s : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = math.exp %a : f32
    linalg.yield %q : f32
  } -> tensor<4xf32>
  %i = tensor.insert_slice %r into %p[1] [4] [1] : tensor<4xf32> into tensor<6xf32>
  %e2 = tensor.empty() : tensor<8xf32>
  %j = tensor.insert_slice %r into %e2[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %i, %j : tensor<6xf32>, tensor<8xf32>
}

// Without other uses it is written where it belongs, and nothing is copied.
// CHECK-LABEL: func.func @slice_in_place
// CHECK-NOT: memref.copy
// CHECK: return
func.func @slice_in_place(%x: tensor<4xf32>, %v: f32) -> tensor<6xf32> {
  %e = tensor.empty() : tensor<6xf32>
  %p = linalg.fill ins(%v : f32) outs(%e : tensor<6xf32>) -> tensor<6xf32>
  %s = tensor.extract_slice %p[1] [4] [1] : tensor<6xf32> to tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%s : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = math.exp %a : f32
    linalg.yield %q : f32
  } -> tensor<4xf32>
  %i = tensor.insert_slice %r into %p[1] [4] [1] : tensor<4xf32> into tensor<6xf32>
  return %i : tensor<6xf32>
}
