// Types change through calls, loops, branches, views, copies, vectors and regions; only arithmetic
// keeps types of 4 bits, between a trunci and an extui.
// RUN: mica-opt %s --expand-narrow-types | FileCheck %s
// RUN: mica-opt %s --expand-narrow-types | FileCheck --check-prefix=NONE %s
// NONE-NOT: {{f8E5M2|f4E2M1FN|(tensor|memref)<[^>]*i4}}
// CHECK: func.func private @callee(i8, tensor<?xi8>) -> (i8, tensor<?xi8>)
// CHECK: memref<8xi8, strided<[2], offset: ?>>, {{.*}}memref<*xi8>) -> (i8, tensor<?xi8>) {
// CHECK: call @callee({{.*}}) : (i8, tensor<?xi8>) -> (i8, tensor<?xi8>)
// CHECK: scf.for {{.*}} -> (i8, tensor<?xi8>) {
// CHECK: scf.if {{.*}} -> (i8) {
// CHECK: memref.view {{.*}} : memref<64xi8> to memref<4x4xi8>
// CHECK: vector.transfer_read {{.*}} : memref<4x4xi8>, vector<4xi8>
// CHECK: arith.addi {{.*}} : vector<4xi4>
// CHECK: vector.broadcast {{.*}} : i8 to vector<4xi8>
// CHECK: vector.extract {{.*}} : i8 from vector<4xi8>
// CHECK: memref.cast {{.*}} : memref<*xi8> to memref<?xi8>
// CHECK: linalg.fill ins({{.*}} : i8) outs({{.*}} : memref<?xi8>)
// CHECK: tensor.yield {{.*}} : i8
// CHECK: cf.cond_br {{.*}} : i8), {{.*}} : i8, tensor<?xi8>)
func.func private @callee(f8E5M2, tensor<?xi4>) -> (f8E5M2, tensor<?xi4>)
func.func @s(%x: f8E5M2, %t: tensor<?xi4>, %m: memref<8xf8E5M2, strided<[2], offset: ?>>, %n: index, %p: i1, %buf: memref<64xi8>, %um: memref<*xi4>) -> (f8E5M2, tensor<?xi4>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = call @callee(%x, %t) : (f8E5M2, tensor<?xi4>) -> (f8E5M2, tensor<?xi4>)
  %1:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %0#0, %b = %0#1) -> (f8E5M2, tensor<?xi4>) {
    %l = memref.load %m[%i] : memref<8xf8E5M2, strided<[2], offset: ?>>
    %s = arith.addf %a, %l : f8E5M2
    %e = tensor.extract %b[%i] : tensor<?xi4>
    %f = arith.addi %e, %e : i4
    %g = tensor.insert %f into %b[%i] : tensor<?xi4>
    scf.yield %s, %g : f8E5M2, tensor<?xi4>
  }
  %2 = scf.if %p -> (f8E5M2) {
    scf.yield %1#0 : f8E5M2
  } else {
    %z = arith.constant 1.0 : f8E5M2
    scf.yield %z : f8E5M2
  }
  %v = memref.view %buf[%c0][] : memref<64xi8> to memref<4x4xi4>
  %pad = arith.constant 0 : i4
  %r = vector.transfer_read %v[%c0, %c0], %pad : memref<4x4xi4>, vector<4xi4>
  %r2 = arith.addi %r, %r : vector<4xi4>
  %bc = vector.broadcast %pad : i4 to vector<4xi4>
  %r3 = arith.maxsi %r2, %bc : vector<4xi4>
  vector.transfer_write %r3, %v[%c0, %c0] : vector<4xi4>, memref<4x4xi4>
  %ex = vector.extract %r3[0] : i4 from vector<4xi4>
  %cast = memref.cast %um : memref<*xi4> to memref<?xi4>
  memref.store %ex, %cast[%c0] : memref<?xi4>
  %alloc = memref.alloc(%n) : memref<?xf4E2M1FN>
  %k = arith.constant -1.5 : f4E2M1FN
  linalg.fill ins(%k : f4E2M1FN) outs(%alloc : memref<?xf4E2M1FN>)
  %dest = memref.alloc(%n) : memref<?xf4E2M1FN>
  memref.copy %alloc, %dest : memref<?xf4E2M1FN> to memref<?xf4E2M1FN>
  %padded = tensor.pad %1#1 low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %pad : i4
  } : tensor<?xi4> to tensor<?xi4>
  %fe = tensor.from_elements %ex, %pad : tensor<2xi4>
  %cc = tensor.concat dim(0) %padded, %fe : (tensor<?xi4>, tensor<2xi4>) -> tensor<?xi4>
  cf.cond_br %p, ^a(%2 : f8E5M2), ^b(%x, %cc : f8E5M2, tensor<?xi4>)
^a(%q: f8E5M2):
  cf.br ^b(%q, %padded : f8E5M2, tensor<?xi4>)
^b(%q2: f8E5M2, %w: tensor<?xi4>):
  return %q2, %w : f8E5M2, tensor<?xi4>
}
