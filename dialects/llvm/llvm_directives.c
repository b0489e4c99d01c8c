// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parts of llvm ops' formats that need C: quoted predicates, constant and dynamic indices
// in one list, types that follow from a position or a mask, and the cases of a switch.
#include "dialects/llvm/llvm_internal.h"

#include <inttypes.h>
#include <stdlib.h>

// ---- custom<CmpPredicate>: "slt"

static const mica_enum_def *predicates_of(const mica_op_record *record)
{
    bool is_integer = mica_op_record_kind(record) == &mica_llvm_icmp_kind;
    return is_integer ? &mica_llvm_icmp_predicate_enum : &mica_llvm_fcmp_predicate_enum;
}

bool micai_llvm_parse_cmp_predicate(mica_asm_parser *parser, mica_op_state *state,
                                    mica_directive *directive)
{
    size_t offset = mica_asm_offset(parser);
    const mica_identifier *text = NULL;
    int64_t value = 0;
    if (!mica_asm_parse_string(parser, &text))
        return false;
    mica_string name = mica_identifier_text(text);
    if (!mica_enum_value(predicates_of(state->record), name, &value))
        return mica_asm_error_at(parser, offset,
                                 "'%.*s' is an incorrect value of the 'predicate' attribute",
                                 MICA_STRING_ARG(name));
    directive->arguments[0].attr = mica_i64_attr_get(mica_asm_context(parser), value);
    return true;
}

void micai_llvm_print_cmp_predicate(mica_asm_printer *printer, mica_op *op,
                                    const mica_directive *directive)
{
    int64_t value = mica_integer_attr_value(directive->arguments[0].attr);
    const char *name = mica_enum_keyword(predicates_of(mica_op_get_record(op)), value);
    mica_asm_print_quoted(printer, mica_string_from(name));
}

// ---- custom<Blank>: nothing, behind the blank that each directive begins with. Upstream
// prints attributes through a directive, so that two blanks stand there.

bool micai_llvm_parse_blank(mica_asm_parser *parser, mica_op_state *state,
                            mica_directive *directive)
{
    (void)parser, (void)state, (void)directive;
    return true;
}

void micai_llvm_print_blank(mica_asm_printer *printer, mica_op *op,
                            const mica_directive *directive)
{
    (void)printer, (void)op, (void)directive;
}

// ---- custom<AllocaType>: (i64) -> !llvm.ptr

bool micai_llvm_parse_alloca_type(mica_asm_parser *parser, mica_op_state *state,
                                  mica_directive *directive)
{
    (void)state;
    const size_t offset = mica_asm_offset(parser);
    const mica_type *type = NULL;
    if (!mica_asm_parse_type(parser, &type))
        return false;
    if (mica_type_get_kind(type) != MICA_TYPE_FUNCTION ||
        mica_function_type_input_count(type) != 1 || mica_function_type_result_count(type) != 1)
        return mica_asm_error_at(parser, offset,
                                 "expected trailing function type with one argument and one "
                                 "result");
    return mica_asm_type_list_append(directive->arguments[0].types,
                                     mica_function_type_input(type, 0)) &&
           mica_asm_type_list_append(directive->arguments[1].types,
                                     mica_function_type_result(type, 0));
}

void micai_llvm_print_alloca_type(mica_asm_printer *printer, mica_op *op,
                                  const mica_directive *directive)
{
    (void)directive;
    mica_asm_print(printer, "(");
    mica_asm_print_operand_types(printer, op, 0, mica_op_operand_count(op));
    mica_asm_print(printer, ") -> ");
    mica_asm_print_result_types(printer, op);
}

// ---- custom<GEPIndices>: %i, 0, %j

typedef struct index_list {
    mica_asm_operand_list *operands;
    mica_asm_size_list constants;
} index_list;

