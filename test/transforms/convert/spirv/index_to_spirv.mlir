// RUN: mica-opt %s --convert-index-to-spirv | FileCheck %s

// CHECK-LABEL: func.func @arithmetic(
func.func @arithmetic(%a: index, %b: index) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i32
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i32
  // CHECK: spirv.IAdd %[[A]], %[[B]] : i32
  %0 = index.add %a, %b
  // CHECK: spirv.ISub %[[A]], %[[B]] : i32
  %1 = index.sub %a, %b
  // CHECK: spirv.IMul %[[A]], %[[B]] : i32
  %2 = index.mul %a, %b
  // CHECK: spirv.SDiv %[[A]], %[[B]] : i32
  %3 = index.divs %a, %b
  // CHECK: spirv.UDiv %[[A]], %[[B]] : i32
  %4 = index.divu %a, %b
  // CHECK: spirv.UMod %[[A]], %[[B]] : i32
  %5 = index.remu %a, %b
  // CHECK: spirv.GL.SMax %[[A]], %[[B]] : i32
  %6 = index.maxs %a, %b
  // CHECK: spirv.GL.UMax %[[A]], %[[B]] : i32
  %7 = index.maxu %a, %b
  // CHECK: spirv.GL.SMin %[[A]], %[[B]] : i32
  %8 = index.mins %a, %b
  // CHECK: spirv.GL.UMin %[[A]], %[[B]] : i32
  %9 = index.minu %a, %b
  // CHECK: spirv.ShiftLeftLogical %[[A]], %[[B]] : i32
  %10 = index.shl %a, %b
  // CHECK: spirv.ShiftRightArithmetic %[[A]], %[[B]] : i32
  %11 = index.shrs %a, %b
  // CHECK: spirv.ShiftRightLogical %[[A]], %[[B]] : i32
  %12 = index.shru %a, %b
  // CHECK: spirv.BitwiseAnd %[[A]], %[[B]] : i32
  %13 = index.and %a, %b
  // CHECK: spirv.BitwiseOr %[[A]], %[[B]] : i32
  %14 = index.or %a, %b
  // CHECK: spirv.BitwiseXor %[[A]], %[[B]] : i32
  %15 = index.xor %a, %b
  return
}

// CHECK-LABEL: func.func @divisions(
func.func @divisions(%a: index, %b: index) {
  // CHECK: spirv.SLessThan
  // CHECK: spirv.GL.SAbs
  // CHECK: spirv.GL.SAbs
  // CHECK: spirv.UMod
  // CHECK: spirv.SNegate
  // CHECK: spirv.Select
  %0 = index.rems %a, %b
  // CHECK: spirv.SDiv
  // CHECK: spirv.IMul
  // CHECK: spirv.INotEqual
  // CHECK: spirv.LogicalEqual
  // CHECK: spirv.Select
  %1 = index.ceildivs %a, %b
  // CHECK: spirv.SDiv
  // CHECK: spirv.IMul
  // CHECK: spirv.INotEqual
  // CHECK: spirv.LogicalNotEqual
  // CHECK: spirv.Select
  %2 = index.floordivs %a, %b
  // CHECK: spirv.ISub
  // CHECK: spirv.UDiv
  // CHECK: spirv.IAdd
  // CHECK: spirv.IEqual
  // CHECK: spirv.Select
  %3 = index.ceildivu %a, %b
  return
}

// CHECK-LABEL: func.func @others(
func.func @others(%a: index, %b: index, %i: i32, %l: i64) {
  // CHECK: %[[B:.*]] = builtin.unrealized_conversion_cast %arg1 : index to i32
  // CHECK: %[[A:.*]] = builtin.unrealized_conversion_cast %arg0 : index to i32
  // CHECK: spirv.SLessThan %[[A]], %[[B]] : i32
  %0 = index.cmp slt(%a, %b)
  // CHECK: spirv.UGreaterThan %[[A]], %[[B]] : i32
  %1 = index.cmp ugt(%a, %b)
  // CHECK: spirv.Constant 42 : i32
  %2 = index.constant 42
  // CHECK: spirv.Constant true
  %3 = index.bool.constant true
  // CHECK: spirv.SConvert %[[A]] : i32 to i64
  %4 = index.casts %a : index to i64
  // CHECK: spirv.UConvert %[[A]] : i32 to i64
  %5 = index.castu %a : index to i64
  // CHECK: spirv.SConvert %arg3 : i64 to i32
  %6 = index.casts %l : i64 to index
  // CHECK-NOT: Convert
  %7 = index.casts %i : i32 to index
  // CHECK: spirv.Constant 32 : i32
  %8 = index.sizeof
  return
}
