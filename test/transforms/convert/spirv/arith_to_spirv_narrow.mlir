// RUN: mica-opt %s --convert-arith-to-spirv | FileCheck %s

// Without Int8 and Int16 such integers have 32 bits, the upper ones of which are anything: where an
// op reads them they are set first.

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader], []>, #spirv.resource_limits<>>} {
// The sum may carry into bit 8.
// CHECK-LABEL: func.func @own_bits(
func.func @own_bits(%a: i8, %b: i8) -> i8 {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : i8 to i32
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : i8 to i32
  // CHECK: %[[SUM:.*]] = spirv.IAdd %[[A]], %[[B]] : i32
  %0 = arith.addi %a, %b : i8
  // CHECK: %[[MASK:.*]] = spirv.Constant 255 : i32
  // CHECK: %[[AMOUNT:.*]] = spirv.BitwiseAnd %[[B]], %[[MASK]]
  // CHECK: spirv.ShiftLeftLogical %[[SUM]], %[[AMOUNT]] : i32, i32
  %1 = arith.shli %0, %b : i8
  return %1 : i8
}

// CHECK-LABEL: func.func @zeros(
func.func @zeros(%a: i8, %b: i8) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : i8 to i32
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : i8 to i32
  // CHECK: %[[ZA:.*]] = spirv.BitwiseAnd %[[A]], %cst255_i32
  // CHECK: %[[ZB:.*]] = spirv.BitwiseAnd %[[B]], %cst255_i32
  // CHECK: spirv.UDiv %[[ZA]], %[[ZB]] : i32
  %0 = arith.divui %a, %b : i8
  // CHECK: spirv.BitwiseAnd
  // CHECK: spirv.BitwiseAnd
  // CHECK: spirv.ULessThan
  %1 = arith.cmpi ult, %a, %b : i8
  // CHECK: spirv.BitwiseAnd
  // CHECK: spirv.BitwiseAnd
  // CHECK: spirv.IEqual
  %2 = arith.cmpi eq, %a, %b : i8
  // CHECK: spirv.BitwiseAnd %[[A]], %cst255_i32
  %3 = arith.extui %a : i8 to i32
  // CHECK: %[[F:.*]] = spirv.BitwiseAnd %[[A]], %cst255_i32
  // CHECK: spirv.ConvertUToF %[[F]] : i32 to f32
  %4 = arith.uitofp %a : i8 to f32
  // CHECK: spirv.BitwiseAnd
  // CHECK: spirv.BitwiseAnd
  // CHECK: spirv.ShiftRightLogical
  %5 = arith.shrui %a, %b : i8
  return
}

// CHECK-LABEL: func.func @signs(
func.func @signs(%a: i16, %b: i16) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : i16 to i32
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : i16 to i32
  // CHECK: %[[UP:.*]] = spirv.ShiftLeftLogical %[[A]], %cst16_i32
  // CHECK: %[[SA:.*]] = spirv.ShiftRightArithmetic %[[UP]], %cst16_i32
  // CHECK: %[[SB:.*]] = spirv.ShiftRightArithmetic
  // CHECK: spirv.SDiv %[[SA]], %[[SB]] : i32
  %0 = arith.divsi %a, %b : i16
  // CHECK: spirv.ShiftRightArithmetic
  // CHECK: spirv.ShiftRightArithmetic
  // CHECK: spirv.GL.SAbs
  %1 = arith.remsi %a, %b : i16
  // CHECK: spirv.ShiftRightArithmetic
  // CHECK: spirv.ShiftRightArithmetic
  // CHECK: spirv.SLessThan
  %2 = arith.cmpi slt, %a, %b : i16
  // CHECK: %[[F:.*]] = spirv.ShiftRightArithmetic
  // CHECK: spirv.ConvertSToF %[[F]] : i32 to f32
  %3 = arith.sitofp %a : i16 to f32
  // CHECK: spirv.ShiftLeftLogical
  // CHECK: spirv.ShiftRightArithmetic
  %4 = arith.extsi %a : i16 to i32
  return
}

// CHECK-LABEL: func.func @float_types(
func.func @float_types(%a: f16, %b: f16) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : f16 to f32
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : f16 to f32
  // CHECK: spirv.FAdd %[[A]], %[[B]] : f32
  %0 = arith.addf %a, %b : f16
  // CHECK-NOT: FConvert
  %1 = arith.extf %a : f16 to f32
  return
}

}
