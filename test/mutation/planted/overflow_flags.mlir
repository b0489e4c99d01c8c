// flags: --canonicalize
func.func @wraps(%x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %sum = arith.addi %x, %y : vector<16xi32>
  %kept = arith.addi %sum, %x : vector<16xi32>
  return %kept : vector<16xi32>
}
