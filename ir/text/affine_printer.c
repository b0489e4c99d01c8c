// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Affine expressions as text. Expressions stand in the normal form in which they are built, so
// `a + b * -1` is a subtraction. A sub-expression is in parentheses when it is a sum under a
// product, or any binary expression on the right of a sum.
#include "ir/text/printer_internal.h"

typedef enum strength { WEAK, STRONG } strength;

typedef struct name_source {
    micai_affine_name_fn name;
    const void *user;
} name_source;

static void print_expr(mica_asm_printer *printer, const mica_affine_expr *expr,
                       strength enclosing, const name_source *names);

static void print_name(mica_asm_printer *printer, bool is_symbol, uint32_t position,
                       const name_source *names)
{
    if (names->name) {
        names->name(printer, is_symbol, position, names->user);
        return;
    }
    micai_put_char(printer, is_symbol ? 's' : 'd');
    micai_put_unsigned(printer, position);
}

static const char *operator_text(mica_affine_kind kind)
{
    switch (kind) {
    case MICA_AFFINE_MUL:
        return " * ";
    case MICA_AFFINE_MOD:
        return " mod ";
    case MICA_AFFINE_FLOOR_DIV:
        return " floordiv ";
    case MICA_AFFINE_CEIL_DIV:
        return " ceildiv ";
    default:
        return " + ";
    }
}

static bool is_constant(const mica_affine_expr *expr, int64_t *value)
{
    if (mica_affine_expr_kind(expr) != MICA_AFFINE_CONSTANT)
        return false;
    *value = mica_affine_expr_value(expr);
    return true;
}

static void print_product(mica_asm_printer *printer, const mica_affine_expr *expr,
                          const name_source *names)
{
    const mica_affine_expr *lhs = mica_affine_expr_lhs(expr);
    const mica_affine_expr *rhs = mica_affine_expr_rhs(expr);
    int64_t factor;
    if (mica_affine_expr_kind(expr) == MICA_AFFINE_MUL && is_constant(rhs, &factor) &&
        factor == -1) {
        micai_put_char(printer, '-');
        print_expr(printer, lhs, STRONG, names);
        return;
    }
    print_expr(printer, lhs, STRONG, names);
    mica_asm_print(printer, operator_text(mica_affine_expr_kind(expr)));
    print_expr(printer, rhs, STRONG, names);
}

// a + b * -1 as a - b, a + b * -3 as a - b * 3; true when it was one of them.
static bool print_difference(mica_asm_printer *printer, const mica_affine_expr *lhs,
                             const mica_affine_expr *rhs, const name_source *names)
{
    if (mica_affine_expr_kind(rhs) != MICA_AFFINE_MUL)
        return false;
    const mica_affine_expr *term = mica_affine_expr_lhs(rhs);
    int64_t factor;
    if (!is_constant(mica_affine_expr_rhs(rhs), &factor) || factor >= 0)
        return false;
    print_expr(printer, lhs, WEAK, names);
    micai_put_literal(printer, " - ");
    if (factor == -1) {
        const bool is_sum = mica_affine_expr_kind(term) == MICA_AFFINE_ADD;
        print_expr(printer, term, is_sum ? STRONG : WEAK, names);
        return true;
    }
    print_expr(printer, term, STRONG, names);
    micai_put_literal(printer, " * ");
    micai_put_unsigned(printer, 0 - (uint64_t)factor);
    return true;
}

static void print_sum(mica_asm_printer *printer, const mica_affine_expr *expr,
                      const name_source *names)
{
    const mica_affine_expr *lhs = mica_affine_expr_lhs(expr);
    const mica_affine_expr *rhs = mica_affine_expr_rhs(expr);
    int64_t constant;
    if (print_difference(printer, lhs, rhs, names))
        return;
    print_expr(printer, lhs, WEAK, names);
    if (is_constant(rhs, &constant) && constant < 0) {
        micai_put_literal(printer, " - ");
        micai_put_unsigned(printer, 0 - (uint64_t)constant);
        return;
    }
    micai_put_literal(printer, " + ");
    print_expr(printer, rhs, WEAK, names);
}

static void print_expr(mica_asm_printer *printer, const mica_affine_expr *expr,
                       strength enclosing, const name_source *names)
{
    const mica_affine_kind kind = mica_affine_expr_kind(expr);
    switch (kind) {
    case MICA_AFFINE_CONSTANT:
        micai_put_signed(printer, mica_affine_expr_value(expr));
        return;
    case MICA_AFFINE_DIM:
    case MICA_AFFINE_SYMBOL:
        print_name(printer, kind == MICA_AFFINE_SYMBOL, (uint32_t)mica_affine_expr_value(expr),
                   names);
        return;
    default:
        break;
    }
    if (enclosing == STRONG)
        micai_put_char(printer, '(');
    if (kind == MICA_AFFINE_ADD)
        print_sum(printer, expr, names);
    else
        print_product(printer, expr, names);
    if (enclosing == STRONG)
        micai_put_char(printer, ')');
}

void micai_print_affine_expr(mica_asm_printer *printer, const mica_affine_expr *expr,
                             micai_affine_name_fn name, const void *user)
{
    const name_source by = {name, user};
    print_expr(printer, expr, WEAK, &by);
}

static void print_ids(mica_asm_printer *printer, char letter, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_put_char(printer, letter);
        micai_put_unsigned(printer, i);
    }
}

static void print_head(mica_asm_printer *printer, uint32_t dims, uint32_t symbols)
{
    micai_put_char(printer, '(');
    print_ids(printer, 'd', dims);
    micai_put_char(printer, ')');
    if (!symbols)
        return;
    micai_put_char(printer, '[');
    print_ids(printer, 's', symbols);
    micai_put_char(printer, ']');
}

void micai_print_map(mica_asm_printer *printer, const mica_attr *map)
{
    print_head(printer, mica_affine_map_dim_count(map), mica_affine_map_symbol_count(map));
    micai_put_literal(printer, " -> (");
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_affine_expr(printer, mica_affine_map_result(map, i), NULL, NULL);
    }
    micai_put_char(printer, ')');
}

void micai_print_set(mica_asm_printer *printer, const mica_attr *set)
{
    print_head(printer, mica_integer_set_dim_count(set), mica_integer_set_symbol_count(set));
    micai_put_literal(printer, " : (");
    for (size_t i = 0; i < mica_integer_set_count(set); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        micai_print_affine_expr(printer, mica_integer_set_constraint(set, i), NULL, NULL);
        mica_asm_print(printer, mica_integer_set_is_equality(set, i) ? " == 0" : " >= 0");
    }
    micai_put_char(printer, ')');
}
