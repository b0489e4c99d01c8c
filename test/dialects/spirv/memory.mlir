// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Memory, and control flow with its regions.

spirv.module Logical GLSL450 {
  // CHECK: spirv.GlobalVariable @buffer bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
  spirv.GlobalVariable @buffer bind(0, 0) : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
  // CHECK-LABEL: spirv.func @memory
  spirv.func @memory(%i: i32, %x: f32) "None" {
    // CHECK: %{{.*}} = spirv.Variable : !spirv.ptr<f32, Function>
    %0 = spirv.Variable : !spirv.ptr<f32, Function>
    // CHECK: %{{.*}} = spirv.Constant 1.000000e+00 : f32
    %c = spirv.Constant 1.000000e+00 : f32
    // CHECK: %{{.*}} = spirv.Variable init(%{{.*}}) : !spirv.ptr<f32, Function>
    %1 = spirv.Variable init(%c) : !spirv.ptr<f32, Function>
    // CHECK: %{{.*}} = spirv.mlir.addressof @buffer : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
    %2 = spirv.mlir.addressof @buffer : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>
    // CHECK: %{{.*}} = spirv.Constant 0 : i32
    %3 = spirv.Constant 0 : i32
    // CHECK: %{{.*}} = spirv.AccessChain %{{.*}}[%{{.*}}, %{{.*}}] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    %4 = spirv.AccessChain %2[%3, %i] : !spirv.ptr<!spirv.struct<(!spirv.array<16 x f32, stride=4> [0])>, StorageBuffer>, i32, i32
    // CHECK: %{{.*}} = spirv.Load "StorageBuffer" %{{.*}} : f32
    %5 = spirv.Load "StorageBuffer" %4 : f32
    // CHECK: %{{.*}} = spirv.Load "Function" %{{.*}} ["Volatile"] : f32
    %6 = spirv.Load "Function" %0 ["Volatile"] : f32
    // CHECK: %{{.*}} = spirv.Load "Function" %{{.*}} ["Aligned", 4] : f32
    %7 = spirv.Load "Function" %0 ["Aligned", 4] : f32
    // CHECK: spirv.Store "StorageBuffer" %{{.*}}, %{{.*}} : f32
    spirv.Store "StorageBuffer" %4, %5 : f32
    // CHECK: spirv.Store "Function" %{{.*}}, %{{.*}} ["Volatile|Aligned", 4] : f32
    spirv.Store "Function" %0, %x ["Volatile|Aligned", 4] : f32
    spirv.Return
  }
  // CHECK-LABEL: spirv.func @flow
  spirv.func @flow(%c: i1, %n: i32) -> i32 "None" {
    // CHECK: %{{.*}} = spirv.Constant 0 : i32
    %0 = spirv.Constant 0 : i32
    // CHECK: %{{.*}} = spirv.Variable init(%{{.*}}) : !spirv.ptr<i32, Function>
    %1 = spirv.Variable init(%0) : !spirv.ptr<i32, Function>
    // CHECK: spirv.mlir.selection control(Flatten) {
    spirv.mlir.selection control(Flatten) {
      // CHECK: spirv.BranchConditional %{{.*}} [1, 2], ^bb1, ^bb2
      spirv.BranchConditional %c [1, 2], ^bb1, ^bb2
    ^bb1:
      // CHECK: spirv.Store "Function" %{{.*}}, %{{.*}} : i32
      spirv.Store "Function" %1, %n : i32
      // CHECK: spirv.Branch ^bb2
      spirv.Branch ^bb2
    ^bb2:
      // CHECK: spirv.mlir.merge
      spirv.mlir.merge
    }
    // CHECK: spirv.mlir.loop {
    spirv.mlir.loop {
      // CHECK: spirv.Branch ^bb1(%{{.*}} : i32)
      spirv.Branch ^bb1(%0 : i32)
    ^bb1(%2: i32):
      // CHECK: %{{.*}} = spirv.SLessThan %{{.*}}, %{{.*}} : i32
      %3 = spirv.SLessThan %2, %n : i32
      // CHECK: spirv.BranchConditional %{{.*}}, ^bb2, ^bb4
      spirv.BranchConditional %3, ^bb2, ^bb4
    ^bb2:
      // CHECK: spirv.Branch ^bb3
      spirv.Branch ^bb3
    ^bb3:
      // CHECK: %{{.*}} = spirv.IAdd %{{.*}}, %{{.*}} : i32
      %4 = spirv.IAdd %2, %n : i32
      // CHECK: spirv.Branch ^bb1(%{{.*}} : i32)
      spirv.Branch ^bb1(%4 : i32)
    ^bb4:
      // CHECK: spirv.mlir.merge
      spirv.mlir.merge
    }
    // CHECK: %{{.*}} = spirv.Load "Function" %{{.*}} : i32
    %5 = spirv.Load "Function" %1 : i32
    // CHECK: spirv.ReturnValue %{{.*}} : i32
    spirv.ReturnValue %5 : i32
  }
  // CHECK-LABEL: spirv.func @gone
  spirv.func @gone(%c: i1) "None" {
    // CHECK: spirv.Branch ^bb2
    spirv.Branch ^bb2
  ^bb1:
    // CHECK: spirv.Unreachable
    spirv.Unreachable
  ^bb2:
    spirv.Return
  }
}
