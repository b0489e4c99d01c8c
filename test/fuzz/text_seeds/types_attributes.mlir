#map = affine_map<(d0, d1)[s0] -> (d0 + s0 mod 4, d1 floordiv 2)>
#set = affine_set<(d0)[s0] : (d0 - 1 >= 0, s0 - d0 == 0)>
!t = tensor<4x?xf32, #x.enc<"a">>
module @m attributes {a = [1, 2.5 : f16, "s\0A", unit, @a::@b, !t, #map, #set], d = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>, r = dense_resource<k> : tensor<1xf32>, s = sparse<[[0]], [1]> : tensor<9xi32>, arr = array<i32: 1, -2>} {
  %0:2 = "x.op"() <{p = 0x7F800000 : f32}> ({
  ^bb0(%a: memref<2x3xf32, strided<[3, 1], offset: ?>, 1>, %b: vector<[4]x2xi1>):
    "x.br"(%a)[^bb1] : (memref<2x3xf32, strided<[3, 1], offset: ?>, 1>) -> ()
  ^bb1:
    "x.end"() : () -> ()
  }) {k = loc("f":1:2), n = -9223372036854775808 : i64} : () -> (complex<f64>, tuple<i3, none, index, (i1) -> ()>) loc(fused<"m">["a.c":1:2, callsite("g" at unknown)])
  func.func private @f(%x: i32 {l.a}) -> (f32, bf16)
}
{-# dialect_resources: { builtin: { k: "0x0400000000000000" } } #-}
