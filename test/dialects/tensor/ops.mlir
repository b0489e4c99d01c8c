// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s
// Every op prints as it was written, and survives the generic form.

// CHECK-LABEL: func.func @shapes(
func.func @shapes(%t: tensor<4x?xf32>, %u: tensor<*xf32>, %n: index, %i: tensor<2x3xi32>) {
  // CHECK: %cast = tensor.cast %arg0 : tensor<4x?xf32> to tensor<?x8xf32>
  %0 = tensor.cast %t : tensor<4x?xf32> to tensor<?x8xf32>
  // CHECK: %cast_0 = tensor.cast %arg1 : tensor<*xf32> to tensor<?x?xf32>
  %1 = tensor.cast %u : tensor<*xf32> to tensor<?x?xf32>
  // CHECK: %0 = tensor.bitcast %arg3 : tensor<2x3xi32> to tensor<2x3xf32>
  %2 = tensor.bitcast %i : tensor<2x3xi32> to tensor<2x3xf32>
  // CHECK: %dim = tensor.dim %arg0, %arg2 : tensor<4x?xf32>
  %3 = tensor.dim %t, %n : tensor<4x?xf32>
  // CHECK: %rank = tensor.rank %arg1 : tensor<*xf32>
  %4 = tensor.rank %u : tensor<*xf32>
  // CHECK: %1 = tensor.empty(%arg2) : tensor<4x?xf32>
  %5 = tensor.empty(%n) : tensor<4x?xf32>
  // CHECK: %2 = tensor.empty() : tensor<4x8xf32, "encoding">
  %6 = tensor.empty() : tensor<4x8xf32, "encoding">
  // CHECK: %splat = tensor.splat %arg2[%arg2] : tensor<?x4xindex>
  %7 = tensor.splat %n[%n] : tensor<?x4xindex>
  // CHECK: %from_elements = tensor.from_elements %arg2, %arg2 : tensor<2xindex>
  %8 = tensor.from_elements %n, %n : tensor<2xindex>
  // CHECK: %extracted = tensor.extract %arg0[%arg2, %arg2] : tensor<4x?xf32>
  %9 = tensor.extract %t[%n, %n] : tensor<4x?xf32>
  // CHECK: %inserted = tensor.insert %extracted into %arg0[%arg2, %arg2] : tensor<4x?xf32>
  %10 = tensor.insert %9 into %t[%n, %n] : tensor<4x?xf32>
  return
}

