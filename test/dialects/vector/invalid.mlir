// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

func.func @broadcast(%v: vector<4xf32>) {
  // expected-error @below {{'vector.broadcast' op dimension mismatch (4 vs. 5)}}
  %0 = vector.broadcast %v : vector<4xf32> to vector<5xf32>
  return
}

// -----

func.func @broadcast_rank(%v: vector<4x4xf32>) {
  // expected-error @below {{'vector.broadcast' op source rank higher than destination rank}}
  %0 = vector.broadcast %v : vector<4x4xf32> to vector<4xf32>
  return
}

// -----

func.func @shuffle_length(%v: vector<4xf32>) {
  // expected-error @below {{'vector.shuffle' op attribute 'mask' failed to satisfy constraint: 64-bit integer array attribute}}
  %0 = "vector.shuffle"(%v, %v) {mask = array<i64: 0, 1>} : (vector<4xf32>, vector<4xf32>) -> vector<3xf32>
  return
}

// -----

func.func @shuffle_index(%v: vector<4xf32>) {
  // expected-error @below {{'vector.shuffle' op mask index #2 out of range}}
  %0 = vector.shuffle %v, %v [0, 8] : vector<4xf32>, vector<4xf32>
  return
}

// -----

func.func @extract(%v: vector<4x8xf32>) {
  // expected-error @below {{'vector.extract' op expected position attribute #1 to be a non-negative integer smaller than the corresponding vector dimension}}
  %0 = vector.extract %v[4] : vector<8xf32> from vector<4x8xf32>
  return
}

// -----

func.func @extract_rank(%v: vector<4xf32>) {
  // expected-error @below {{'vector.extract' op expected position attribute of rank no greater than vector rank}}
  %0 = vector.extract %v[0, 0] : f32 from vector<4xf32>
  return
}

// -----

func.func @insert_rank(%v: vector<4x8xf32>, %x: f32) {
  // expected-error @below {{'vector.insert' op expected position attribute rank to match the dest vector rank}}
  %0 = vector.insert %x, %v[1] : f32 into vector<4x8xf32>
  return
}

// -----

func.func @strided_offsets(%v: vector<4xf32>, %w: vector<8x16xf32>) {
  // expected-error @below {{'vector.insert_strided_slice' op expected offsets of same size as destination vector rank}}
  %0 = vector.insert_strided_slice %v, %w {offsets = [100], strides = [1]} : vector<4xf32> into vector<8x16xf32>
  return
}

// -----

func.func @outerproduct(%a: vector<4xf32>, %b: vector<4x4xf32>) {
  // expected-error @below {{'vector.outerproduct' op expected 1-d vector for operand #2}}
  %0 = "vector.outerproduct"(%a, %b) {kind = #vector.kind<add>} : (vector<4xf32>, vector<4x4xf32>) -> vector<4x4xf32>
  return
}

// -----

func.func @read_rank(%m: memref<4x4xf32>, %i: index, %x: f32) {
  // expected-error @below {{'vector.transfer_read' op requires 2 indices}}
  %0 = vector.transfer_read %m[%i], %x : memref<4x4xf32>, vector<4xf32>
  return
}

// -----

func.func @read_padding(%m: memref<4xf32>, %i: index, %x: i32) {
  // expected-error @below {{use of value '%x' expects different type than prior uses: 'f32' vs 'i32'}}
  %0 = vector.transfer_read %m[%i], %x : memref<4xf32>, vector<4xf32>
  return
}

// -----

func.func @write_rank(%m: memref<4x4xf32>, %i: index, %v: vector<4xf32>) {
  // expected-error @below {{'vector.transfer_write' op requires 2 indices}}
  vector.transfer_write %v, %m[%i] : vector<4xf32>, memref<4x4xf32>
  return
}

// -----

func.func @load_rank(%m: memref<4x4xf32>, %i: index) {
  // expected-error @below {{'vector.load' op requires 2 indices}}
  %0 = vector.load %m[%i] : memref<4x4xf32>, vector<4xf32>
  return
}

// -----

func.func @shape_cast(%v: vector<4x4xf32>) {
  // expected-error @below {{'vector.shape_cast' op source/result number of elements must match}}
  %0 = vector.shape_cast %v : vector<4x4xf32> to vector<15xf32>
  return
}

// -----

func.func @bitcast(%v: vector<4xf32>) {
  // expected-error @below {{'vector.bitcast' op source/result bitwidth of the minor 1-D vectors must be equal}}
  %0 = vector.bitcast %v : vector<4xf32> to vector<4xf64>
  return
}

// -----

func.func @transpose(%v: vector<4x8xf32>) {
  // expected-error @below {{'vector.transpose' op duplicate position index: 0}}
  %0 = vector.transpose %v, [0, 0] : vector<4x8xf32> to vector<4x4xf32>
  return
}

// -----

func.func @transpose_size(%v: vector<4x8xf32>) {
  // expected-error @below {{'vector.transpose' op dimension size mismatch at: 1}}
  %0 = vector.transpose %v, [1, 0] : vector<4x8xf32> to vector<4x8xf32>
  return
}

// -----

func.func @constant_mask() {
  // expected-error @below {{'vector.constant_mask' op array attr of size out of bounds of vector result dimension size}}
  %0 = vector.constant_mask [5] : vector<4xi1>
  return
}

// -----

func.func @create_mask(%i: index) {
  // expected-error @below {{'vector.create_mask' op must specify an operand for each result vector dimension}}
  %0 = vector.create_mask %i, %i : vector<4xi1>
  return
}

// -----

func.func @reduction_rank(%v: vector<4x4xf32>) {
  // expected-error @below {{'vector.reduction' op unsupported reduction rank: 2}}
  %0 = vector.reduction <add>, %v : vector<4x4xf32> into f32
  return
}

// -----

func.func @reduction_dims(%v: vector<4x4xf32>, %a: vector<4xf32>) {
  // expected-error @below {{'vector.multi_reduction' op destination type 'vector<4xf32>' is incompatible with source type 'vector<4x4xf32>'}}
  %0 = vector.multi_reduction <add>, %v, %a [] : vector<4x4xf32> to vector<4xf32>
  return
}

// -----

func.func @scan(%v: vector<4x4xf32>, %a: vector<4xf32>) {
  // expected-error @below {{'vector.scan' op reduction dimension 2 has to be less than 2}}
  %0:2 = vector.scan <add>, %v, %a {inclusive = true, reduction_dim = 2 : i64} : vector<4x4xf32>, vector<4xf32>
  return
}

// -----

func.func @type_cast(%m: memref<?xf32>) {
  // expected-error @below {{'vector.type_cast' op operand #0 must be statically shaped memref of any type values, but got 'memref<?xf32>'}}
  %0 = vector.type_cast %m : memref<?xf32> to memref<vector<4xf32>>
  return
}

// -----

func.func @interleave(%a: vector<4xf32>) {
  // expected-error @below {{'vector.interleave' op failed to verify that type of 'result' is double the width of the inputs}}
  %0 = "vector.interleave"(%a, %a) : (vector<4xf32>, vector<4xf32>) -> vector<9xf32>
  return
}
