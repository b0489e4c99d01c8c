// RUN: mica-opt %s -canonicalize | FileCheck %s

// Each op uses the one before it twice. Whether it is a constant is asked of each, and must not
// be asked of every way down to the argument: there are 2 to the 40th.

// CHECK-LABEL: func.func @doubled
// CHECK-COUNT-40: onnx.Add
func.func @doubled(%x: tensor<4xi64>) -> tensor<4xi64> {
  %0 = onnx.Add %x, %x : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %1 = onnx.Add %0, %0 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %2 = onnx.Add %1, %1 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %3 = onnx.Add %2, %2 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %4 = onnx.Add %3, %3 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %5 = onnx.Add %4, %4 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %6 = onnx.Add %5, %5 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %7 = onnx.Add %6, %6 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %8 = onnx.Add %7, %7 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %9 = onnx.Add %8, %8 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %10 = onnx.Add %9, %9 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %11 = onnx.Add %10, %10 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %12 = onnx.Add %11, %11 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %13 = onnx.Add %12, %12 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %14 = onnx.Add %13, %13 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %15 = onnx.Add %14, %14 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %16 = onnx.Add %15, %15 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %17 = onnx.Add %16, %16 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %18 = onnx.Add %17, %17 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %19 = onnx.Add %18, %18 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %20 = onnx.Add %19, %19 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %21 = onnx.Add %20, %20 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %22 = onnx.Add %21, %21 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %23 = onnx.Add %22, %22 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %24 = onnx.Add %23, %23 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %25 = onnx.Add %24, %24 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %26 = onnx.Add %25, %25 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %27 = onnx.Add %26, %26 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %28 = onnx.Add %27, %27 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %29 = onnx.Add %28, %28 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %30 = onnx.Add %29, %29 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %31 = onnx.Add %30, %30 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %32 = onnx.Add %31, %31 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %33 = onnx.Add %32, %32 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %34 = onnx.Add %33, %33 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %35 = onnx.Add %34, %34 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %36 = onnx.Add %35, %35 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %37 = onnx.Add %36, %36 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %38 = onnx.Add %37, %37 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  %39 = onnx.Add %38, %38 : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
  return %39 : tensor<4xi64>
}

// What follows from a static size is known, though the one beside it is not.
// CHECK-LABEL: func.func @sizes
// CHECK: onnx.Constant dense<768> : tensor<i64>
func.func @sizes(%x: tensor<?x128x768xf32>) -> tensor<i64> {
  %s = onnx.Shape %x : (tensor<?x128x768xf32>) -> tensor<3xi64>
  %two = onnx.Constant dense<2> : tensor<i64>
  %n = onnx.Gather %s, %two : (tensor<3xi64>, tensor<i64>) -> tensor<i64>
  return %n : tensor<i64>
}
