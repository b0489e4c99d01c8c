// RUN: not mica-run --interpret -e outside %s 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// RUN: not mica-run --interpret -e after_free %s 2>&1 | FileCheck %s --check-prefix=AFTER
// RUN: not mica-run --interpret -e twice %s 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not mica-run --interpret -e unwritten %s 2>&1 | FileCheck %s --check-prefix=UNWRITTEN
// RUN: not mica-run --interpret -e constant %s 2>&1 | FileCheck %s --check-prefix=CONSTANT
// RUN: not mica-run --interpret -e slice %s 2>&1 | FileCheck %s --check-prefix=SLICE
// RUN: not mica-run --interpret -e shapes %s 2>&1 | FileCheck %s --check-prefix=SHAPES
// RUN: not mica-run --interpret -e returned %s 2>&1 | FileCheck %s --check-prefix=RETURNED
// RUN: not mica-run --interpret -e endless %s 2>&1 | FileCheck %s --check-prefix=ENDLESS

func.func @outside() -> f32 {
  %m = memref.alloc() : memref<4xf32>
  %four = arith.constant 4 : index
  // OUTSIDE: [[#@LINE+1]]:8: error: 'memref.load' op has index 4 of dimension 0, whose size is 4
  %x = memref.load %m[%four] : memref<4xf32>
  return %x : f32
}

func.func @after_free() -> f32 {
  %m = memref.alloc() : memref<f32>
  memref.dealloc %m : memref<f32>
  // AFTER: [[#@LINE+1]]:8: error: 'memref.load' op reads memory that was freed
  %x = memref.load %m[] : memref<f32>
  return %x : f32
}

func.func @twice() {
  %m = memref.alloc() : memref<f32>
  memref.dealloc %m : memref<f32>
  // TWICE: [[#@LINE+1]]:3: error: 'memref.dealloc' op frees memory that was freed before
  memref.dealloc %m : memref<f32>
  return
}

// What was not written may be read, but must not decide.
func.func @unwritten() -> i32 {
  %m = memref.alloc() : memref<i1>
  %x = memref.load %m[] : memref<i1>
  %one = arith.constant 1 : i32
  // UNWRITTEN: [[#@LINE+1]]:8: error: 'scf.if' op uses a poison value as operand #0
  %r = scf.if %x -> i32 {
    scf.yield %one : i32
  } else {
    scf.yield %one : i32
  }
  return %r : i32
}

memref.global "private" constant @numbers : memref<2xi32> = dense<[1, 2]>
func.func @constant() {
  %m = memref.get_global @numbers : memref<2xi32>
  %c0 = arith.constant 0 : index
  %x = memref.load %m[%c0] : memref<2xi32>
  // CONSTANT: [[#@LINE+1]]:3: error: 'memref.store' op writes memory that is constant
  memref.store %x, %m[%c0] : memref<2xi32>
  return
}

func.func @slice() -> tensor<2xf32> {
  %t = arith.constant dense<1.0> : tensor<4xf32>
  %three = arith.constant 3 : index
  // SLICE: [[#@LINE+1]]:8: error: 'tensor.extract_slice' op takes 2 elements at 3 with stride 1 of dimension 0, whose size is 4
  %s = tensor.extract_slice %t[%three] [2] [1] : tensor<4xf32> to tensor<2xf32>
  return %s : tensor<2xf32>
}

func.func @shapes() -> tensor<?xf32> {
  %two = arith.constant 2 : index
  %t = arith.constant dense<1.0> : tensor<4xf32>
  %short = tensor.extract_slice %t[0] [%two] [1] : tensor<4xf32> to tensor<?xf32>
  %long = tensor.cast %t : tensor<4xf32> to tensor<?xf32>
  // SHAPES: [[#@LINE+1]]:8: error: 'linalg.add' op touches index 3 of dimension 0, whose size is 2
  %r = linalg.add ins(%long, %short : tensor<?xf32>, tensor<?xf32>) outs(%long : tensor<?xf32>)
    -> tensor<?xf32>
  return %r : tensor<?xf32>
}

func.func @local() -> memref<f32> {
  %m = memref.alloca() : memref<f32>
  return %m : memref<f32>
}
func.func @returned() -> f32 {
  %m = call @local() : () -> memref<f32>
  // RETURNED: [[#@LINE+1]]:8: error: 'memref.load' op reads memory that was freed
  %x = memref.load %m[] : memref<f32>
  return %x : f32
}

func.func @endless() -> f32 {
  %m = memref.alloc() : memref<4xf32>
  %to = memref.alloc() : memref<5xf32>
  %from = memref.reinterpret_cast %m to offset: [0], sizes: [5], strides: [4611686018427387904]
    : memref<4xf32> to memref<5xf32, strided<[4611686018427387904]>>
  // ENDLESS: [[#@LINE+1]]:3: error: 'memref.copy' op uses a memref that is larger than any memory
  memref.copy %from, %to : memref<5xf32, strided<[4611686018427387904]>> to memref<5xf32>
  %c0 = arith.constant 0 : index
  %x = memref.load %to[%c0] : memref<5xf32>
  return %x : f32
}
