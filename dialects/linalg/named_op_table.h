// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What linalg's named ops compute, one row an op: X(name, operands, iterators, maps, body).
//
// iterators  p (parallel) or r (reduction) for each loop; * for as many parallel loops as the
//            output has dimensions
// maps       what each operand is indexed with, separated by `;`: loops are a, b, c, ...;
//            S0 is element 0 of the attribute strides, D0 of dilations; * in all: the identity,
//            nothing for operands of rank 0
// body       a postfix program: $0 pushes the element of operand 0, `cast` converts to the
//            element type of the output as the attribute `cast` says (signed without it),
//            `ucast` without sign, `cast_i32` and `cast_f64` to these types; `fun` is the
//            attribute `fun`; `index(0)` is the iteration number; others are functions of the
//            enums
#ifndef MICA_DIALECTS_LINALG_NAMED_OP_TABLE_H
#define MICA_DIALECTS_LINALG_NAMED_OP_TABLE_H

// clang-format off
#define MAC "$2 $0 cast $1 cast mul add"
#define MAC_ZERO_POINTS "$4 $0 cast $2 cast sub $1 cast $3 cast sub mul add"
#define MICAI_LINALG_NAMED_OPS(X) \
    X(abs, 2, "*", "*", "$0 abs") \
    X(add, 3, "*", "*", "$0 $1 add") \
    X(batch_matmul, 3, "pppr", "a b d; a d c; a b c", MAC) \
    X(batch_matmul_transpose_a, 3, "pppr", "a d b; a d c; a b c", MAC) \
    X(batch_matmul_transpose_b, 3, "pppr", "a b d; a c d; a b c", MAC) \
    X(batch_matvec, 3, "ppr", "a b c; a c; a b", MAC) \
    X(batch_mmt4d, 3, "ppprppr", "a b d e g; a c d f g; a b c e f", MAC) \
    X(batch_reduce_matmul, 3, "rppr", "a b d; a d c; b c", "$2 $0 $1 cast mul cast add") \
    X(batch_vecmat, 3, "ppr", "a c; a c b; a b", MAC) \
    X(ceil, 2, "*", "*", "$0 ceil") \
    X(conv_1d, 3, "pr", "a+b; b; a", MAC) \
    X(conv_1d_ncw_fcw, 3, "ppprr", "a d c*S0+e*D0; b d e; a b c", MAC) \
    X(conv_1d_nwc_wcf, 3, "ppprr", "a b*S0+d*D0 e; d e c; a b c", MAC) \
    X(conv_2d, 3, "pprr", "a+c b+d; c d; a b", MAC) \
    X(conv_2d_nchw_fchw, 3, "pppprrr", "a e c*S0+f*D0 d*S1+g*D1; b e f g; a b c d", MAC) \
    X(conv_2d_ngchw_fgchw, 3, "ppppprrr", \
      "a b f d*S0+g*D0 e*S1+h*D1; c b f g h; a b c d e", MAC) \
    X(conv_2d_ngchw_gfchw, 3, "ppppprrr", \
      "a b f d*S0+g*D0 e*S1+h*D1; b c f g h; a b c d e", MAC) \
    X(conv_2d_ngchw_gfchw_q, 5, "ppppprrr", \
      "a b f d*S0+g*D0 e*S1+h*D1; b c f g h; ; ; a b c d e", MAC_ZERO_POINTS) \
    X(conv_2d_nhwc_fhwc, 3, "pppprrr", "a b*S0+e*D0 c*S1+f*D1 g; d e f g; a b c d", MAC) \
    X(conv_2d_nhwc_fhwc_q, 5, "pppprrr", \
      "a b*S0+e*D0 c*S1+f*D1 g; d e f g; ; ; a b c d", MAC_ZERO_POINTS) \
    X(conv_2d_nhwc_hwcf, 3, "pppprrr", "a b*S0+e*D0 c*S1+f*D1 g; e f g d; a b c d", MAC) \
    X(conv_2d_nhwc_hwcf_q, 5, "pppprrr", \
      "a b*S0+e*D0 c*S1+f*D1 g; e f g d; ; ; a b c d", MAC_ZERO_POINTS) \
    X(conv_3d, 3, "ppprrr", "a+d b+e c+f; d e f; a b c", MAC) \
    X(conv_3d_ncdhw_fcdhw, 3, "ppppprrrr", \
      "a i b*S0+f*D0 c*S1+g*D1 d*S2+h*D2; e i f g h; a e b c d", MAC) \
    X(conv_3d_ndhwc_dhwcf, 3, "ppppprrrr", \
      "a b*S0+f*D0 c*S1+g*D1 d*S2+h*D2 i; f g h i e; a b c d e", MAC) \
    X(conv_3d_ndhwc_dhwcf_q, 5, "ppppprrrr", \
      "a b*S0+f*D0 c*S1+g*D1 d*S2+h*D2 i; f g h i e; ; ; a b c d e", MAC_ZERO_POINTS) \
    X(copy, 2, "*", "*", "$0 cast") \
    X(depthwise_conv_1d_ncw_cw, 3, "pppr", "a c b*S0+d*D0; c d; a c b", MAC) \
    X(depthwise_conv_1d_nwc_wc, 3, "pppr", "a b*S0+d*D0 c; d c; a b c", MAC) \
    X(depthwise_conv_1d_nwc_wcm, 3, "ppppr", "a b*S0+e*D0 c; e c d; a b c d", MAC) \
    X(depthwise_conv_2d_nchw_chw, 3, "pppprr", \
      "a d b*S0+e*D0 c*S1+f*D1; d e f; a d b c", MAC) \
    X(depthwise_conv_2d_nhwc_hwc, 3, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f d; a b c d", MAC) \
    X(depthwise_conv_2d_nhwc_hwc_q, 5, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f d; ; ; a b c d", MAC_ZERO_POINTS) \
    X(depthwise_conv_2d_nhwc_hwcm, 3, "ppppprr", \
      "a b*S0+f*D0 c*S1+g*D1 d; f g d e; a b c d e", MAC) \
    X(depthwise_conv_2d_nhwc_hwcm_q, 5, "ppppprr", \
      "a b*S0+f*D0 c*S1+g*D1 d; f g d e; ; ; a b c d e", MAC_ZERO_POINTS) \
    X(depthwise_conv_3d_ncdhw_cdhw, 3, "pppprrrp", \
      "a h b*S0+e*D0 c*S1+f*D1 d*S2+g*D2; h e f g; a h b c d", MAC) \
    X(depthwise_conv_3d_ndhwc_dhwc, 3, "pppprrrp", \
      "a b*S0+e*D0 c*S1+f*D1 d*S2+g*D2 h; e f g h; a b c d h", MAC) \
    X(depthwise_conv_3d_ndhwc_dhwcm, 3, "ppppprrrp", \
      "a b*S0+f*D0 c*S1+g*D1 d*S2+h*D2 i; f g h i e; a b c d i e", MAC) \
    X(div, 3, "*", "*", "$0 $1 div") \
    X(div_unsigned, 3, "*", "*", "$0 $1 div_unsigned") \
    X(dot, 3, "r", "a; a;", MAC) \
    X(elemwise_binary, 3, "*", "*", "$0 cast $1 cast fun") \
    X(elemwise_unary, 2, "*", "*", "$0 cast fun") \
    X(erf, 2, "*", "*", "$0 erf") \
    X(exp, 2, "*", "*", "$0 exp") \
    X(fill, 2, "*", "*", "$0 cast") \
    X(fill_rng_2d, 4, "pp", \
      "; ; ; a b", "2147483647:i64 cast_f64 index(1) cast_i32 index(0) cast_i32 $2 add " \
      "1103515245:i64 cast_i32 mul 12345:i64 cast_i32 add add 1103515245:i64 cast_i32 " \
      "mul 12345:i64 cast_i32 add cast_f64 add $1 $0 sub 2.3283064e-10:f64 cast_f64 mul " \
      "mul $0 add cast") \
    X(floor, 2, "*", "*", "$0 floor") \
    X(log, 2, "*", "*", "$0 log") \
    X(matmul, 3, "ppr", "a c; c b; a b", MAC) \
    X(matmul_transpose_a, 3, "ppr", "c a; c b; a b", MAC) \
    X(matmul_transpose_b, 3, "ppr", "a c; b c; a b", MAC) \
    X(matvec, 3, "pr", "a b; b; a", MAC) \
    X(max, 3, "*", "*", "$0 $1 max_signed") \
    X(min, 3, "*", "*", "$0 $1 min_signed") \
    X(mmt4d, 3, "pprppr", "a c d f; b c e f; a b d e", MAC) \
    X(mul, 3, "*", "*", "$0 $1 mul") \
    X(negf, 2, "*", "*", "$0 negf") \
    X(pooling_nchw_max, 3, "pppprr", \
      "a b c*S0+e*D0 d*S1+f*D1; e f; a b c d", "$2 $0 cast max_signed") \
    X(pooling_nchw_sum, 3, "pppprr", \
      "a b c*S0+e*D0 d*S1+f*D1; e f; a b c d", "$2 $0 cast add") \
    X(pooling_ncw_max, 3, "pppr", "a b c*S0+d*D0; d; a b c", "$2 $0 cast max_signed") \
    X(pooling_ncw_sum, 3, "pppr", "a b c*S0+d*D0; d; a b c", "$2 $0 cast add") \
    X(pooling_ndhwc_max, 3, "ppppprrr", \
      "a b*S0+f*D0 c*S1+g*D1 d*S2+h*D2 e; f g h; a b c d e", "$2 $0 cast max_signed") \
    X(pooling_ndhwc_min, 3, "ppppprrr", \
      "a b*S0+f*D0 c*S1+g*D1 d*S2+h*D2 e; f g h; a b c d e", "$2 $0 cast min_signed") \
    X(pooling_ndhwc_sum, 3, "ppppprrr", \
      "a b*S0+f*D0 c*S1+g*D1 d*S2+h*D2 e; f g h; a b c d e", "$2 $0 cast add") \
    X(pooling_nhwc_max, 3, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f; a b c d", "$2 $0 cast max_signed") \
    X(pooling_nhwc_max_unsigned, 3, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f; a b c d", "$2 $0 ucast max_unsigned") \
    X(pooling_nhwc_min, 3, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f; a b c d", "$2 $0 cast min_signed") \
    X(pooling_nhwc_min_unsigned, 3, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f; a b c d", "$2 $0 ucast min_unsigned") \
    X(pooling_nhwc_sum, 3, "pppprr", \
      "a b*S0+e*D0 c*S1+f*D1 d; e f; a b c d", "$2 $0 cast add") \
    X(pooling_nwc_max, 3, "pppr", "a b*S0+d*D0 c; d; a b c", "$2 $0 cast max_signed") \
    X(pooling_nwc_max_unsigned, 3, "pppr", \
      "a b*S0+d*D0 c; d; a b c", "$2 $0 ucast max_unsigned") \
    X(pooling_nwc_min, 3, "pppr", "a b*S0+d*D0 c; d; a b c", "$2 $0 cast min_signed") \
    X(pooling_nwc_min_unsigned, 3, "pppr", \
      "a b*S0+d*D0 c; d; a b c", "$2 $0 ucast min_unsigned") \
    X(pooling_nwc_sum, 3, "pppr", "a b*S0+d*D0 c; d; a b c", "$2 $0 cast add") \
    X(powf, 3, "*", "*", "$0 $1 powf") \
    X(quantized_batch_matmul, 5, "pppr", "a b d; a d c; ; ; a b c", MAC_ZERO_POINTS) \
    X(quantized_matmul, 5, "ppr", "a c; c b; ; ; a b", MAC_ZERO_POINTS) \
    X(reciprocal, 2, "*", "*", "$0 reciprocal") \
    X(round, 2, "*", "*", "$0 round") \
    X(rsqrt, 2, "*", "*", "$0 rsqrt") \
    X(select, 4, "*", "*", "$0 $1 $2 select") \
    X(sqrt, 2, "*", "*", "$0 sqrt") \
    X(square, 2, "*", "*", "$0 square") \
    X(sub, 3, "*", "*", "$0 $1 sub") \
    X(tanh, 2, "*", "*", "$0 tanh") \
    X(vecmat, 3, "pr", "b; b a; a", MAC)
// clang-format on

#endif
