// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

func.func @not_in_container(%n: index) {
  // expected-error @below {{'gpu.launch_func' op expected the closest surrounding module to have the 'gpu.container_module' attribute}}
  gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
  return
}

// -----

module attributes {gpu.container_module} {
  func.func @no_module(%n: index) {
    // expected-error @below {{'gpu.launch_func' op kernel container 'kernels' is undefined}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k() {
      gpu.return
    }
  }
  func.func @no_kernel(%n: index) {
    // expected-error @below {{'gpu.launch_func' op kernel function is missing the 'gpu.kernel' attribute}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k(%x: f32) kernel {
      gpu.return
    }
  }
  func.func @arguments(%n: index) {
    // expected-error @below {{'gpu.launch_func' op got 0 kernel operands but expected 1}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k(%x: f32) kernel {
      gpu.return
    }
  }
  func.func @argument_type(%n: index, %i: i32) {
    // expected-error @below {{'gpu.launch_func' op type of function argument 0 does not match}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%i : i32)
    return
  }
}

// -----

gpu.module @kernels {
  // expected-error @below {{'gpu.func' op expected void return type for kernel function}}
  gpu.func @result() -> i32 kernel {
    %0 = arith.constant 0 : i32
    gpu.return %0 : i32
  }
}

// -----

gpu.module @kernels {
  gpu.func @return_count() -> i32 {
    // expected-error @below {{'gpu.return' op expected 1 result operands}}
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @return_type(%x: f32) -> i32 {
    // expected-error @below {{'gpu.return' op unexpected type `'f32'' for operand #0}}
    gpu.return %x : f32
  }
}

// -----

gpu.module @kernels {
  // expected-error @below {{'gpu.func' op expected memref type in attribution}}
  gpu.func @attribution() workgroup(%w: i32) {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @below {{'gpu.func' op expected memory space workgroup in attribution}}
  gpu.func @workgroup_space() workgroup(%w: memref<4xf32, #gpu.address_space<private>>) {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @below {{'gpu.func' op expected memory space private in attribution}}
  gpu.func @private_space() private(%p: memref<4xf32, #gpu.address_space<global>>) {
    gpu.return
  }
}

// -----

// expected-error @below {{'gpu.func' op expects parent op 'gpu.module'}}
gpu.func @outside() {
  gpu.return
}

// -----

func.func @reduce_kind(%x: f32) {
  // expected-error @below {{custom op 'gpu.all_reduce' invalid op kind}}
  %0 = gpu.all_reduce no_such %x {
  } : (f32) -> f32
  return
}

// -----

func.func @reduce_type(%x: f32) {
  // expected-error @below {{`xor` reduction operation is not compatible with type 'f32'}}
  %0 = gpu.all_reduce xor %x {
  } : (f32) -> f32
  return
}

// -----

func.func @reduce_nothing(%x: f32) {
  // expected-error @below {{expected either an op attribute or a non-empty body}}
  %0 = gpu.all_reduce %x {
  } : (f32) -> f32
  return
}

// -----

func.func @reduce_arguments(%x: f32) {
  // expected-error @below {{expected two region arguments}}
  %0 = gpu.all_reduce %x {
  ^bb0(%a: f32):
    gpu.yield %a : f32
  } : (f32) -> f32
  return
}

// -----

func.func @reduce_argument_type(%x: f32) {
  // expected-error @below {{incorrect region argument type}}
  %0 = gpu.all_reduce %x {
  ^bb0(%a: f32, %b: i32):
    gpu.yield %a : f32
  } : (f32) -> f32
  return
}

// -----

func.func @reduce_yield(%x: f32) {
  // expected-error @below {{expected one gpu.yield operand}}
  %0 = gpu.all_reduce %x {
  ^bb0(%a: f32, %b: f32):
    gpu.yield %a, %b : f32, f32
  } : (f32) -> f32
  return
}

// -----

func.func @reduce_yield_type(%x: f32) {
  // expected-error @below {{incorrect gpu.yield type}}
  %0 = gpu.all_reduce %x {
  ^bb0(%a: f32, %b: f32):
    %i = arith.constant 1 : i32
    gpu.yield %i : i32
  } : (f32) -> f32
  return
}

// -----

func.func @subgroup_reduce_type(%x: i32) {
  // expected-error @below {{`minnumf` reduction operation is not compatible with type 'i32'}}
  %0 = gpu.subgroup_reduce minnumf %x : (i32) -> i32
  return
}

// -----

func.func @unnamed_token() {
  // expected-error @below {{custom op 'gpu.wait' needs to be named when marked 'async'}}
  gpu.wait async
}

// -----

func.func @alloc_sizes(%n: index) {
  // expected-error @below {{'gpu.alloc' op dimension operand count does not equal memref dynamic dimension count}}
  %0 = gpu.alloc (%n) : memref<4xf32>
  return
}

// -----

func.func @alloc_symbols(%n: index) {
  // expected-error @below {{'gpu.alloc' op symbol operand count does not equal memref symbol count}}
  %0 = gpu.alloc ()[%n] : memref<4xf32>
  return
}

// -----

func.func @copy_element(%a: memref<4xf32>, %b: memref<4xi32>) {
  // expected-error @below {{'gpu.memcpy' op arguments have incompatible element type}}
  gpu.memcpy %a, %b : memref<4xf32>, memref<4xi32>
  return
}

// -----

func.func @copy_shape(%a: memref<4xf32>, %b: memref<5xf32>) {
  // expected-error @below {{'gpu.memcpy' op arguments have incompatible shape}}
  gpu.memcpy %a, %b : memref<4xf32>, memref<5xf32>
  return
}

// -----

// expected-error @below {{operand expected to be one of AOp, BOp or COp}}
func.func private @matrix_operand(!gpu.mma_matrix<16x16xf16, "DOp">)

// -----

// expected-error @below {{MMAMatrixType must have exactly two dimensions}}
func.func private @matrix_rank(!gpu.mma_matrix<16xf16, "AOp">)

// -----

// expected-error @below {{MMAMatrixType elements must be SI8, UI8, I32, F16, or F32}}
func.func private @matrix_element(!gpu.mma_matrix<16x16xf64, "AOp">)

// -----

func.func @matrix_store(%m: !gpu.mma_matrix<16x16xf16, "AOp">, %x: memref<32x32xf16, 3>, %i: index) {
  // expected-error @below {{expected the operand matrix being stored to have 'COp' operand type}}
  gpu.subgroup_mma_store_matrix %m, %x[%i, %i] {leadDimension = 32 : index} : !gpu.mma_matrix<16x16xf16, "AOp">, memref<32x32xf16, 3>
  return
}

// -----

func.func @matrix_order(%a: !gpu.mma_matrix<16x16xf16, "AOp">, %b: !gpu.mma_matrix<16x16xf16, "BOp">, %c: !gpu.mma_matrix<16x16xf16, "COp">) {
  // expected-error @below {{operands must be in the order AOp, BOp, COp}}
  %0 = gpu.subgroup_mma_compute %b, %a, %c : !gpu.mma_matrix<16x16xf16, "BOp">, !gpu.mma_matrix<16x16xf16, "AOp"> -> !gpu.mma_matrix<16x16xf16, "COp">
  return
}

// -----

func.func @matrix_shape(%a: !gpu.mma_matrix<16x8xf16, "AOp">, %b: !gpu.mma_matrix<16x16xf16, "BOp">, %c: !gpu.mma_matrix<16x16xf16, "COp">) {
  // expected-error @below {{operand shapes do not satisfy matmul constraints}}
  %0 = gpu.subgroup_mma_compute %a, %b, %c : !gpu.mma_matrix<16x8xf16, "AOp">, !gpu.mma_matrix<16x16xf16, "BOp"> -> !gpu.mma_matrix<16x16xf16, "COp">
  return
}
