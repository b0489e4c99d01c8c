// flags: --cse
func.func @twice(%a: f32, %b: f32) -> (f32, f32) {
  %sum = arith.addf %a, %b : f32
  %same = arith.addf %a, %b : f32
  %x = arith.mulf %sum, %b : f32
  %y = arith.subf %same, %a : f32
  return %x, %y : f32, f32
}
