// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Affine expressions: interned trees, simplified as they are built. Each simplification has its
// line of algebra above it; constants and symbolic terms go to the right, which is the one
// canonical form, and no rule makes an expression bigger, so that building ends.
//
// Words: dim, symbol, constant { value }; binary { lhs, rhs, depth }. The depth is limited, so
// that the functions which descend recursively are safe on any input.
#include "ir/core/affine.h"

#include <stdlib.h>

#include "ir/core/context_internal.h"

/// Deeper expressions are refused with NULL (the parser reports it).
enum { DEPTH_LIMIT = 10000 };

static const mica_affine_expr *leaf_get(mica_context *context, mica_affine_kind kind,
                                        int64_t value)
{
    const uint64_t word = (uint64_t)value;
    const uint8_t flags =
        MICAI_FLAG_PURE_AFFINE | (kind == MICA_AFFINE_DIM ? 0 : MICAI_FLAG_SYMBOLIC);
    return (const mica_affine_expr *)micai_object_get(context, MICAI_CATEGORY_AFFINE, kind,
                                                      NULL, &word, 1, flags);
}

const mica_affine_expr *mica_affine_dim_get(mica_context *context, uint32_t position)
{
    return leaf_get(context, MICA_AFFINE_DIM, position);
}

const mica_affine_expr *mica_affine_symbol_get(mica_context *context, uint32_t position)
{
    return leaf_get(context, MICA_AFFINE_SYMBOL, position);
}

const mica_affine_expr *mica_affine_constant_get(mica_context *context, int64_t value)
{
    return leaf_get(context, MICA_AFFINE_CONSTANT, value);
}

mica_affine_kind mica_affine_expr_kind(const mica_affine_expr *expr)
{
    return (mica_affine_kind)micai_object_of(expr)->kind;
}

mica_context *mica_affine_expr_context(const mica_affine_expr *expr)
{
    return micai_object_of(expr)->context;
}

const mica_affine_expr *mica_affine_expr_lhs(const mica_affine_expr *expr)
{
    return micai_pointer_of(micai_word(expr, 0));
}

const mica_affine_expr *mica_affine_expr_rhs(const mica_affine_expr *expr)
{
    return micai_pointer_of(micai_word(expr, 1));
}

int64_t mica_affine_expr_value(const mica_affine_expr *expr)
{
    return (int64_t)micai_word(expr, 0);
}

bool mica_affine_expr_is_symbolic(const mica_affine_expr *expr)
{
    return micai_object_of(expr)->flags & MICAI_FLAG_SYMBOLIC;
}

bool mica_affine_expr_is_pure(const mica_affine_expr *expr)
{
    return micai_object_of(expr)->flags & MICAI_FLAG_PURE_AFFINE;
}

static bool is_binary(const mica_affine_expr *expr)
{
    return mica_affine_expr_kind(expr) <= MICA_AFFINE_CEIL_DIV;
}

static bool is_kind(const mica_affine_expr *expr, mica_affine_kind kind)
{
    return mica_affine_expr_kind(expr) == kind;
}

static bool is_constant(const mica_affine_expr *expr)
{
    return is_kind(expr, MICA_AFFINE_CONSTANT);
}

static bool is_constant_of(const mica_affine_expr *expr, int64_t value)
{
    return is_constant(expr) && mica_affine_expr_value(expr) == value;
}

static uint64_t depth_of(const mica_affine_expr *expr)
{
    return is_binary(expr) ? micai_word(expr, 2) : 0;
}

static const mica_affine_expr *constant_like(const mica_affine_expr *expr, int64_t value)
{
    return mica_affine_constant_get(mica_affine_expr_context(expr), value);
}

/// Products of affine expressions need one constant factor; divisors must be constants.
static bool is_pure_binary(mica_affine_kind kind, const mica_affine_expr *lhs,
                           const mica_affine_expr *rhs)
{
    if (!mica_affine_expr_is_pure(lhs) || !mica_affine_expr_is_pure(rhs))
        return false;
    if (kind == MICA_AFFINE_ADD)
        return true;
    if (kind == MICA_AFFINE_MUL)
        return is_constant(lhs) || is_constant(rhs);
    return is_constant(rhs);
}