static bool parse_index(mica_asm_parser *parser, void *user)
{
    index_list *list = user;
    int64_t value = 0;
    size_t offset = mica_asm_offset(parser);
    if (mica_asm_parse_integer_if(parser, &value)) {
        if (value <= INT32_MIN || value > INT32_MAX)
            return mica_asm_error_at(parser, offset, "index does not fit in 32 bits");
        return mica_asm_size_list_append(&list->constants, (int32_t)value);
    }
    mica_asm_operand operand;
    return mica_asm_parse_operand(parser, &operand) &&
           mica_asm_operand_list_append(list->operands, &operand) &&
           mica_asm_size_list_append(&list->constants, MICA_LLVM_DYNAMIC_INDEX);
}

bool micai_llvm_parse_gep_indices(mica_asm_parser *parser, mica_op_state *state,
                                  mica_directive *directive)
{
    (void)state;
    index_list list = {directive->arguments[0].operands, {0}};
    bool ok = mica_asm_parse_list(parser, MICA_DELIMITER_NONE, parse_index, &list, NULL);
    if (ok)
        directive->arguments[1].attr = mica_i32_array_attr_get(
            mica_asm_context(parser), list.constants.data, list.constants.count);
    mica_free(list.constants.data);
    return ok;
}

void micai_llvm_print_gep_indices(mica_asm_printer *printer, mica_op *op,
                                  const mica_directive *directive)
{
    const mica_attr *constants = directive->arguments[1].attr;
    size_t operand = directive->arguments[0].first;
    for (size_t i = 0; i < mica_dense_array_attr_count(constants); i++) {
        mica_asm_print(printer, i ? ", " : "");
        int64_t index = mica_dense_array_attr_int(constants, i);
        if (index == MICA_LLVM_DYNAMIC_INDEX)
            mica_asm_print_operand(printer, mica_op_operand(op, operand++));
        else
            mica_asm_print_integer(printer, index);
    }
}

// ---- types that are not written

bool micai_llvm_parse_insert_extract_value_element_type(mica_asm_parser *parser,
                                                        mica_op_state *state,
                                                        mica_directive *directive)
{
    (void)state;
    const mica_asm_type_list *container = directive->arguments[1].types;
    const mica_attr *position = directive->arguments[2].attr;
    const mica_type *member =
        mica_llvm_aggregate_member(container->data[0], mica_dense_array_attr_data(position),
                                   mica_dense_array_attr_count(position));
    if (!member)
        return mica_asm_error(parser, "no member of the container is at this position");
    return mica_asm_type_list_append(directive->arguments[0].types, member);
}

void micai_llvm_print_insert_extract_value_element_type(mica_asm_printer *printer, mica_op *op,
                                                        const mica_directive *directive)
{
    (void)printer, (void)op, (void)directive;
}

bool micai_llvm_parse_shuffle_type(mica_asm_parser *parser, mica_op_state *state,
                                   mica_directive *directive)
{
    (void)state;
    const mica_type *input = directive->arguments[0].types->data[0];
    int64_t size = (int64_t)mica_dense_array_attr_count(directive->arguments[2].attr);
    if (!mica_type_is_vector(input))
        return mica_asm_error(parser, "expected an LLVM compatible vector type");
    bool scalable = mica_vector_type_is_scalable(input);
    return mica_asm_type_list_append(
        directive->arguments[1].types,
        mica_vector_type_get(mica_type_element(input), &size, &scalable, 1));
}

void micai_llvm_print_shuffle_type(mica_asm_printer *printer, mica_op *op,
                                   const mica_directive *directive)
{
    (void)printer, (void)op, (void)directive;
}

// ---- custom<SwitchOpCases>: [ 1: ^a, 2: ^b(%x : i32) ]

typedef struct switch_cases {
    mica_directive *directive;
    const mica_type *type;
    int64_t *values;
    size_t count, capacity;
} switch_cases;

enum { CASE_TYPE, CASE_VALUES, CASE_BLOCKS, CASE_OPERANDS, CASE_OPERAND_TYPES };

static bool append_value(switch_cases *cases, int64_t value)
{
    if (cases->count == cases->capacity) {
        size_t capacity = cases->capacity ? 2 * cases->capacity : 8;
        int64_t *grown = mica_realloc(cases->values, capacity * sizeof *grown);
        if (!grown)
            return false;
        cases->values = grown;
        cases->capacity = capacity;
    }
    cases->values[cases->count++] = value;
    return true;
}