// CHECK-LABEL: func.func @reshapes(
func.func @reshapes(%a: tensor<4x5x6xf32>, %b: tensor<?x?xf32>, %c: tensor<1x1xf32>, %s: tensor<2xi32>, %n: index) {
  // CHECK: %collapsed = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<4x5x6xf32> into tensor<20x6xf32>
  %0 = tensor.collapse_shape %a [[0, 1], [2]] : tensor<4x5x6xf32> into tensor<20x6xf32>
  // CHECK: %expanded = tensor.expand_shape %collapsed {{\[\[}}0, 1], [2]] output_shape [4, 5, 6] : tensor<20x6xf32> into tensor<4x5x6xf32>
  %1 = tensor.expand_shape %0 [[0, 1], [2]] output_shape [4, 5, 6] : tensor<20x6xf32> into tensor<4x5x6xf32>
  // CHECK: %collapsed_0 = tensor.collapse_shape %arg1 {{\[\[}}0, 1]] : tensor<?x?xf32> into tensor<?xf32>
  %2 = tensor.collapse_shape %b [[0, 1]] : tensor<?x?xf32> into tensor<?xf32>
  // CHECK: %expanded_1 = tensor.expand_shape %arg1 {{\[\[}}0, 1], [2]] output_shape [%arg4, 4, %arg4] : tensor<?x?xf32> into tensor<?x4x?xf32>
  %3 = tensor.expand_shape %b [[0, 1], [2]] output_shape [%n, 4, %n] : tensor<?x?xf32> into tensor<?x4x?xf32>
  // CHECK: %collapsed_2 = tensor.collapse_shape %arg2 [] : tensor<1x1xf32> into tensor<f32>
  %4 = tensor.collapse_shape %c [] : tensor<1x1xf32> into tensor<f32>
  // CHECK: %expanded_3 = tensor.expand_shape %collapsed_2 [] output_shape [1, 1] : tensor<f32> into tensor<1x1xf32>
  %5 = tensor.expand_shape %4 [] output_shape [1, 1] : tensor<f32> into tensor<1x1xf32>
  // CHECK: %reshape = tensor.reshape %arg1(%arg3) : (tensor<?x?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
  %6 = tensor.reshape %b(%s) : (tensor<?x?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
  return
}

// CHECK-LABEL: func.func @slices(
func.func @slices(%a: tensor<8x16x4xf32>, %b: tensor<4x4xf32>, %n: index) {
  // CHECK: %extracted_slice = tensor.extract_slice %arg0[0, %arg2, 2] [4, 4, 1] [1, 1, 1] : tensor<8x16x4xf32> to tensor<4x4xf32>
  %0 = tensor.extract_slice %a[0, %n, 2] [4, 4, 1] [1, 1, 1] : tensor<8x16x4xf32> to tensor<4x4xf32>
  // CHECK: %extracted_slice_0 = tensor.extract_slice %arg0[%arg2, %arg2, %arg2] [%arg2, 4, %arg2] [1, 2, %arg2] : tensor<8x16x4xf32> to tensor<?x4x?xf32>
  %1 = tensor.extract_slice %a[%n, %n, %n] [%n, 4, %n] [1, 2, %n] : tensor<8x16x4xf32> to tensor<?x4x?xf32>
  // CHECK: %inserted_slice = tensor.insert_slice %arg1 into %arg0[%arg2, 0, 0] [4, 4, 1] [1, 1, 1] {tag} : tensor<4x4xf32> into tensor<8x16x4xf32>
  %2 = tensor.insert_slice %b into %a[%n, 0, 0] [4, 4, 1] [1, 1, 1] {tag} : tensor<4x4xf32> into tensor<8x16x4xf32>
  // CHECK: %concat = tensor.concat dim(1) %arg1, %arg1 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x8xf32>
  %3 = tensor.concat dim(1) %b, %b : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: func.func @coordinates(
func.func @coordinates(%s: tensor<4x5x6xf32>, %i: tensor<1x7x2xindex>, %g: tensor<1x7x1x5x1xf32>) {
  // CHECK: %gather = tensor.gather %arg0[%arg1] gather_dims([0, 2]) unique : (tensor<4x5x6xf32>, tensor<1x7x2xindex>) -> tensor<1x7x1x5x1xf32>
  %0 = tensor.gather %s[%i] gather_dims([0, 2]) unique : (tensor<4x5x6xf32>, tensor<1x7x2xindex>) -> tensor<1x7x1x5x1xf32>
  // CHECK: %gather_0 = tensor.gather %arg0[%arg1] gather_dims([0, 2]) : (tensor<4x5x6xf32>, tensor<1x7x2xindex>) -> tensor<1x7x5xf32>
  %1 = tensor.gather %s[%i] gather_dims([0, 2]) : (tensor<4x5x6xf32>, tensor<1x7x2xindex>) -> tensor<1x7x5xf32>
  // CHECK: %scatter = tensor.scatter %arg2 into %arg0[%arg1] scatter_dims([0, 2]) unique : (tensor<1x7x1x5x1xf32>, tensor<4x5x6xf32>, tensor<1x7x2xindex>) -> tensor<4x5x6xf32>
  %2 = tensor.scatter %g into %s[%i] scatter_dims([0, 2]) unique : (tensor<1x7x1x5x1xf32>, tensor<4x5x6xf32>, tensor<1x7x2xindex>) -> tensor<4x5x6xf32>
  return
}

// CHECK-LABEL: func.func @tiles(
func.func @tiles(%a: tensor<64x100xf32>, %d: tensor<4x13x8x16xf32>, %e: tensor<8x7x8x16xf32>, %p: f32, %n: index) {
  // CHECK: %pack = tensor.pack %arg0 padding_value(%arg3 : f32) inner_dims_pos = [0, 1] inner_tiles = [8, 16] into %arg2 : tensor<64x100xf32> -> tensor<8x7x8x16xf32>
  %0 = tensor.pack %a padding_value(%p : f32) inner_dims_pos = [0, 1] inner_tiles = [8, 16] into %e : tensor<64x100xf32> -> tensor<8x7x8x16xf32>
  // CHECK: %unpack = tensor.unpack %pack inner_dims_pos = [0, 1] inner_tiles = [8, 16] into %arg0 : tensor<8x7x8x16xf32> -> tensor<64x100xf32>
  %1 = tensor.unpack %0 inner_dims_pos = [0, 1] inner_tiles = [8, 16] into %a : tensor<8x7x8x16xf32> -> tensor<64x100xf32>
  return
}
