// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

// expected-error @below {{'llvm.mlir.global' op expects type to be a valid element type for an LLVM global}}
llvm.mlir.global internal @label() : !llvm.label

// -----

// expected-error @below {{'llvm.mlir.global' op cannot have both initializer value and region}}
llvm.mlir.global internal @both(1 : i32) : i32 {
  %0 = llvm.mlir.constant(1 : i32) : i32
  llvm.return %0 : i32
}

// -----

// expected-error @below {{'llvm.mlir.global' op requires an i8 array type of the length equal to that of the string attribute}}
llvm.mlir.global internal @string("abc") : !llvm.array<4 x i8>

// -----

// expected-error @below {{custom op 'llvm.mlir.global' type can only be omitted for string globals}}
llvm.mlir.global internal @no_type(1 : i32)

// -----

// expected-error @below {{custom op 'llvm.mlir.global' expected zero or one type}}
llvm.mlir.global internal @types(1 : i32) : i32, i32

// -----

// expected-error @below {{'llvm.mlir.global' op expected zero value for 'common' linkage}}
llvm.mlir.global common @common(1 : i32) : i32

// -----

// expected-error @below {{'llvm.mlir.global' op expected array type for 'appending' linkage}}
llvm.mlir.global appending @appending() : i32

// -----

// expected-error @below {{alignment attribute is not a power of 2}}
llvm.mlir.global private @alignment(42 : i64) {alignment = 63} : i64

// -----

// expected-error @below {{'llvm.mlir.global_ctors' op 'nowhere' does not reference a valid LLVM function}}
llvm.mlir.global_ctors {ctors = [@nowhere], priorities = [0 : i32]}

// -----

llvm.func @declared()
// expected-error @below {{'llvm.mlir.global_dtors' op 'declared' does not have a definition}}
llvm.mlir.global_dtors {dtors = [@declared], priorities = [0 : i32]}

// -----

llvm.func @f() {
  llvm.return
}
// expected-error @below {{mismatch between the number of ctors and the number of priorities}}
llvm.mlir.global_ctors {ctors = [@f], priorities = [0 : i32, 1 : i32]}

// -----

// expected-error @below {{custom op 'llvm.func' failed to construct function type: expected LLVM type for function arguments}}
llvm.func @argument(tensor<4xf32>)

// -----

// expected-error @below {{custom op 'llvm.func' failed to construct function type: expected zero or one function result}}
llvm.func @results() -> (i32, i32)

// -----

// expected-error @below {{'llvm.func' op external functions must have 'external' or 'extern_weak' linkage}}
llvm.func internal @external()

// -----

// expected-error @below {{'llvm.func' op functions cannot have 'common' linkage}}
llvm.func common @linkage()

// -----

llvm.func @no_operands() {
  %0 = llvm.mlir.constant(1 : i32) : i32
  // expected-error @below {{'llvm.return' op expected no operands}}
  llvm.return %0 : i32
}

// -----

llvm.func @one_operand() -> i32 {
  // expected-error @below {{'llvm.return' op expected 1 operand}}
  llvm.return
}

// -----

llvm.func @return_type(%x: f32) -> i32 {
  // expected-error @below {{'llvm.return' op mismatching result types}}
  llvm.return %x : f32
}

// -----

llvm.func @gep(%p: !llvm.ptr, %i: i64) {
  // expected-error @below {{'llvm.getelementptr' op expected index 1 indexing a struct to be constant}}
  %0 = llvm.getelementptr %p[0, %i] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.struct<(i32, f32)>
  llvm.return
}

// -----

llvm.func @gep_bounds(%p: !llvm.ptr) {
  // expected-error @below {{'llvm.getelementptr' op index 1 indexing a struct is out of bounds}}
  %0 = llvm.getelementptr %p[0, 2] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(i32, f32)>
  llvm.return
}

// -----

llvm.func @gep_scalar(%p: !llvm.ptr) {
  // expected-error @below {{'llvm.getelementptr' op type 'f32' cannot be indexed (index #1)}}
  %0 = llvm.getelementptr %p[0, 2] : (!llvm.ptr) -> !llvm.ptr, f32
  llvm.return
}

// -----

llvm.func @alloca(%n: i64) {
  // expected-error @below {{custom op 'llvm.alloca' expected trailing function type with one argument and one result}}
  %0 = llvm.alloca %n x i32 : (i64) -> ()
  llvm.return
}

// -----

llvm.func @load_alignment(%p: !llvm.ptr) {
  // expected-error @below {{'llvm.load' op expected alignment for atomic access}}
  %0 = llvm.load %p atomic monotonic : !llvm.ptr -> f32
  llvm.return
}

// -----

llvm.func @load_ordering(%p: !llvm.ptr) {
  // expected-error @below {{'llvm.load' op unsupported ordering 'release'}}
  %0 = llvm.load %p atomic release {alignment = 4 : i64} : !llvm.ptr -> f32
  llvm.return
}

// -----

