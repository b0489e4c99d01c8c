// RUN: mica-opt %s --convert-gpu-launch-to-mica-rt=device-argument=true --split-input-file --verify-diagnostics

// Without launches there is nothing to wait for, but the device's memory is out of reach all the
// same; views of it are not.
func.func @touches(%a: memref<4xf32>, %b: memref<16xi8>) -> f32 {
  %c0 = arith.constant 0 : index
  %v = memref.view %b[%c0][] : memref<16xi8> to memref<4xf32>
  // expected-error @below {{touches memory of the device in host code}}
  %x = memref.load %a[%c0] : memref<4xf32>
  // expected-error @below {{touches memory of the device in host code}}
  memref.copy %a, %v : memref<4xf32> to memref<4xf32>
  return %x : f32
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    gpu.func @k(%a: memref<4xf32>) kernel attributes {known_block_size = array<i32: 1, 1, 1>} {
      gpu.return
    }
  }
  func.func @no_binary(%a: memref<4xf32>) {
    %c1 = arith.constant 1 : index
    // expected-error @below {{expects a gpu.binary @m with one object}}
    gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%a : memref<4xf32>)
    return
  }
}
