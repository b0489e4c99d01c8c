// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization of complex: the patterns of complex.rewrite, and bitcasts of bitcasts, of
// this dialect and of arith's, which become one of whichever dialect has the types.
#include "dialects/complex/complex_ops.h"
#include "ir/rewrite/match_program.h"
#include "ir/rewrite/pattern.h"
#include "ir/rewrite/rewriter.h"

static bool is_complex(const mica_type *type)
{
    return mica_type_get_kind(type) == MICA_TYPE_COMPLEX;
}

/// Of what arith can cast.
static bool is_arith_scalar(const mica_type *type)
{
    return mica_type_is_float(type) || mica_type_is_signless_integer(type);
}

static const char complex_bitcast[] = "complex.bitcast", arith_bitcast[] = "arith.bitcast";

static bool is_named(const mica_op *op, const char *name)
{
    return op && mica_string_is(mica_op_name(op), name);
}

/// The op that casts between two types; NULL when none does.
static const char *cast_between(const mica_type *from, const mica_type *to)
{
    if (is_complex(from) != is_complex(to))
        return complex_bitcast;
    return is_arith_scalar(from) && is_arith_scalar(to) ? arith_bitcast : NULL;
}

/// bitcast(bitcast(x)) -> bitcast(x), or x where it has the type. Two of arith's are arith's
/// to merge.
static bool merge_bitcasts(mica_rewriter *rewriter, mica_op *op, void *user)
{
    (void)user;
    const mica_op *inner = mica_value_op(mica_op_operand(op, 0));
    const bool is_ours = is_named(op, complex_bitcast);
    if (!is_named(inner, complex_bitcast) && !(is_ours && is_named(inner, arith_bitcast)))
        return mica_rewriter_fail(rewriter, op, "operand is no bitcast to be merged");
    mica_value *source = mica_op_operand(inner, 0);
    const mica_type *from = mica_value_type(source);
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    if (from == to)
        return mica_rewriter_replace_op(rewriter, op, &source, 1);
    const char *name = cast_between(from, to);
    if (!name)
        return mica_rewriter_fail(rewriter, op, "no op casts between the types");
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, &source, 1);
    mica_op_state_add_result(&state, to);
    mica_op *cast = mica_builder_create(builder, &state);
    return cast && mica_rewriter_replace_op_with(rewriter, op, cast);
}

static void add(mica_pattern_set *patterns, const char *name, const char *root)
{
    const mica_pattern pattern = {.name = name, .root = root, .rewrite = merge_bitcasts};
    mica_pattern_set_add(patterns, &pattern, 1);
}

/// The patterns of complex.rewrite, as mica-gen compiled them.
extern const mica_match_program micai_complex_rewrites;

void micai_complex_canonicalize(mica_pattern_set *patterns)
{
    mica_pattern_set_add_program(patterns, &micai_complex_rewrites);
    add(patterns, "complex_merge_bitcasts", complex_bitcast);
    add(patterns, "complex_merge_arith_bitcast", arith_bitcast);
}
