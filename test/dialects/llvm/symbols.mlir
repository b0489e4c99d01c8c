// RUN: mica-opt %s | FileCheck %s
// RUN: mica-opt %s | mica-opt | FileCheck %s
// RUN: mica-opt --mlir-print-op-generic %s | mica-opt | FileCheck %s

// Globals and functions with all that may be said of them.

// CHECK: llvm.mlir.global external @counter(0 : i64) {addr_space = 0 : i32} : i64
llvm.mlir.global external @counter(0 : i64) : i64
// CHECK: llvm.mlir.global private unnamed_addr constant @pi(3.140000e+00 : f32) {addr_space = 0 : i32, alignment = 16 : i64, section = ".rodata"} : f32
llvm.mlir.global private unnamed_addr constant @pi(3.140000e+00 : f32) {alignment = 16 : i64, section = ".rodata"} : f32
// CHECK: llvm.mlir.global internal thread_local @own() {addr_space = 0 : i32, dso_local} : i32
llvm.mlir.global internal thread_local @own() {dso_local} : i32
// CHECK: llvm.mlir.global external hidden @far() {addr_space = 3 : i32} : !llvm.array<64 x f32>
llvm.mlir.global external hidden @far() {addr_space = 3 : i32} : !llvm.array<64 x f32>
// CHECK: llvm.mlir.global linkonce @grouped() comdat(@__comdat::@any) {addr_space = 0 : i32} : i32
llvm.mlir.global linkonce @grouped() comdat(@__comdat::@any) : i32
// CHECK: llvm.mlir.global appending @list() {addr_space = 0 : i32} : !llvm.array<1 x ptr> {
llvm.mlir.global appending @list() : !llvm.array<1 x ptr> {
  // CHECK: %{{.*}} = llvm.mlir.addressof @counter : !llvm.ptr
  %0 = llvm.mlir.addressof @counter : !llvm.ptr
  // CHECK: %{{.*}} = llvm.mlir.undef : !llvm.array<1 x ptr>
  %1 = llvm.mlir.undef : !llvm.array<1 x ptr>
  // CHECK: %{{.*}} = llvm.insertvalue %{{.*}}, %{{.*}}[0] : !llvm.array<1 x ptr>
  %2 = llvm.insertvalue %0, %1[0] : !llvm.array<1 x ptr>
  // CHECK: llvm.return %{{.*}} : !llvm.array<1 x ptr>
  llvm.return %2 : !llvm.array<1 x ptr>
}
// CHECK: llvm.comdat @__comdat {
llvm.comdat @__comdat {
  // CHECK: llvm.comdat_selector @any any
  llvm.comdat_selector @any any
  // CHECK: llvm.comdat_selector @same samesize
  llvm.comdat_selector @same samesize
}
// CHECK: llvm.mlir.global_ctors {ctors = [@setup], priorities = [0 : i32]}
llvm.mlir.global_ctors {ctors = [@setup], priorities = [0 : i32]}
// CHECK: llvm.mlir.global_dtors {dtors = [@setup], priorities = [65535 : i32]}
llvm.mlir.global_dtors {dtors = [@setup], priorities = [65535 : i32]}
// CHECK: llvm.linker_options ["/DEFAULTLIB:", "libc"]
llvm.linker_options ["/DEFAULTLIB:", "libc"]

// CHECK-LABEL: llvm.func @setup
llvm.func @setup() {
  llvm.return
}
// CHECK: llvm.func @declared(f32, !llvm.ptr) -> i1
llvm.func @declared(f32, !llvm.ptr) -> i1
// CHECK: llvm.func @many(i32, ...)
llvm.func @many(i32, ...)
// CHECK-LABEL: llvm.func internal fastcc @fast
llvm.func internal fastcc @fast(%a: i32) -> i32 {
  // CHECK: llvm.return %{{.*}} : i32
  llvm.return %a : i32
}
// CHECK-LABEL: llvm.func linkonce_odr hidden @odr
llvm.func linkonce_odr hidden @odr() comdat(@__comdat::@any) {
  llvm.return
}
// CHECK-LABEL: llvm.func local_unnamed_addr @attributed
llvm.func local_unnamed_addr @attributed(!llvm.ptr {llvm.align = 16 : i64, llvm.noalias, llvm.nonnull}, !llvm.ptr {llvm.byval = i64}) -> (i32 {llvm.zeroext}) attributes {alignment = 32 : i64, dso_local, garbageCollector = "none", passthrough = ["noinline", ["stack-size", "64"]], sym_visibility = "private"}
// CHECK-LABEL: llvm.func @effects
llvm.func @effects() attributes {memory = #llvm.memory_effects<other = none, argMem = read, inaccessibleMem = none>}
// CHECK-LABEL: llvm.func @machine
llvm.func @machine() attributes {frame_pointer = #llvm.framePointerKind<all>, target_cpu = "generic", target_features = #llvm.target_features<["+avx2", "-sse"]>, vscale_range = #llvm.vscale_range<minRange = 1 : i32, maxRange = 16 : i32>}
// CHECK-LABEL: llvm.func @c_interface
llvm.func @c_interface(i32) attributes {llvm.emit_c_interface, no_inline}
