// Casts to floats of 8 and 4 bits.
// RUN: mica-opt %s --convert-onnx-to-linalg | FileCheck %s

// With saturation: a clamp before truncf.
// CHECK-LABEL: func.func @saturate
// CHECK: arith.constant -4.480000e+02 : f32
// CHECK: arith.maximumf
// CHECK: arith.constant 4.480000e+02 : f32
// CHECK: arith.minimumf
// CHECK: arith.truncf {{.*}} : f32 to f8E4M3FN
func.func @saturate(%x: tensor<4xf32>) -> tensor<4xf8E4M3FN> {
  %0 = onnx.Cast %x {to = f8E4M3FN} : (tensor<4xf32>) -> tensor<4xf8E4M3FN>
  return %0 : tensor<4xf8E4M3FN>
}

// Without: truncf alone; f16 is widened exactly.
// CHECK-LABEL: func.func @no_saturate
// CHECK-NOT: arith.maximumf
// CHECK: %[[W:.*]] = arith.extf {{.*}} : f16 to f32
// CHECK-NEXT: arith.truncf %[[W]] : f32 to f8E5M2
func.func @no_saturate(%x: tensor<4xf16>) -> tensor<4xf8E5M2> {
  %0 = onnx.Cast %x {to = f8E5M2, saturate = 0 : i64} : (tensor<4xf16>) -> tensor<4xf8E5M2>
  return %0 : tensor<4xf8E5M2>
}

// Between kinds of 8 bits: by way of f32.
// CHECK-LABEL: func.func @between
// CHECK: arith.extf {{.*}} : f8E5M2 to f32
// CHECK: arith.truncf {{.*}} : f32 to f8E4M3FNUZ
func.func @between(%x: tensor<4xf8E5M2>) -> tensor<4xf8E4M3FNUZ> {
  %0 = onnx.Cast %x {to = f8E4M3FNUZ} : (tensor<4xf8E5M2>) -> tensor<4xf8E4M3FNUZ>
  return %0 : tensor<4xf8E4M3FNUZ>
}

// Powers of two: the fraction decides in integer arithmetic.
// CHECK-LABEL: func.func @power
// CHECK: arith.extf {{.*}} : f32 to f64
// CHECK: arith.constant 4503599627370495 : i64
// CHECK: arith.constant 254 : i64
// CHECK: arith.bitcast {{.*}} : i8 to f8E8M0FNU
// CHECK-LABEL: func.func @nearest_power
// CHECK: arith.constant 2251799813685248 : i64
// CHECK: arith.constant 255 : i64
func.func @power(%x: tensor<4xf32>) -> tensor<4xf8E8M0FNU> {
  %0 = onnx.Cast %x {to = f8E8M0FNU} : (tensor<4xf32>) -> tensor<4xf8E8M0FNU>
  return %0 : tensor<4xf8E8M0FNU>
}
func.func @nearest_power(%x: tensor<4xf32>) -> tensor<4xf8E8M0FNU> {
  %0 = onnx.Cast %x {to = f8E8M0FNU, round_mode = "nearest", saturate = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf8E8M0FNU>
  return %0 : tensor<4xf8E8M0FNU>
}

// Integers of 4 bits wrap around.
// CHECK-LABEL: func.func @wrap
// CHECK: arith.fptosi {{.*}} : f32 to i32
// CHECK: arith.trunci {{.*}} : i32 to i4
func.func @wrap(%x: tensor<4xf32>) -> tensor<4xui4> {
  %0 = onnx.Cast %x {to = ui4} : (tensor<4xf32>) -> tensor<4xui4>
  return %0 : tensor<4xui4>
}