/// The binary expression as it is.
static const mica_affine_expr *binary_plain(mica_affine_kind kind, const mica_affine_expr *lhs,
                                            const mica_affine_expr *rhs)
{
    const uint64_t left = depth_of(lhs), right = depth_of(rhs);
    const uint64_t depth = 1 + (left > right ? left : right);
    if (depth > DEPTH_LIMIT)
        return NULL;
    const uint64_t words[] = {micai_word_of(lhs), micai_word_of(rhs), depth};
    uint8_t flags = 0;
    if (mica_affine_expr_is_symbolic(lhs) && mica_affine_expr_is_symbolic(rhs))
        flags |= MICAI_FLAG_SYMBOLIC;
    if (is_pure_binary(kind, lhs, rhs))
        flags |= MICAI_FLAG_PURE_AFFINE;
    return (const mica_affine_expr *)micai_object_get(
        mica_affine_expr_context(lhs), MICAI_CATEGORY_AFFINE, kind, NULL, words, 3, flags);
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? (value == INT64_MIN ? INT64_MAX : -value) : value;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    a = magnitude(a);
    b = magnitude(b);
    while (b) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/// A positive integer that divides every value of the expression; 0 for the constant 0.
static int64_t known_divisor(const mica_affine_expr *expr)
{
    int64_t product;
    switch (mica_affine_expr_kind(expr)) {
    case MICA_AFFINE_CONSTANT:
        return magnitude(mica_affine_expr_value(expr));
    case MICA_AFFINE_MUL:
        return __builtin_mul_overflow(known_divisor(mica_affine_expr_lhs(expr)),
                                      known_divisor(mica_affine_expr_rhs(expr)), &product)
                   ? 1
                   : product;
    case MICA_AFFINE_ADD:
    case MICA_AFFINE_MOD:
        return greatest_common_divisor(known_divisor(mica_affine_expr_lhs(expr)),
                                       known_divisor(mica_affine_expr_rhs(expr)));
    case MICA_AFFINE_FLOOR_DIV:
    case MICA_AFFINE_CEIL_DIV: {
        const mica_affine_expr *rhs = mica_affine_expr_rhs(expr);
        if (!is_constant(rhs) || mica_affine_expr_value(rhs) == 0)
            return 1;
        const int64_t divisor = known_divisor(mica_affine_expr_lhs(expr));
        return divisor % mica_affine_expr_value(rhs) == 0
                   ? magnitude(divisor / mica_affine_expr_value(rhs))
                   : 1;
    }
    default:
        return 1;
    }
}

static bool divides(int64_t divisor, const mica_affine_expr *expr)
{
    return known_divisor(expr) % divisor == 0;
}

/// expr = inner * factor; a bare expression is itself times 1.
static void split_factor(const mica_affine_expr *expr, const mica_affine_expr **inner,
                         int64_t *factor)
{
    *inner = expr;
    *factor = 1;
    if (is_kind(expr, MICA_AFFINE_MUL) && is_constant(mica_affine_expr_rhs(expr))) {
        *inner = mica_affine_expr_lhs(expr);
        *factor = mica_affine_expr_value(mica_affine_expr_rhs(expr));
    }
}

static const mica_affine_expr *binary(mica_affine_kind kind, const mica_affine_expr *lhs,
                                      const mica_affine_expr *rhs)
{
    return lhs && rhs ? mica_affine_binary_get(kind, lhs, rhs) : NULL;
}

/// e + (e floordiv q) * -q -> e mod q
static const mica_affine_expr *fold_to_mod(const mica_affine_expr *lhs,
                                           const mica_affine_expr *rhs)
{
    const mica_affine_expr *quotient;
    int64_t factor;
    split_factor(rhs, &quotient, &factor);
    if (factor >= 0 || !is_kind(quotient, MICA_AFFINE_FLOOR_DIV) ||
        mica_affine_expr_lhs(quotient) != lhs || factor == INT64_MIN ||
        !is_constant_of(mica_affine_expr_rhs(quotient), -factor))
        return NULL;
    return binary(MICA_AFFINE_MOD, lhs, mica_affine_expr_rhs(quotient));
}

static const mica_affine_expr *simplify_add(const mica_affine_expr *lhs,
                                            const mica_affine_expr *rhs)
{
    int64_t sum;
    // c1 + c2 -> c
    if (is_constant(lhs) && is_constant(rhs))
        return __builtin_add_overflow(mica_affine_expr_value(lhs), mica_affine_expr_value(rhs),
                                      &sum)
                   ? NULL
                   : constant_like(lhs, sum);
    // c + x -> x + c; symbolic + x -> x + symbolic
    if (is_constant(lhs) ||
        (mica_affine_expr_is_symbolic(lhs) && !mica_affine_expr_is_symbolic(rhs)))
        return binary(MICA_AFFINE_ADD, rhs, lhs);
    // x + 0 -> x
    if (is_constant_of(rhs, 0))
        return lhs;
    const bool left_ends_constant =
        is_kind(lhs, MICA_AFFINE_ADD) && is_constant(mica_affine_expr_rhs(lhs));
    // (x + c1) + c2 -> x + c
    if (left_ends_constant && is_constant(rhs) &&
        !__builtin_add_overflow(mica_affine_expr_value(mica_affine_expr_rhs(lhs)),
                                mica_affine_expr_value(rhs), &sum))
        return binary(MICA_AFFINE_ADD, mica_affine_expr_lhs(lhs), constant_like(lhs, sum));
    // x * c1 + x * c2 -> x * c
    const mica_affine_expr *left_inner, *right_inner;
    int64_t left_factor, right_factor;
    split_factor(lhs, &left_inner, &left_factor);
    split_factor(rhs, &right_inner, &right_factor);
    if (left_inner == right_inner && !is_constant(lhs) && !is_constant(rhs) &&
        !__builtin_add_overflow(left_factor, right_factor, &sum))
        return binary(MICA_AFFINE_MUL, left_inner, constant_like(lhs, sum));
    // (x + c) + y -> (x + y) + c
    if (left_ends_constant && !is_constant(rhs))
        return binary(MICA_AFFINE_ADD, binary(MICA_AFFINE_ADD, mica_affine_expr_lhs(lhs), rhs),
                      mica_affine_expr_rhs(lhs));
    return fold_to_mod(lhs, rhs);
}

static const mica_affine_expr *simplify_mul(const mica_affine_expr *lhs,
                                            const mica_affine_expr *rhs)
{
    int64_t product;
    if (is_constant(lhs) && is_constant(rhs))
        return __builtin_mul_overflow(mica_affine_expr_value(lhs), mica_affine_expr_value(rhs),
                                      &product)
                   ? NULL
                   : constant_like(lhs, product);
    // c * x -> x * c; symbolic * x -> x * symbolic
    if (mica_affine_expr_is_symbolic(lhs) &&
        (!mica_affine_expr_is_symbolic(rhs) || is_constant(lhs)))
        return binary(MICA_AFFINE_MUL, rhs, lhs);
    // x * 1 -> x; x * 0 -> 0
    if (is_constant_of(rhs, 1))
        return lhs;
    if (is_constant_of(rhs, 0))
        return rhs;
    if (!is_kind(lhs, MICA_AFFINE_MUL) || !is_constant(mica_affine_expr_rhs(lhs)))
        return NULL;
    // (x * c1) * c2 -> x * c; (x * c) * s -> (x * s) * c
    if (!is_constant(rhs))
        return binary(MICA_AFFINE_MUL, binary(MICA_AFFINE_MUL, mica_affine_expr_lhs(lhs), rhs),
                      mica_affine_expr_rhs(lhs));
    if (__builtin_mul_overflow(mica_affine_expr_value(mica_affine_expr_rhs(lhs)),
                               mica_affine_expr_value(rhs), &product))
        return NULL;
    return binary(MICA_AFFINE_MUL, mica_affine_expr_lhs(lhs), constant_like(lhs, product));
}

static int64_t floor_division(int64_t a, int64_t b)
{
    const int64_t quotient = a / b;
    return quotient - (a % b != 0 && a < 0);
}

/// (x * c1) / c2 -> x * (c1 / c2) when c2 divides c1
static const mica_affine_expr *divide_product(const mica_affine_expr *lhs, int64_t divisor)
{
    const mica_affine_expr *inner;
    int64_t factor;
    split_factor(lhs, &inner, &factor);
    if (inner == lhs || factor % divisor != 0)
        return NULL;
    return binary(MICA_AFFINE_MUL, inner, constant_like(lhs, factor / divisor));
}

static const mica_affine_expr *simplify_floor_div(const mica_affine_expr *lhs,
                                                  const mica_affine_expr *rhs)
{
    // A divisor below 1 is left for whoever evaluates to refuse.
    if (!is_constant(rhs) || mica_affine_expr_value(rhs) < 1)
        return NULL;
    const int64_t divisor = mica_affine_expr_value(rhs);
    if (is_constant(lhs))
        return constant_like(lhs, floor_division(mica_affine_expr_value(lhs), divisor));
    // x floordiv 1 -> x
    if (divisor == 1)
        return lhs;
    const mica_affine_expr *divided = divide_product(lhs, divisor);
    if (divided || !is_kind(lhs, MICA_AFFINE_ADD))
        return divided;
    // (x + y) floordiv c -> x floordiv c + y floordiv c when c divides x or y
    const mica_affine_expr *x = mica_affine_expr_lhs(lhs), *y = mica_affine_expr_rhs(lhs);
    if (!divides(divisor, x) && !divides(divisor, y))
        return NULL;
    return binary(MICA_AFFINE_ADD, binary(MICA_AFFINE_FLOOR_DIV, x, rhs),
                  binary(MICA_AFFINE_FLOOR_DIV, y, rhs));
}

static const mica_affine_expr *simplify_ceil_div(const mica_affine_expr *lhs,
                                                 const mica_affine_expr *rhs)
{
    if (!is_constant(rhs) || mica_affine_expr_value(rhs) < 1)
        return NULL;
    const int64_t divisor = mica_affine_expr_value(rhs);
    if (is_constant(lhs)) {
        const int64_t value = mica_affine_expr_value(lhs);
        return constant_like(lhs, value / divisor + (value % divisor != 0 && value > 0));
    }
    // x ceildiv 1 -> x
    return divisor == 1 ? lhs : divide_product(lhs, divisor);
}

static const mica_affine_expr *simplify_mod(const mica_affine_expr *lhs,
                                            const mica_affine_expr *rhs)
{
    if (!is_constant(rhs) || mica_affine_expr_value(rhs) < 1)
        return NULL;
    const int64_t divisor = mica_affine_expr_value(rhs);
    if (is_constant(lhs)) {
        const int64_t rest = mica_affine_expr_value(lhs) % divisor;
        return constant_like(lhs, rest < 0 ? rest + divisor : rest);
    }
    // x mod c -> 0 when c divides x
    if (divides(divisor, lhs))
        return constant_like(lhs, 0);
    // (x + y) mod c -> y mod c when c divides x
    if (is_kind(lhs, MICA_AFFINE_ADD)) {
        if (divides(divisor, mica_affine_expr_lhs(lhs)))
            return binary(MICA_AFFINE_MOD, mica_affine_expr_rhs(lhs), rhs);
        if (divides(divisor, mica_affine_expr_rhs(lhs)))
            return binary(MICA_AFFINE_MOD, mica_affine_expr_lhs(lhs), rhs);
    }
    // (x mod c1) mod c -> x mod c when c divides c1
    if (is_kind(lhs, MICA_AFFINE_MOD) && divides(divisor, mica_affine_expr_rhs(lhs)))
        return binary(MICA_AFFINE_MOD, mica_affine_expr_lhs(lhs), rhs);
    return NULL;
}

const mica_affine_expr *mica_affine_binary_get(mica_affine_kind kind,
                                               const mica_affine_expr *lhs,
                                               const mica_affine_expr *rhs)
{
    static const mica_affine_expr *(*const simplify[])(const mica_affine_expr *,
                                                       const mica_affine_expr *) = {
        [MICA_AFFINE_ADD] = simplify_add,
        [MICA_AFFINE_MUL] = simplify_mul,
        [MICA_AFFINE_MOD] = simplify_mod,
        [MICA_AFFINE_FLOOR_DIV] = simplify_floor_div,
        [MICA_AFFINE_CEIL_DIV] = simplify_ceil_div,
    };
    if (!lhs || !rhs)
        return NULL;
    const mica_affine_expr *simpler = simplify[kind](lhs, rhs);
    return simpler ? simpler : binary_plain(kind, lhs, rhs);
}

// ---- questions and substitution
// --------------------------------------------------------------

bool mica_affine_expr_uses_dim(const mica_affine_expr *expr, uint32_t position)
{
    if (is_binary(expr))
        return mica_affine_expr_uses_dim(mica_affine_expr_lhs(expr), position) ||
               mica_affine_expr_uses_dim(mica_affine_expr_rhs(expr), position);
    return is_kind(expr, MICA_AFFINE_DIM) && mica_affine_expr_value(expr) == position;
}

const mica_affine_expr *mica_affine_expr_replace(const mica_affine_expr *expr,
                                                 const mica_affine_expr *const *dims,
                                                 size_t dim_count,
                                                 const mica_affine_expr *const *symbols,
                                                 size_t symbol_count)
{
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    if (is_binary(expr)) {
        const mica_affine_expr *lhs = mica_affine_expr_replace(
            mica_affine_expr_lhs(expr), dims, dim_count, symbols, symbol_count);
        const mica_affine_expr *rhs = mica_affine_expr_replace(
            mica_affine_expr_rhs(expr), dims, dim_count, symbols, symbol_count);
        if (lhs == mica_affine_expr_lhs(expr) && rhs == mica_affine_expr_rhs(expr))
            return expr;
        return binary(kind, lhs, rhs);
    }
    const size_t position = (size_t)mica_affine_expr_value(expr);
    if (kind == MICA_AFFINE_DIM && position < dim_count)
        return dims[position];
    if (kind == MICA_AFFINE_SYMBOL && position < symbol_count)
        return symbols[position];
    return expr;
}

bool mica_affine_expr_evaluate(const mica_affine_expr *expr, const int64_t *dims,
                               const int64_t *symbols, int64_t *value)
{
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    int64_t left, right;
    if (!is_binary(expr)) {
        *value = mica_affine_expr_value(expr);
        if (kind == MICA_AFFINE_DIM)
            *value = dims[*value];
        else if (kind == MICA_AFFINE_SYMBOL)
            *value = symbols[*value];
        return true;
    }
    if (!mica_affine_expr_evaluate(mica_affine_expr_lhs(expr), dims, symbols, &left) ||
        !mica_affine_expr_evaluate(mica_affine_expr_rhs(expr), dims, symbols, &right))
        return false;
    if (kind == MICA_AFFINE_ADD)
        return !__builtin_add_overflow(left, right, value);
    if (kind == MICA_AFFINE_MUL)
        return !__builtin_mul_overflow(left, right, value);
    if (right <= 0)
        return false;
    const int64_t down = floor_division(left, right);
    if (kind == MICA_AFFINE_MOD)
        *value = left - down * right;
    else
        *value = down + (kind == MICA_AFFINE_CEIL_DIV && left % right != 0);
    return true;
}
