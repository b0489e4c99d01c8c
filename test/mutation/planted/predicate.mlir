// flags: --canonicalize
func.func @clamp(%x: tensor<?xi32>, %out: tensor<?xi32>) -> tensor<?xi32> {
  %zero = arith.constant 0 : i32
  %r = linalg.map ins(%x : tensor<?xi32>) outs(%out : tensor<?xi32>) (%v: i32) {
    %less = arith.cmpi slt, %v, %zero : i32
    %w = arith.select %less, %zero, %v : i32
    linalg.yield %w : i32
  }
  return %r : tensor<?xi32>
}
