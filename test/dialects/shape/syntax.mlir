// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/shape/shape.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// All ops and types, as MLIR 19 prints them.

// CHECK-LABEL: shape.function_library @lib {
// CHECK-NEXT:    func @same(%arg0: !shape.value_shape) -> !shape.shape {
// CHECK-NEXT:      %0 = shape_of %arg0 : !shape.value_shape -> !shape.shape
// CHECK-NEXT:      return %0 : !shape.shape
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @other
// CHECK-NEXT:      %0 = shape.shape_of
// CHECK-NEXT:      return %0 : !shape.shape
// CHECK:       } mapping {std.atan = @same, test.x = @other}
shape.function_library @lib {
  shape.func @same(%arg: !shape.value_shape) -> !shape.shape {
    %0 = shape_of %arg : !shape.value_shape -> !shape.shape
    return %0 : !shape.shape
  }
  func.func @other(%arg: !shape.value_shape) -> !shape.shape {
    %0 = shape.shape_of %arg : !shape.value_shape -> !shape.shape
    return %0 : !shape.shape
  }
} mapping {
  std.atan = @same, test.x = @other
}

// CHECK: shape.func private @decl(!shape.shape {a.b}) -> (!shape.shape {c.d = 1 : i32}) attributes {x}
shape.func private @decl(!shape.shape {a.b}) -> (!shape.shape {c.d = 1 : i32}) attributes {x}

// CHECK: shape.func @noresult() {
// CHECK-NEXT: return
shape.func @noresult() { shape.return }

// CHECK: module @uses attributes {shape.lib = [@a]}
module @uses attributes {shape.lib = [@a]} {
  // CHECK: shape.function_library @a attributes {foo} {
  // CHECK: } mapping {}
  shape.function_library @a attributes {foo} {
    func @f() { return }
  } mapping {}
}

// CHECK-LABEL: func.func @constants
func.func @constants() {
  // CHECK-NEXT: %0 = shape.const_shape  {a = 1 : i64}[1, 2, -3] : !shape.shape
  %0 = shape.const_shape {a = 1} [1, 2, -3] : !shape.shape
  // CHECK-NEXT: %1 = shape.const_shape [] : tensor<0xindex>
  %1 = shape.const_shape [] : tensor<0xindex>
  // CHECK-NEXT: %2 = shape.const_shape [7, 7] : tensor<2xindex>
  %2 = shape.const_shape [7, 7] : tensor<2xindex>
  // CHECK-NEXT: %c12 = shape.const_size 12
  %3 = shape.const_size 12
  // CHECK-NEXT: %c-1 = shape.const_size -1
  %4 = shape.const_size -1
  // CHECK-NEXT: %3 = shape.const_witness true
  %5 = shape.const_witness true
  return
}

// CHECK-LABEL: func.func @sizes
func.func @sizes(%z: !shape.size, %i: index, %s: !shape.shape) {
  // CHECK-NEXT: shape.add %arg0, %arg1 : !shape.size, index -> !shape.size
  %0 = shape.add %z, %i : !shape.size, index -> !shape.size
  // CHECK-NEXT: shape.div %arg1, %arg1 : index, index -> index
  %1 = shape.div %i, %i : index, index -> index
  // CHECK-NEXT: shape.mul %arg1, %arg1 : index, index -> !shape.size
  %2 = shape.mul %i, %i : index, index -> !shape.size
  // CHECK-NEXT: shape.index_to_size %arg1
  %3 = shape.index_to_size %i
  // CHECK-NEXT: shape.size_to_index %arg0 : !shape.size
  %4 = shape.size_to_index %z : !shape.size
  // CHECK-NEXT: shape.max %arg0, %arg0 : !shape.size, !shape.size -> !shape.size
  %5 = shape.max %z, %z : !shape.size, !shape.size -> !shape.size
  // CHECK-NEXT: shape.min %arg2, %arg2 : !shape.shape, !shape.shape -> !shape.shape
  %6 = shape.min %s, %s : !shape.shape, !shape.shape -> !shape.shape
  return
}

