// RUN: mica-opt %s -expose-assertions -verify-diagnostics

// There is no value that could be returned in the middle.
func.func @value(%a: i1, %x: f32) -> f32 {
  // expected-error@+1 {{'cf.assert' op can't be told to the caller: the function returns more than sizes}}
  cf.assert %a, "first"
  return %x : f32
}
