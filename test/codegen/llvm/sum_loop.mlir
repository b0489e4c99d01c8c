// The sum of a constant array, in a loop that prints its counter: 1.5 + 2.5 + 3.0 = 7.
llvm.mlir.global internal constant @c(dense<[1.5, 2.5, 3.0]> : tensor<3xf32>) {addr_space = 0 : i32} : !llvm.array<3 x f32>
llvm.func @printI64(i64)
llvm.func @printNewline()
llvm.func @main() -> f32 {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %one = llvm.mlir.constant(1 : i64) : i64
  %n = llvm.mlir.constant(3 : i64) : i64
  %f0 = llvm.mlir.constant(0.0 : f32) : f32
  llvm.br ^head(%zero, %f0 : i64, f32)
^head(%i: i64, %s: f32):
  %c = llvm.icmp "slt" %i, %n : i64
  llvm.cond_br %c, ^body, ^end
^body:
  %p = llvm.mlir.addressof @c : !llvm.ptr
  %q = llvm.getelementptr inbounds %p[0, %i] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.array<3 x f32>
  %v = llvm.load %q {alignment = 4 : i64} : !llvm.ptr -> f32
  %t = llvm.fadd %s, %v {fastmathFlags = #llvm.fastmath<fast>} : f32
  %j = llvm.add %i, %one overflow<nsw> : i64
  llvm.call @printI64(%j) : (i64) -> ()
  llvm.call @printNewline() : () -> ()
  llvm.br ^head(%j, %t : i64, f32)
^end:
  llvm.return %s : f32
}
