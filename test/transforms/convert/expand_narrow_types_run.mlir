// The interpreter on the types themselves, on bytes, and the compiled program agree with numpy.
// RUN: mica-run --interpret %s --entry-point-result=f32 | FileCheck %s
// RUN: mica-opt %s --expand-narrow-types | mica-run --interpret - --entry-point-result=f32 | FileCheck %s
// REQUIRES: mica-run
// CHECK: {{^}}1.199994e+01{{$}}
func.func @main() -> f32 {
  %x = arith.constant dense<[0.3, -500.0, 0x7FC00000, 1.0e-3, 9.0, 2.6, -0.0, 0.004]> : tensor<8xf32>
  %e = tensor.empty() : tensor<8xf8E5M2FNUZ>
  %q = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf8E5M2FNUZ>) {
  ^bb0(%a: f32, %b: f8E5M2FNUZ):
    %t = arith.truncf %a : f32 to f8E5M2FNUZ
    %u = arith.mulf %t, %t : f8E5M2FNUZ
    linalg.yield %u : f8E5M2FNUZ
  } -> tensor<8xf8E5M2FNUZ>
  %c = arith.constant dense<[-8, 7, -1, 3, 0, 1, 2, -2]> : tensor<8xi4>
  %f0 = arith.constant dense<0.0> : tensor<f32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]} ins(%q, %c : tensor<8xf8E5M2FNUZ>, tensor<8xi4>) outs(%f0 : tensor<f32>) {
  ^bb0(%a: f8E5M2FNUZ, %i: i4, %b: f32):
    %w = arith.extf %a : f8E5M2FNUZ to f32
    %nan = arith.cmpf uno, %w, %w : f32
    %z = arith.constant 0.0 : f32
    %v = arith.select %nan, %z, %w : f32
    %j = arith.addi %i, %i : i4
    %s = arith.sitofp %j : i4 to f32
    %p = arith.mulf %v, %s : f32
    %y = arith.addf %p, %b : f32
    linalg.yield %y : f32
  } -> tensor<f32>
  %h = tensor.extract %r[] : tensor<f32>
  return %h : f32
}
