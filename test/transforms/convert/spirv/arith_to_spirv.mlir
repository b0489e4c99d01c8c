// RUN: mica-opt %s --convert-arith-to-spirv | FileCheck %s

// One op of spirv for most ops of arith; booleans have ops of their own.

module attributes {spirv.target_env = #spirv.target_env<#spirv.vce<v1.0, [Shader, Int8, Int16, Int64, Float16, Float64], []>, #spirv.resource_limits<>>} {
// CHECK-LABEL: func.func @integers(
func.func @integers(%a: i32, %b: i32) -> (i32, i1) {
  // CHECK: spirv.IAdd %arg0, %arg1 : i32
  %0 = arith.addi %a, %b : i32
  // CHECK: spirv.ISub %arg0, %arg1 : i32
  %1 = arith.subi %a, %b : i32
  // CHECK: spirv.IMul %arg0, %arg1 : i32
  %2 = arith.muli %a, %b : i32
  // CHECK: spirv.SDiv %arg0, %arg1 : i32
  %3 = arith.divsi %a, %b : i32
  // CHECK: spirv.UDiv %arg0, %arg1 : i32
  %4 = arith.divui %a, %b : i32
  // CHECK: spirv.UMod %arg0, %arg1 : i32
  %6 = arith.remui %a, %b : i32
  // CHECK: spirv.ShiftLeftLogical %arg0, %arg1 : i32, i32
  %7 = arith.shli %a, %b : i32
  // CHECK: spirv.ShiftRightArithmetic %arg0, %arg1 : i32, i32
  %8 = arith.shrsi %a, %b : i32
  // CHECK: spirv.ShiftRightLogical %arg0, %arg1 : i32, i32
  %9 = arith.shrui %a, %b : i32
  // CHECK: spirv.GL.SMax %arg0, %arg1 : i32
  %10 = arith.maxsi %a, %b : i32
  // CHECK: spirv.GL.UMax %arg0, %arg1 : i32
  %11 = arith.maxui %a, %b : i32
  // CHECK: spirv.GL.SMin %arg0, %arg1 : i32
  %12 = arith.minsi %a, %b : i32
  // CHECK: spirv.GL.UMin %arg0, %arg1 : i32
  %13 = arith.minui %a, %b : i32
  // CHECK: spirv.BitwiseAnd %arg0, %arg1 : i32
  %14 = arith.andi %a, %b : i32
  // CHECK: spirv.BitwiseOr %arg0, %arg1 : i32
  %15 = arith.ori %a, %b : i32
  // CHECK: spirv.BitwiseXor %arg0, %arg1 : i32
  %16 = arith.xori %a, %b : i32
  // CHECK: %[[ADD:.*]] = spirv.IAddCarry %arg0, %arg1 : !spirv.struct<(i32, i32)>
  // CHECK: %[[SUM:.*]] = spirv.CompositeExtract %[[ADD]][0 : i32]
  // CHECK: %[[HIGH:.*]] = spirv.CompositeExtract %[[ADD]][1 : i32]
  // CHECK: %[[CARRY:.*]] = spirv.IEqual %[[HIGH]], %cst1_i32 : i32
  %17, %18 = arith.addui_extended %a, %b : i32, i1
  // CHECK: spirv.SMulExtended %arg0, %arg1 : !spirv.struct<(i32, i32)>
  %19, %20 = arith.mulsi_extended %a, %b : i32
  // CHECK: spirv.UMulExtended %arg0, %arg1 : !spirv.struct<(i32, i32)>
  %21, %22 = arith.mului_extended %a, %b : i32
  // CHECK: spirv.SLessThan %arg0, %arg1 : i32
  %23 = arith.cmpi slt, %a, %b : i32
  // CHECK: spirv.UGreaterThanEqual %arg0, %arg1 : i32
  %24 = arith.cmpi uge, %a, %b : i32
  // CHECK: spirv.INotEqual %arg0, %arg1 : i32
  %25 = arith.cmpi ne, %a, %b : i32
  // CHECK: return %[[SUM]], %[[CARRY]]
  return %17, %18 : i32, i1
}

// Vulkan's SRem is undefined for negative numbers.
// CHECK-LABEL: func.func @divisions(
func.func @divisions(%a: i32, %b: i32) -> (i32, i32) {
  // CHECK: %[[NEGATIVE:.*]] = spirv.SLessThan %arg0, %{{.*}} : i32
  // CHECK: %[[A:.*]] = spirv.GL.SAbs %arg0
  // CHECK: %[[B:.*]] = spirv.GL.SAbs %arg1
  // CHECK: %[[REST:.*]] = spirv.UMod %[[A]], %[[B]]
  // CHECK: %[[MINUS:.*]] = spirv.SNegate %[[REST]]
  // CHECK: %[[REM:.*]] = spirv.Select %[[NEGATIVE]], %[[MINUS]], %[[REST]]
  %0 = arith.remsi %a, %b : i32
  // CHECK: %[[Q:.*]] = spirv.SDiv %arg0, %arg1
  // CHECK: %[[P:.*]] = spirv.IMul %[[Q]], %arg1
  // CHECK: %[[INEXACT:.*]] = spirv.INotEqual %[[P]], %arg0
  // CHECK: %[[DIFFER:.*]] = spirv.LogicalNotEqual
  // CHECK: %[[LESS:.*]] = spirv.IAdd %[[Q]], %cst-1_i32
  // CHECK: %[[MOVES:.*]] = spirv.LogicalAnd %[[INEXACT]], %[[DIFFER]]
  // CHECK: %[[FLOOR:.*]] = spirv.Select %[[MOVES]], %[[LESS]], %[[Q]]
  %1 = arith.floordivsi %a, %b : i32
  // CHECK: spirv.LogicalEqual
  %2 = arith.ceildivsi %a, %b : i32
  // CHECK: spirv.UDiv
  %3 = arith.ceildivui %a, %b : i32
  // CHECK: return %[[REM]], %[[FLOOR]]
  return %0, %1 : i32, i32
}

// CHECK-LABEL: func.func @booleans(
func.func @booleans(%a: i1, %b: i1, %v: vector<4xi1>, %w: vector<4xi1>) {
  // CHECK: spirv.LogicalAnd %arg0, %arg1 : i1
  %0 = arith.andi %a, %b : i1
  // CHECK: spirv.LogicalOr %arg0, %arg1 : i1
  %1 = arith.ori %a, %b : i1
  // CHECK: spirv.LogicalNotEqual %arg0, %arg1 : i1
  %2 = arith.xori %a, %b : i1
  // CHECK: spirv.LogicalNotEqual %arg0, %arg1 : i1
  %3 = arith.addi %a, %b : i1
  // CHECK: spirv.LogicalAnd %arg0, %arg1 : i1
  %4 = arith.muli %a, %b : i1
  // CHECK: spirv.LogicalAnd %arg0, %arg1 : i1
  %5 = arith.maxsi %a, %b : i1
  // CHECK: spirv.LogicalOr %arg0, %arg1 : i1
  %6 = arith.maxui %a, %b : i1
  // CHECK: spirv.LogicalEqual %arg0, %arg1 : i1
  %7 = arith.cmpi eq, %a, %b : i1
  // CHECK: spirv.LogicalNotEqual %arg0, %arg1 : i1
  %8 = arith.cmpi ne, %a, %b : i1
  // CHECK: %[[A:.*]] = spirv.Select %arg0, %cst1_i32{{.*}}, %cst0_i32
  // CHECK: %[[B:.*]] = spirv.Select %arg1, %cst1_i32{{.*}}, %cst0_i32
  // CHECK: spirv.ULessThan %[[A]], %[[B]] : i32
  %9 = arith.cmpi ult, %a, %b : i1
  // CHECK: %[[C:.*]] = spirv.Select %arg0, %cst-1_i32{{.*}}, %cst0_i32
  // CHECK: %[[D:.*]] = spirv.Select %arg1, %cst-1_i32{{.*}}, %cst0_i32
  // CHECK: spirv.SLessThan %[[C]], %[[D]] : i32
  %10 = arith.cmpi slt, %a, %b : i1
  // CHECK: spirv.Select %arg0, %cst1_i32{{.*}}, %cst0_i32{{.*}} : i1, i32
  %11 = arith.extui %a : i1 to i32
  // CHECK: spirv.Select %arg0, %cst-1_i32{{.*}}, %cst0_i32{{.*}} : i1, i32
  %12 = arith.extsi %a : i1 to i32
  // CHECK: spirv.Select %arg0, %{{.*}}, %{{.*}} : i1, f32
  %13 = arith.uitofp %a : i1 to f32
  // CHECK: spirv.Constant -1.000000e+00 : f32
  %14 = arith.sitofp %a : i1 to f32
  // CHECK: spirv.Select %arg0, %arg0, %arg1 : i1, i1
  %15 = arith.select %a, %a, %b : i1
  // CHECK: spirv.LogicalAnd %arg2, %arg3 : vector<4xi1>
  %16 = arith.andi %v, %w : vector<4xi1>
  // CHECK: spirv.Select %arg2, %{{.*}}, %{{.*}} : vector<4xi1>, vector<4xi32>
  %17 = arith.extui %v : vector<4xi1> to vector<4xi32>
  // CHECK: %true = spirv.Constant true
  %18 = arith.constant true
  // CHECK: spirv.Constant dense<[true, false, true, true]> : vector<4xi1>
  %19 = arith.constant dense<[true, false, true, true]> : vector<4xi1>
  return
}

// maximumf gives the NaN of its operands, minnumf the other operand; GLSL leaves both open.
// CHECK-LABEL: func.func @floats(
func.func @floats(%a: f32, %b: f32) -> (f32, f32) {
  // CHECK: spirv.FAdd %arg0, %arg1 : f32
  %0 = arith.addf %a, %b : f32
  // CHECK: spirv.FSub %arg0, %arg1 : f32
  %1 = arith.subf %a, %b : f32
  // CHECK: spirv.FMul %arg0, %arg1 : f32
  %2 = arith.mulf %a, %b : f32
  // CHECK: spirv.FDiv %arg0, %arg1 : f32
  %3 = arith.divf %a, %b : f32
  // CHECK: spirv.FRem %arg0, %arg1 : f32
  %4 = arith.remf %a, %b : f32
  // CHECK: spirv.FNegate %arg0 : f32
  %5 = arith.negf %a : f32
  // CHECK: %[[MAX:.*]] = spirv.GL.FMax %arg0, %arg1
  // CHECK: %[[A:.*]] = spirv.IsNan %arg0
  // CHECK: %[[X:.*]] = spirv.Select %[[A]], %arg0, %[[MAX]]
  // CHECK: %[[B:.*]] = spirv.IsNan %arg1
  // CHECK: %[[MAXIMUM:.*]] = spirv.Select %[[B]], %arg1, %[[X]]
  %6 = arith.maximumf %a, %b : f32
  // CHECK: %[[MIN:.*]] = spirv.GL.FMin %arg0, %arg1
  // CHECK: %[[C:.*]] = spirv.IsNan %arg0
  // CHECK: %[[Y:.*]] = spirv.Select %[[C]], %arg1, %[[MIN]]
  // CHECK: %[[D:.*]] = spirv.IsNan %arg1
  // CHECK: %[[MINNUM:.*]] = spirv.Select %[[D]], %arg0, %[[Y]]
  %7 = arith.minnumf %a, %b : f32
  // CHECK: spirv.Constant false
  %8 = arith.cmpf false, %a, %b : f32
  // CHECK: spirv.FOrdEqual %arg0, %arg1 : f32
  %9 = arith.cmpf oeq, %a, %b : f32
  // CHECK: spirv.FUnordLessThan %arg0, %arg1 : f32
  %10 = arith.cmpf ult, %a, %b : f32
  // CHECK: spirv.IsNan %arg0
  // CHECK: spirv.IsNan %arg1
  // CHECK: %[[NAN:.*]] = spirv.LogicalOr
  // CHECK: spirv.LogicalNot %[[NAN]]
  %11 = arith.cmpf ord, %a, %b : f32
  // CHECK: spirv.IsNan %arg0
  // CHECK: spirv.IsNan %arg1
  // CHECK: spirv.LogicalOr
  %12 = arith.cmpf uno, %a, %b : f32
  // CHECK: spirv.Constant true
  %13 = arith.cmpf true, %a, %b : f32
  // CHECK: return %[[MAXIMUM]], %[[MINNUM]]
  return %6, %7 : f32, f32
}

// CHECK-LABEL: func.func @casts(
func.func @casts(%a: f32, %d: f64, %h: f16, %i: i32, %l: i64, %b: i8, %x: index) {
  // CHECK: %[[X:.*]] = builtin.unrealized_conversion_cast %arg6 : index to i32
  // CHECK: spirv.FConvert %arg0 : f32 to f64
  %0 = arith.extf %a : f32 to f64
  // CHECK: spirv.FConvert %arg1 : f64 to f16
  %1 = arith.truncf %d : f64 to f16
  // CHECK: spirv.ConvertFToS %arg0 : f32 to i32
  %2 = arith.fptosi %a : f32 to i32
  // CHECK: spirv.ConvertFToU %arg0 : f32 to i32
  %3 = arith.fptoui %a : f32 to i32
  // CHECK: spirv.ConvertSToF %arg3 : i32 to f32
  %4 = arith.sitofp %i : i32 to f32
  // CHECK: spirv.ConvertUToF %arg3 : i32 to f32
  %5 = arith.uitofp %i : i32 to f32
  // CHECK: spirv.Bitcast %arg3 : i32 to f32
  %6 = arith.bitcast %i : i32 to f32
  // CHECK: spirv.UConvert %arg5 : i8 to i32
  %7 = arith.extui %b : i8 to i32
  // CHECK: spirv.SConvert %arg5 : i8 to i32
  %8 = arith.extsi %b : i8 to i32
  // CHECK: spirv.SConvert %arg4 : i64 to i8
  %9 = arith.trunci %l : i64 to i8
  // CHECK: %[[BIT:.*]] = spirv.BitwiseAnd %arg4, %cst1_i64
  // CHECK: spirv.IEqual %[[BIT]], %cst1_i64
  %10 = arith.trunci %l : i64 to i1
  // CHECK: spirv.SConvert %[[X]] : i32 to i64
  %11 = arith.index_cast %x : index to i64
  // CHECK: spirv.UConvert %[[X]] : i32 to i64
  %12 = arith.index_castui %x : index to i64
  // CHECK-NOT: arith.index_cast
  %13 = arith.index_cast %x : index to i32
  // CHECK: spirv.Constant 300 : i64
  %14 = arith.constant 300 : i64
  // CHECK: spirv.Constant 5 : i32
  %15 = arith.constant 5 : index
  // CHECK: spirv.Constant dense<[1, -2]> : vector<2xi16>
  %16 = arith.constant dense<[1, -2]> : vector<2xi16>
  return
}

}