// CHECK-LABEL: func.func @shapes
func.func @shapes(%s: !shape.shape, %t: tensor<?xindex>, %z: !shape.size, %i: index, %a: tensor<2x3xf32>, %v: !shape.value_shape) {
  // CHECK-NEXT: shape.any %arg0, %arg1 : !shape.shape, tensor<?xindex> -> !shape.shape
  %0 = shape.any %s, %t : !shape.shape, tensor<?xindex> -> !shape.shape
  // CHECK-NEXT: shape.broadcast %arg0, %arg1 {error = "x"} : !shape.shape, tensor<?xindex> -> !shape.shape
  %1 = shape.broadcast %s, %t {error = "x"} : !shape.shape, tensor<?xindex> -> !shape.shape
  // CHECK-NEXT: shape.concat %arg0, %arg0 : !shape.shape, !shape.shape -> !shape.shape
  %2 = shape.concat %s, %s : !shape.shape, !shape.shape -> !shape.shape
  // CHECK-NEXT: "shape.debug_print"(%arg0) : (!shape.shape) -> !shape.shape
  %3 = "shape.debug_print"(%s) : (!shape.shape) -> !shape.shape
  // CHECK-NEXT: shape.dim %arg4, %arg3 : tensor<2x3xf32>, index -> index
  %4 = shape.dim %a, %i : tensor<2x3xf32>, index -> index
  // CHECK-NEXT: shape.from_extent_tensor %arg1 : tensor<?xindex>
  %5 = shape.from_extent_tensor %t : tensor<?xindex>
  // CHECK-NEXT: shape.from_extents %arg3, %arg2 : index, !shape.size
  %6 = shape.from_extents %i, %z : index, !shape.size
  // CHECK-NEXT: shape.get_extent %arg1, %arg3 : tensor<?xindex>, index -> index
  %7 = shape.get_extent %t, %i : tensor<?xindex>, index -> index
  // CHECK-NEXT: shape.is_broadcastable %arg0, %arg1 : !shape.shape, tensor<?xindex>
  %8 = shape.is_broadcastable %s, %t : !shape.shape, tensor<?xindex>
  // CHECK-NEXT: shape.meet %arg2, %arg3, error = "x" {foo} : !shape.size, index -> !shape.size
  %9 = shape.meet %z, %i, error = "x" {foo} : !shape.size, index -> !shape.size
  // CHECK-NEXT: shape.num_elements %arg0 : !shape.shape -> !shape.size
  %10 = shape.num_elements %s : !shape.shape -> !shape.size
  // CHECK-NEXT: shape.rank %arg1 : tensor<?xindex> -> index
  %11 = shape.rank %t : tensor<?xindex> -> index
  // CHECK-NEXT: shape.shape_eq %arg0, %arg1 : !shape.shape, tensor<?xindex>
  %12 = shape.shape_eq %s, %t : !shape.shape, tensor<?xindex>
  // CHECK-NEXT: shape.shape_of %arg4 : tensor<2x3xf32> -> tensor<?xindex>
  %13 = shape.shape_of %a : tensor<2x3xf32> -> tensor<?xindex>
  // CHECK-NEXT: %head, %tail = "shape.split_at"(%arg0, %arg3) : (!shape.shape, index) -> (!shape.shape, !shape.shape)
  %14:2 = "shape.split_at"(%s, %i) : (!shape.shape, index) -> (!shape.shape, !shape.shape)
  // CHECK-NEXT: shape.to_extent_tensor %arg0 : !shape.shape -> tensor<3xindex>
  %15 = shape.to_extent_tensor %s : !shape.shape -> tensor<3xindex>
  // CHECK-NEXT: shape.value_as_shape %arg1 : tensor<?xindex> -> !shape.shape
  %16 = shape.value_as_shape %t : tensor<?xindex> -> !shape.shape
  // CHECK-NEXT: shape.value_of %arg5 : tensor<?xf32>
  %17 = shape.value_of %v : tensor<?xf32>
  // CHECK-NEXT: shape.with_shape %arg4, %arg0 : tensor<2x3xf32>, !shape.shape
  %18 = shape.with_shape %a, %s : tensor<2x3xf32>, !shape.shape
  return
}