llvm.func @load_scope(%p: !llvm.ptr) {
  // expected-error @below {{'llvm.load' op expected syncscope to be null for non-atomic access}}
  %0 = "llvm.load"(%p) {syncscope = "agent"} : (!llvm.ptr) -> f32
  llvm.return
}

// -----

llvm.func @store_ordering(%p: !llvm.ptr, %x: f32) {
  // expected-error @below {{'llvm.store' op unsupported ordering 'acquire'}}
  llvm.store %x, %p atomic acquire {alignment = 4 : i64} : f32, !llvm.ptr
  llvm.return
}

// -----

llvm.func @fence() {
  // expected-error @below {{'llvm.fence' op can be given only acquire, release, acq_rel, and seq_cst orderings}}
  llvm.fence monotonic
  llvm.return
}

// -----

llvm.func @extract_type(%s: !llvm.struct<(i32, f32)>) {
  // expected-error @below {{'llvm.extractvalue' op Type mismatch: extracting from '!llvm.struct<(i32, f32)>' should produce 'i32' but this op returns 'f32'}}
  %0 = "llvm.extractvalue"(%s) {position = array<i64: 0>} : (!llvm.struct<(i32, f32)>) -> f32
  llvm.return
}

// -----

llvm.func @insert_type(%s: !llvm.struct<(i32, f32)>, %x: f32) {
  // expected-error @below {{'llvm.insertvalue' op Type mismatch: cannot insert 'f32' into '!llvm.struct<(i32, f32)>'}}
  %0 = "llvm.insertvalue"(%s, %x) {position = array<i64: 0>} : (!llvm.struct<(i32, f32)>, f32) -> !llvm.struct<(i32, f32)>
  llvm.return
}

// -----

llvm.func @constant_integer() {
  // expected-error @below {{'llvm.mlir.constant' op expected integer type}}
  %0 = llvm.mlir.constant(1 : i32) : f32
  llvm.return
}

// -----

llvm.func @constant_complex() {
  // expected-error @below {{'llvm.mlir.constant' op expected array attribute with two elements, representing a complex constant}}
  %0 = llvm.mlir.constant([1.0 : f64]) : !llvm.struct<(f64, f64)>
  llvm.return
}

// -----

llvm.func @constant_struct() {
  // expected-error @below {{expected struct type with two elements of the same type, the type of a complex constant}}
  %0 = llvm.mlir.constant([1.0 : f64, 1.0 : f64]) : !llvm.struct<(f64, f32)>
  llvm.return
}

// -----

llvm.func @callee(i8)
llvm.func @call_type(%x: i32) {
  // expected-error @below {{'llvm.call' op operand type mismatch for operand 0: 'i32' != 'i8'}}
  llvm.call @callee(%x) : (i32) -> ()
  llvm.return
}

// -----

llvm.func @callee(i8)
llvm.func @call_result(%x: i8) {
  // expected-error @below {{'llvm.call' op calling function with void result must not produce values}}
  %0 = llvm.call @callee(%x) : (i8) -> i32
  llvm.return
}

// -----

llvm.func @call_unknown(%x: i8) {
  // expected-error @below {{'llvm.call' op 'nowhere' does not reference a symbol in the current scope}}
  llvm.call @nowhere(%x) : (i8) -> ()
  llvm.return
}

// -----

llvm.func @call_pointer_type(%p: !llvm.ptr, %x: i8) {
  // expected-error @below {{custom op 'llvm.call' expected indirect call to have 2 trailing types}}
  llvm.call %p(%x) : (i8) -> ()
  llvm.return
}

// -----

llvm.func @call_results(%p: !llvm.ptr) {
  // expected-error @below {{custom op 'llvm.call' expected function with 0 or 1 result}}
  llvm.call %p() : !llvm.ptr, () -> (i32, i32)
  llvm.return
}

// -----

llvm.func @intrinsic(%x: f32) {
  // expected-error @below {{'llvm.call_intrinsic' op intrinsic name must start with 'llvm.'}}
  %0 = llvm.call_intrinsic "sqrt"(%x) : (f32) -> f32
  llvm.return
}

// -----

llvm.func @address() {
  // expected-error @below {{'llvm.mlir.addressof' op must reference a global defined by 'llvm.mlir.global' or 'llvm.func'}}
  %0 = llvm.mlir.addressof @nowhere : !llvm.ptr
  llvm.return
}

// -----

llvm.mlir.global internal @g(1 : i32) {addr_space = 3 : i32} : i32
llvm.func @address_space() {
  // expected-error @below {{'llvm.mlir.addressof' op pointer address space must match address space of the referenced global}}
  %0 = llvm.mlir.addressof @g : !llvm.ptr
  llvm.return
}

// -----

llvm.func @sext(%x: i32) {
  // expected-error @below {{integer width of the output type is smaller or equal to the integer width of the input type}}
  %0 = llvm.sext %x : i32 to i32
  llvm.return
}

// -----

llvm.func @predicate(%x: i32) {
  // expected-error @below {{custom op 'llvm.icmp' 'less' is an incorrect value of the 'predicate' attribute}}
  %0 = llvm.icmp "less" %x, %x : i32
  llvm.return
}
