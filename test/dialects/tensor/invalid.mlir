// RUN: mica-opt %s --split-input-file --verify-diagnostics

// What the verifier refuses.

func.func @cast(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.cast' op operand type 'tensor<4xf32>' and result type 'tensor<5xf32>' are cast incompatible}}
  %0 = tensor.cast %t : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @extract_rank(%t: tensor<4x4xf32>, %i: index) {
  // expected-error @below {{'tensor.extract' op incorrect number of indices for extract_element}}
  %0 = tensor.extract %t[%i] : tensor<4x4xf32>
  return
}

// -----

func.func @insert_rank(%t: tensor<4x4xf32>, %i: index, %x: f32) {
  // expected-error @below {{'tensor.insert' op incorrect number of indices}}
  %0 = tensor.insert %x into %t[%i] : tensor<4x4xf32>
  return
}

// -----

func.func @from_elements(%x: f32) {
  // expected-error @below {{custom op 'tensor.from_elements' 2 operands present, but expected 3}}
  %0 = tensor.from_elements %x, %x : tensor<3xf32>
  return
}

// -----

func.func @empty(%n: index) {
  // expected-error @below {{'tensor.empty' op incorrect number of dynamic sizes, has 1, expected 0}}
  %0 = tensor.empty(%n) : tensor<4xf32>
  return
}

// -----

func.func @dim(%t: tensor<f32>, %i: index) {
  // expected-error @below {{'tensor.dim' op operand #0 must be non-0-ranked or unranked tensor, but got 'tensor<f32>'}}
  %0 = tensor.dim %t, %i : tensor<f32>
  return
}

// -----

func.func @reshape(%t: tensor<8xf32>, %s: tensor<?xi32>) {
  // expected-error @below {{'tensor.reshape' op cannot use shape operand with dynamic length to reshape to statically-ranked tensor type}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<?xi32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @reshape_count(%t: tensor<8xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'tensor.reshape' op source and destination tensor should have the same number of elements}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<2xi32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @collapse(%t: tensor<2x3xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected collapsed rank (1) to equal the number of reassociation maps (2).}}
  %0 = tensor.collapse_shape %t [[0], [1]] : tensor<2x3xf32> into tensor<6xf32>
  return
}

// -----

func.func @pad_yield(%t: tensor<4xf32>, %x: i32) {
  // expected-error @below {{'tensor.pad' op expected yield type to match shape element type}}
  %0 = tensor.pad %t low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : i32
  } : tensor<4xf32> to tensor<6xf32>
  return
}

// -----

func.func @generate(%n: index) {
  // expected-error @below {{'tensor.generate' op body must be terminated with a `yield` operation of the tensor element type}}
  %0 = tensor.generate %n {
  ^bb0(%i: index):
    tensor.yield %i : index
  } : tensor<?xf32>
  return
}

// -----

func.func @pack_partial(%t: tensor<9x8xf32>, %d: tensor<3x2x4x4xf32>) {
  // expected-error @below {{'tensor.pack' op invalid tile factor or output size provided. Only full tiles are supported when padding_value is not set}}
  %0 = tensor.pack %t inner_dims_pos = [0, 1] inner_tiles = [4, 4] into %d : tensor<9x8xf32> -> tensor<3x2x4x4xf32>
  return
}

// -----

func.func @gather(%t: tensor<4x5xf32>, %i: tensor<1x2xindex>) {
  // expected-error @below {{'tensor.gather' op gather_dims values must be strictly increasing}}
  %0 = tensor.gather %t[%i] gather_dims([0, 0]) : (tensor<4x5xf32>, tensor<1x2xindex>) -> tensor<1x1x1xf32>
  return
}

// -----

func.func @splat(%x: f32) {
  // expected-error @below {{use of value '%x' expects different type than prior uses: 'index' vs 'f32'}}
  %0 = tensor.splat %x[%x] : tensor<4xf32>
  return
}

// -----

func.func @concat(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.concat' op concatenation dim must be less than the tensor rank}}
  %0 = tensor.concat dim(1) %t, %t : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  return
}