// CHECK-LABEL: func.func @reduce
func.func @reduce(%s: !shape.shape, %t: tensor<?xindex>, %i: index) {
  // CHECK-NEXT: %0 = shape.reduce(%arg0, %arg2) : !shape.shape -> index {
  // CHECK-NEXT: ^bb0(%arg3: index, %arg4: !shape.size, %arg5: index):
  // CHECK-NEXT:   shape.yield %arg5 : index
  // CHECK-NEXT: } {e}
  %0 = shape.reduce(%s, %i) : !shape.shape -> index {
  ^bb0(%x: index, %y: !shape.size, %z: index):
    shape.yield %z : index
  } {e}
  // CHECK-NEXT: %1:2 = shape.reduce(%arg1, %arg2, %arg2) : tensor<?xindex> -> (index, index) {
  // CHECK-NEXT: ^bb0(%arg3: index, %arg4: index, %arg5: index, %arg6: index):
  // CHECK-NEXT:   shape.yield %arg5, %arg6 : index, index
  // CHECK-NEXT: }
  %1:2 = shape.reduce(%t, %i, %i) : tensor<?xindex> -> (index, index) {
  ^bb0(%x: index, %y: index, %z: index, %u: index):
    shape.yield %z, %u : index, index
  }
  // Upstream prints an empty place for values here, which it can't read itself.
  // CHECK-NEXT: shape.reduce(%arg0) : !shape.shape {
  // CHECK-NEXT: ^bb0(%arg3: index, %arg4: !shape.size):
  // CHECK-NEXT:   shape.yield
  // CHECK-NEXT: }
  shape.reduce(%s) : !shape.shape {
  ^bb0(%x: index, %y: !shape.size):
    shape.yield
  }
  return
}

// CHECK-LABEL: func.func @witnesses
func.func @witnesses(%w: !shape.witness, %s: !shape.shape, %t: tensor<?xindex>, %c: i1, %i: index) {
  // CHECK-NEXT: shape.cstr_broadcastable %arg1, %arg2 : !shape.shape, tensor<?xindex>
  %0 = shape.cstr_broadcastable %s, %t : !shape.shape, tensor<?xindex>
  // CHECK-NEXT: shape.cstr_eq %arg1, %arg2 : !shape.shape, tensor<?xindex>
  %1 = shape.cstr_eq %s, %t : !shape.shape, tensor<?xindex>
  // CHECK-NEXT: shape.cstr_require %arg3, "message"
  %2 = shape.cstr_require %c, "message"
  // CHECK-NEXT: shape.assuming_all %0, %1, %2
  %3 = shape.assuming_all %0, %1, %2
  // CHECK-NEXT: shape.assuming %arg0 {
  // CHECK-NEXT: }
  shape.assuming %w { }
  // CHECK-NEXT: %4:2 = shape.assuming %3 -> (index, index) {
  // CHECK-NEXT:   shape.assuming_yield %arg4, %arg4 : index, index
  // CHECK-NEXT: }
  %4:2 = shape.assuming %3 -> (index, index) { shape.assuming_yield %i, %i : index, index }
  // CHECK-NEXT: %5 = shape.assuming %arg0 -> (index) {
  // CHECK-NEXT:   shape.assuming_yield %arg4 : index
  // CHECK-NEXT: } {b}
  %5 = shape.assuming %w -> index { shape.assuming_yield %i : index } {b}
  return
}