static bool parse_case(mica_asm_parser *parser, void *user)
{
    switch_cases *cases = user;
    mica_directive_argument *operands = &cases->directive->arguments[CASE_OPERANDS];
    int64_t value = 0;
    mica_block *block = NULL;
    if (!mica_asm_parse_integer(parser, &value) || !append_value(cases, value) ||
        !mica_asm_parse_token(parser, ":") || !mica_asm_parse_successor(parser, &block) ||
        !mica_asm_block_list_append(cases->directive->arguments[CASE_BLOCKS].successors, block))
        return false;
    size_t before = operands->operands->count;
    if (mica_asm_parse_token_if(parser, "(") &&
        !(mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, operands->operands) &&
          mica_asm_parse_colon_type_list(
              parser, cases->directive->arguments[CASE_OPERAND_TYPES].types) &&
          mica_asm_parse_token(parser, ")")))
        return false;
    return mica_asm_size_list_append(operands->groups,
                                     (int32_t)(operands->operands->count - before));
}

static const mica_attr *case_values(const switch_cases *cases)
{
    int64_t size = (int64_t)cases->count;
    const mica_type *type = mica_vector_type_get(cases->type, &size, NULL, 1);
    size_t bytes = mica_dense_element_size(cases->type);
    // Little-endian: the low bytes of each value come first.
    char *data = mica_calloc(cases->count, bytes);
    if (!data)
        return NULL;
    for (size_t i = 0; i < cases->count; i++)
        memcpy(data + i * bytes, &cases->values[i], bytes < 8 ? bytes : 8);
    const mica_attr *values =
        mica_dense_elements_attr_get(type, data, cases->count * bytes, false);
    mica_free(data);
    return values;
}

bool micai_llvm_parse_switch_op_cases(mica_asm_parser *parser, mica_op_state *state,
                                      mica_directive *directive)
{
    (void)state;
    switch_cases cases = {.directive = directive,
                          .type = directive->arguments[CASE_TYPE].types->data[0]};
    bool ok = mica_asm_parse_list(parser, MICA_DELIMITER_SQUARE, parse_case, &cases, NULL);
    if (ok && cases.count > 0)
        directive->arguments[CASE_VALUES].attr = case_values(&cases);
    mica_free(cases.values);
    return ok;
}

static void print_case(mica_asm_printer *printer, mica_op *op, const mica_attr *value,
                       mica_block *block, size_t first, size_t count)
{
    mica_asm_print(printer, "  ");
    // As upstream, without a sign.
    const uint32_t bits = mica_type_bit_width(mica_attr_type(value));
    const uint64_t mask = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
    mica_asm_printf(printer, "%" PRIu64 ": ", (uint64_t)mica_integer_attr_value(value) & mask);
    mica_asm_print_successor(printer, block);
    if (count == 0)
        return;
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, op, first, count);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, first, count);
    mica_asm_print(printer, ")");
}

void micai_llvm_print_switch_op_cases(mica_asm_printer *printer, mica_op *op,
                                      const mica_directive *directive)
{
    const mica_attr *values = directive->arguments[CASE_VALUES].attr;
    const mica_attr *segments = mica_op_attr(op, "case_operand_segments");
    size_t first_block = directive->arguments[CASE_BLOCKS].first;
    size_t operand = directive->arguments[CASE_OPERANDS].first;
    mica_asm_print(printer, "[");
    mica_asm_print_newline(printer);
    for (size_t i = 0; values && i < directive->arguments[CASE_BLOCKS].count; i++) {
        if (i > 0) {
            mica_asm_print(printer, ",");
            mica_asm_print_newline(printer);
        }
        size_t count = (size_t)mica_dense_array_attr_int(segments, i);
        print_case(printer, op, mica_dense_elements_attr_element(values, (int64_t)i),
                   mica_op_successor(op, first_block + i), operand, count);
        operand += count;
    }
    if (values)
        mica_asm_print_newline(printer);
    mica_asm_print(printer, "]");
}
