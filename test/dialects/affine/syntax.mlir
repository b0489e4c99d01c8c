// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt %s --mlir-print-op-generic | mica-opt | FileCheck %s
// RUN: mica-opt --no-compiled-dialects \
// RUN:   --load-dialect=%S/../../../dialects/affine/affine.dialect \
// RUN:   --load-dialect=%S/../../../dialects/arith/arith.dialect \
// RUN:   --load-dialect=%S/../../../dialects/func/func.dialect \
// RUN:   %s | FileCheck %s

// Maps, sets, bounds and indices as expressions.

func.func @f(%a: index, %m: memref<4x?xf32>, %z: f32) {
  %0 = affine.apply affine_map<(d0)[s0] -> (d0 + s0)>(%a)[%a]
  %1 = affine.min affine_map<(d0) -> (d0, 4)>(%a)
  %2 = affine.max affine_map<()[s0] -> (s0, 4)>()[%a]
  affine.for %i = 0 to 10 { 
    affine.for %j = max affine_map<(d0) -> (d0, 4)>(%i) to min affine_map<(d0)[s0] -> (d0, s0)>(%i)[%a] step 2 {
     %l = affine.load %m[%i, %j + 1] : memref<4x?xf32>
     affine.store %l, %m[%i * 2, symbol(%a)] : memref<4x?xf32>
     affine.prefetch %m[%i, %j], read, locality<3>, data : memref<4x?xf32>
    } }
  %r = affine.for %i = %a to %a iter_args(%x = %z) -> (f32) { affine.yield %x : f32 }
  %r2 = affine.for %i = affine_map<(d0) -> (d0 + 1)>(%a) to %a iter_args(%x = %z) -> (f32) { affine.yield %x : f32 } {foo}
  affine.if affine_set<(d0)[s0] : (d0 - 1 >= 0, s0 == 0)>(%a)[%a] { } else { }
  %q = affine.if affine_set<(d0) : (d0 - 1 >= 0)>(%a) -> f32 { affine.yield %z : f32 } else { affine.yield %z : f32 }
  %v = affine.vector_load %m[%a, %a] : memref<4x?xf32>, vector<4xf32>
  affine.vector_store %v, %m[%a, %a] : memref<4x?xf32>, vector<4xf32>
  return
}

// CHECK:      #map = affine_map<(d0)[s0] -> (d0 + s0)>
// CHECK-NEXT: #map1 = affine_map<(d0) -> (d0, 4)>
// CHECK-NEXT: #map2 = affine_map<()[s0] -> (s0, 4)>
// CHECK-NEXT: #map3 = affine_map<(d0)[s0] -> (d0, s0)>
// CHECK-NEXT: #map4 = affine_map<(d0) -> (d0 + 1)>
// CHECK-NEXT: #set = affine_set<(d0)[s0] : (d0 - 1 >= 0, s0 == 0)>
// CHECK-NEXT: #set1 = affine_set<(d0) : (d0 - 1 >= 0)>
// CHECK-NEXT: module {
// CHECK-NEXT:   func.func @f(%arg0: index, %arg1: memref<4x?xf32>, %arg2: f32) {
// CHECK-NEXT:     %0 = affine.apply #map(%arg0)[%arg0]
// CHECK-NEXT:     %1 = affine.min #map1(%arg0)
// CHECK-NEXT:     %2 = affine.max #map2()[%arg0]
// CHECK-NEXT:     affine.for %arg3 = 0 to 10 {
// CHECK-NEXT:       affine.for %arg4 = max #map1(%arg3) to min #map3(%arg3)[%arg0] step 2 {
// CHECK-NEXT:         %7 = affine.load %arg1[%arg3, %arg4 + 1] : memref<4x?xf32>
// CHECK-NEXT:         affine.store %7, %arg1[%arg3 * 2, symbol(%arg0)] : memref<4x?xf32>
// CHECK-NEXT:         affine.prefetch %arg1[%arg3, %arg4], read, locality<3>, data : memref<4x?xf32>
// CHECK-NEXT:       }
// CHECK-NEXT:     }
// CHECK-NEXT:     %3 = affine.for %arg3 = %arg0 to %arg0 iter_args(%arg4 = %arg2) -> (f32) {
// CHECK-NEXT:       affine.yield %arg4 : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     %4 = affine.for %arg3 = #map4(%arg0) to %arg0 iter_args(%arg4 = %arg2) -> (f32) {
// CHECK-NEXT:       affine.yield %arg4 : f32
// CHECK-NEXT:     } {foo}
// CHECK-NEXT:     affine.if #set(%arg0)[%arg0] {
// CHECK-NEXT:     } else {
// CHECK-NEXT:     }
// CHECK-NEXT:     %5 = affine.if #set1(%arg0) -> f32 {
// CHECK-NEXT:       affine.yield %arg2 : f32
// CHECK-NEXT:     } else {
// CHECK-NEXT:       affine.yield %arg2 : f32
// CHECK-NEXT:     }
// CHECK-NEXT:     %6 = affine.vector_load %arg1[%arg0, %arg0] : memref<4x?xf32>, vector<4xf32>
// CHECK-NEXT:     affine.vector_store %6, %arg1[%arg0, %arg0] : memref<4x?xf32>, vector<4xf32>
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }
