// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Actions of the grammar for affine maps and sets. The names of dims and symbols lie on the
// parser's word stack below the expressions: (start, length) pairs, dims first.
#include "ir/text/parser_internal.h"
#include "ir/text/type_attr.h"

/// What was made before is to be trusted only when there was memory for all of it.
static bool failed(const mica_asm_parser *parser)
{
    return parser->grammar_failed || parser->context->out_of_memory;
}

void micai_action_affine_begin(mica_asm_parser *parser)
{
    parser->affine_base = parser->words.count;
    parser->affine_dims = parser->affine_symbols = 0;
}

static bool find_id(const mica_asm_parser *parser, const micai_token *id, size_t *position)
{
    const size_t count = parser->affine_dims + parser->affine_symbols;
    const uint64_t *names = parser->words.data + parser->affine_base;
    for (size_t i = 0; i < count; i++) {
        if (names[2 * i + 1] == id->length &&
            memcmp(micai_pointer_of(names[2 * i]), id->start, id->length) == 0) {
            *position = i;
            return true;
        }
    }
    return false;
}

void micai_action_affine_id(mica_asm_parser *parser, micai_token id, bool is_symbol)
{
    size_t position;
    if (failed(parser))
        return;
    if (find_id(parser, &id, &position)) {
        micai_error_at(parser, id.start, "redefinition of identifier '%.*s'",
                       MICA_STRING_ARG(micai_token_text(&id)));
        return;
    }
    micai_words_push(parser, &parser->words, micai_word_of(id.start));
    micai_words_push(parser, &parser->words, id.length);
    if (is_symbol)
        parser->affine_symbols++;
    else
        parser->affine_dims++;
}

const mica_affine_expr *micai_action_affine_use(mica_asm_parser *parser, micai_token id)
{
    if (failed(parser))
        return NULL;
    size_t position;
    if (parser->affine_operands || !find_id(parser, &id, &position)) {
        // A keyword is no identifier: then one is missing before it.
        const char *place =
            id.kind == MICAI_TK_BARE_ID ? id.start : micai_place_before(parser, id.start);
        micai_error_at(parser, place, "use of undeclared identifier");
        return NULL;
    }
    return position < parser->affine_dims
               ? mica_affine_dim_get(parser->context, (uint32_t)position)
               : mica_affine_symbol_get(parser->context,
                                        (uint32_t)(position - parser->affine_dims));
}

static size_t operand_position(mica_asm_parser *parser, mica_asm_operand_list *list,
                               const mica_asm_operand *operand)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->data[i].number == operand->number &&
            mica_string_equal(list->data[i].name, operand->name))
            return i;
    }
    if (!micai_operand_list_append(parser, list, operand))
        return 0;
    return list->count - 1;
}

const mica_affine_expr *micai_action_affine_ssa(mica_asm_parser *parser, micai_token id,
                                                micai_token number, bool is_symbol)
{
    if (failed(parser))
        return NULL;
    if (!parser->affine_operands) {
        micai_error_at(parser, id.start, "expected affine expression");
        return NULL;
    }
    mica_asm_operand operand;
    micai_operand_from_token(parser, id, number.value, &operand);
    if (is_symbol)
        return mica_affine_symbol_get(
            parser->context,
            (uint32_t)operand_position(parser, parser->affine_symbol_operands, &operand));
    return mica_affine_dim_get(
        parser->context, (uint32_t)operand_position(parser, parser->affine_operands, &operand));
}

const mica_affine_expr *micai_action_affine_integer(mica_asm_parser *parser, micai_token value)
{
    uint64_t number = 0;
    if (!micai_integer_token(micai_token_text(&value), &number) || number > INT64_MAX) {
        micai_error_at(parser, value.start, "constant too large for index");
        return NULL;
    }
    return mica_affine_constant_get(parser->context, (int64_t)number);
}

/// `lhs kind rhs`; NULL after a diagnostic when that nests too deeply or there is no memory.
static const mica_affine_expr *combine(mica_asm_parser *parser, mica_affine_kind kind,
                                       const mica_affine_expr *lhs, const mica_affine_expr *rhs)
{
    const mica_affine_expr *made = mica_affine_binary_get(kind, lhs, rhs);
    if (made)
        return made;
    if (mica_context_out_of_memory(parser->context))
        micai_parser_no_memory(parser);
    else
        micai_error_here(parser, "affine expression is nested too deeply");
    parser->grammar_failed = true;
    return NULL;
}

const mica_affine_expr *micai_action_affine_negate(mica_asm_parser *parser,
                                                   const mica_affine_expr *expr)
{
    if (failed(parser))
        return NULL;
    return combine(parser, MICA_AFFINE_MUL, expr,
                   mica_affine_constant_get(parser->context, -1));
}

static bool is_symbolic_or_constant(const mica_affine_expr *expr)
{
    return mica_affine_expr_is_symbolic(expr);
}

static const char *non_affine_message(mica_affine_kind kind)
{
    switch (kind) {
    case MICA_AFFINE_FLOOR_DIV:
        return "non-affine expression: right operand of floordiv has to be either a constant "
               "or symbolic";
    case MICA_AFFINE_CEIL_DIV:
        return "non-affine expression: right operand of ceildiv has to be either a constant "
               "or symbolic";
    case MICA_AFFINE_MOD:
        return "non-affine expression: right operand of mod has to be either a constant or "
               "symbolic";
    default:
        return "non-affine expression: at least one of the multiply operands has to be either "
               "a constant or symbolic";
    }
}

static bool is_product(int kind)
{
    return kind == MICAI_TK_STAR || kind == MICAI_TK_MOD || kind == MICAI_TK_FLOORDIV ||
           kind == MICAI_TK_CEILDIV;
}

const mica_affine_expr *micai_action_affine_binary(mica_asm_parser *parser,
                                                   mica_affine_kind kind,
                                                   const mica_affine_expr *lhs,
                                                   micai_token place,
                                                   const mica_affine_expr *rhs)
{
    if (failed(parser))
        return NULL;
    const bool is_affine = kind == MICA_AFFINE_ADD || is_symbolic_or_constant(rhs) ||
                           (kind == MICA_AFFINE_MUL && is_symbolic_or_constant(lhs));
    if (!is_affine) {
        // Within a chain of products upstream is at the next operator when it finds out.
        const char *shown =
            is_product(parser->lookahead.kind) ? parser->lookahead.start : place.start;
        micai_error_at(parser, shown, "%s", non_affine_message(kind));
        return NULL;
    }
    return combine(parser, kind, lhs, rhs);
}

// lhs - rhs >= 0 or == 0, as two words: the expression and whether it is an equality.
void micai_action_affine_constraint(mica_asm_parser *parser, const mica_affine_expr *lhs,
                                    const mica_affine_expr *rhs, bool is_equality)
{
    if (failed(parser))
        return;
    const mica_affine_expr *negative = micai_action_affine_negate(parser, rhs);
    if (failed(parser))
        return;
    const mica_affine_expr *difference = combine(parser, MICA_AFFINE_ADD, lhs, negative);
    micai_words_push(parser, &parser->words, micai_word_of(difference));
    micai_words_push(parser, &parser->words, is_equality);
}

static const mica_affine_expr *const *as_exprs(const uint64_t *words)
{
    return (const mica_affine_expr *const *)(const void *)words;
}

const mica_attr *micai_action_affine_map(mica_asm_parser *parser, size_t results)
{
    if (failed(parser))
        return NULL;
    const bool over_operands = parser->affine_operands != NULL;
    const size_t dims = over_operands ? parser->affine_operands->count : parser->affine_dims;
    const size_t symbols =
        over_operands ? parser->affine_symbol_operands->count : parser->affine_symbols;
    const size_t count = parser->words.count - results;
    const uint64_t *words = count ? parser->words.data + results : NULL;
    parser->words.count = over_operands ? results : parser->affine_base;
    return mica_affine_map_get(parser->context, (uint32_t)dims, (uint32_t)symbols,
                               as_exprs(words), count);
}

const mica_attr *micai_action_affine_set(mica_asm_parser *parser, size_t constraints)
{
    if (failed(parser))
        return NULL;
    const size_t count = (parser->words.count - constraints) / 2;
    const size_t room = (count + 1) * (sizeof(void *) + 1);
    uint64_t *exprs = micai_allocate(parser->allocator, room);
    if (!exprs) {
        micai_parser_no_memory(parser);
        return NULL;
    }
    bool *equalities = (bool *)(exprs + count);
    for (size_t i = 0; i < count; i++) {
        exprs[i] = parser->words.data[constraints + 2 * i];
        equalities[i] = parser->words.data[constraints + 2 * i + 1] != 0;
    }
    const mica_affine_expr *zero = mica_affine_constant_get(parser->context, 0);
    const uint64_t trivial = micai_word_of(zero);
    const bool is_equality = true;
    // A set without constraints holds everything: 0 == 0.
    const mica_attr *set = mica_integer_set_get(
        parser->context, (uint32_t)parser->affine_dims, (uint32_t)parser->affine_symbols,
        as_exprs(count ? exprs : &trivial), count ? equalities : &is_equality,
        count ? count : 1);
    micai_release(parser->allocator, exprs, room);
    parser->words.count = parser->affine_base;
    return set;
}
