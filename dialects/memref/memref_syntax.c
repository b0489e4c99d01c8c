// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Custom syntax of memref ops that no format can express, in the order of memref.dialect.
#include <stdlib.h>

#include "dialects/memref/memref.h"
#include "ir/core/affine.h"
#include "ir/text/assembly_program.h"
#include "ir/text/text.h"

// ---- alloca_scope:  memref.alloca_scope -> (i32) { ... }
// --------------------------------------

bool micai_memref_alloca_scope_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_type_list types = {0};
    mica_region *body = mica_op_state_add_region(state);
    bool good = mica_asm_parse_arrow_type_list_if(parser, &types) &&
                mica_asm_parse_region(parser, body, NULL, 0) &&
                mica_asm_ensure_terminator(parser, state, body) &&
                mica_asm_parse_attr_dict(parser, state);
    if (good)
        mica_op_state_add_results(state, types.data, types.count);
    mica_asm_type_list_free(&types);
    return good;
}

void micai_memref_alloca_scope_print(mica_asm_printer *printer, mica_op *op)
{
    bool has_results = mica_op_result_count(op) > 0;
    mica_asm_print(printer, " ");
    if (has_results) {
        mica_asm_print(printer, " -> (");
        mica_asm_print_result_types(printer, op);
        mica_asm_print(printer, ")");
    }
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), false, has_results);
    mica_asm_print_attr_dict(printer, op, NULL);
}

// ---- dma_start:  memref.dma_start %s[%i], %d[%j], %n, %t[%k], %stride, %each : types
// -----------

/// %memref[%i, ...]
static bool parse_place(mica_asm_parser *parser, mica_asm_operand *memref,
                        mica_asm_operand_list *indices)
{
    return mica_asm_parse_operand(parser, memref) &&
           mica_asm_parse_operand_list(parser, MICA_DELIMITER_SQUARE, indices);
}

typedef struct dma_operands {
    mica_asm_operand memrefs[3]; ///< source, destination, tag
    mica_asm_operand_list indices[3];
    mica_asm_operand elements;
    mica_asm_operand_list stride; ///< nothing, or stride and elements per stride
    mica_asm_type_list types;
} dma_operands;

static bool parse_dma_operands(mica_asm_parser *parser, mica_op_state *state, dma_operands *dma)
{
    if (!parse_place(parser, &dma->memrefs[0], &dma->indices[0]) ||
        !mica_asm_parse_token(parser, ",") ||
        !parse_place(parser, &dma->memrefs[1], &dma->indices[1]) ||
        !mica_asm_parse_token(parser, ",") || !mica_asm_parse_operand(parser, &dma->elements) ||
        !mica_asm_parse_token(parser, ",") ||
        !parse_place(parser, &dma->memrefs[2], &dma->indices[2]))
        return false;
    while (mica_asm_parse_token_if(parser, ",")) {
        mica_asm_operand operand;
        if (!mica_asm_parse_operand(parser, &operand) ||
            !mica_asm_operand_list_append(&dma->stride, &operand))
            return false;
    }
    if (!mica_asm_parse_attr_dict(parser, state) ||
        !mica_asm_parse_colon_type_list(parser, &dma->types))
        return false;
    if (dma->types.count != 3)
        return mica_asm_error(parser, "fewer/more types expected");
    return dma->stride.count == 0 || dma->stride.count == 2 ||
           mica_asm_error(parser, "expected two stride related operands");
}

static bool resolve_place(mica_asm_parser *parser, mica_op_state *state,
                          const dma_operands *dma, size_t place)
{
    return mica_asm_resolve_operand(parser, &dma->memrefs[place], dma->types.data[place],
                                    state) &&
           mica_asm_resolve_operands_same(parser, &dma->indices[place],
                                          mica_index_type_get(state->context), state);
}

bool micai_memref_dma_start_parse(mica_asm_parser *parser, mica_op_state *state)
{
    dma_operands dma = {0};
    const mica_type *index = mica_index_type_get(state->context);
    bool good = parse_dma_operands(parser, state, &dma) &&
                resolve_place(parser, state, &dma, 0) &&
                resolve_place(parser, state, &dma, 1) &&
                mica_asm_resolve_operand(parser, &dma.elements, index, state) &&
                resolve_place(parser, state, &dma, 2) &&
                mica_asm_resolve_operands_same(parser, &dma.stride, index, state);
    for (size_t i = 0; i < 3; i++)
        mica_asm_operand_list_free(&dma.indices[i]);
    mica_asm_operand_list_free(&dma.stride);
    mica_asm_type_list_free(&dma.types);
    return good;
}

/// Prints the memref operand at `next` and its indices; the number of the operand after them.
static size_t print_place(mica_asm_printer *printer, mica_op *op, size_t next)
{
    size_t rank = mica_type_rank(mica_value_type(mica_op_operand(op, next)));
    mica_asm_print_operand(printer, mica_op_operand(op, next));
    mica_asm_print(printer, "[");
    mica_asm_print_operands(printer, op, next + 1, rank);
    mica_asm_print(printer, "]");
    return next + 1 + rank;
}

void micai_memref_dma_start_print(mica_asm_printer *printer, mica_op *op)
{
    size_t places[3] = {0}, next;
    mica_asm_print(printer, " ");
    places[1] = print_place(printer, op, 0);
    mica_asm_print(printer, ", ");
    next = print_place(printer, op, places[1]);
    mica_asm_print(printer, ", ");
    mica_asm_print_operand(printer, mica_op_operand(op, next));
    mica_asm_print(printer, ", ");
    places[2] = next + 1;
    next = print_place(printer, op, places[2]);
    if (next < mica_op_operand_count(op)) {
        mica_asm_print(printer, ", ");
        mica_asm_print_operands(printer, op, next, 2);
    }
    mica_asm_print_attr_dict(printer, op, NULL);
    for (size_t i = 0; i < 3; i++) {
        mica_asm_print(printer, i == 0 ? " : " : ", ");
        mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, places[i])));
    }
}

// ---- global:  memref.global @x : memref<2xf32> = dense<0.0>
// ---------------------------------------

static bool is_elements(const mica_attr *attr)
{
    mica_attr_kind kind = mica_attr_get_kind(attr);
    return kind == MICA_ATTR_DENSE_ELEMENTS || kind == MICA_ATTR_DENSE_STRINGS ||
           kind == MICA_ATTR_DENSE_RESOURCE || kind == MICA_ATTR_SPARSE_ELEMENTS;
}

bool micai_memref_parse_global_memref_op_type_and_initial_value(mica_asm_parser *parser,
                                                                mica_op_state *state,
                                                                mica_directive *directive)
{
    const mica_type *type;
    if (!mica_asm_parse_type(parser, &type))
        return false;
    if (mica_type_get_kind(type) != MICA_TYPE_MEMREF || !mica_type_has_static_shape(type)) {
        char *text = mica_type_to_string(type);
        mica_asm_error_at_name(parser, "type should be static shaped memref, but got '%s'",
                               text ? text : "?");
        mica_free(text);
        return false;
    }
    directive->arguments[0].attr = mica_type_attr_get(type);
    directive->arguments[1].attr = NULL;
    if (!mica_asm_parse_token_if(parser, "="))
        return true;
    if (mica_asm_parse_keyword_if(parser, "uninitialized")) {
        directive->arguments[1].attr = mica_unit_attr_get(state->context);
        return true;
    }
    const mica_type *tensor = mica_tensor_type_get(
        mica_type_element(type), mica_type_shape(type), mica_type_rank(type), NULL);
    const mica_attr *value;
    if (!mica_asm_parse_attr(parser, tensor, &value))
        return false;
    if (!is_elements(value))
        return mica_asm_error_at_name(parser,
                                      "initial value should be a unit or elements attribute");
    directive->arguments[1].attr = value;
    return true;
}

void micai_memref_print_global_memref_op_type_and_initial_value(mica_asm_printer *printer,
                                                                mica_op *op,
                                                                const mica_directive *directive)
{
    (void)op;
    const mica_attr *value = directive->arguments[1].attr;
    mica_asm_print_type(printer, mica_type_attr_value(directive->arguments[0].attr));
    if (!value)
        return;
    mica_asm_print(printer, " = ");
    if (mica_attr_is(value, MICA_ATTR_UNIT))
        mica_asm_print(printer, "uninitialized");
    else
        mica_asm_print_attr_without_type(printer, value);
}

// ---- prefetch:  memref.prefetch %m[%i], read, locality<3>, data : memref<4xf32>
// ------------------

/// One of two keywords; `flag` is whether it was the first.
static bool parse_choice(mica_asm_parser *parser, const char *yes, const char *no,
                         const char *complaint, bool *flag)
{
    mica_string keyword;
    if (!mica_asm_parse_any_keyword(parser, &keyword))
        return false;
    *flag = mica_string_is(keyword, yes);
    return *flag || mica_string_is(keyword, no) || mica_asm_error(parser, "%s", complaint);
}

static bool parse_prefetch(mica_asm_parser *parser, mica_op_state *state,
                           mica_asm_operand_list *indices)
{
    mica_asm_operand memref;
    const mica_type *type;
    const mica_attr *locality;
    mica_context *context = state->context;
    bool is_write, is_data;
    if (!parse_place(parser, &memref, indices) || !mica_asm_parse_token(parser, ",") ||
        !parse_choice(parser, "write", "read", "rw specifier has to be 'read' or 'write'",
                      &is_write) ||
        !mica_asm_parse_token(parser, ",") || !mica_asm_parse_keyword(parser, "locality") ||
        !mica_asm_parse_token(parser, "<") ||
        !mica_asm_parse_attr(parser, mica_integer_type_get(context, 32, MICA_SIGNLESS),
                             &locality) ||
        !mica_asm_parse_token(parser, ">") || !mica_asm_parse_token(parser, ",") ||
        !parse_choice(parser, "data", "instr", "cache type has to be 'data' or 'instr'",
                      &is_data) ||
        !mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_colon_type(parser, &type))
        return false;
    mica_op_state_set_attr(state, "localityHint", locality);
    mica_op_state_set_attr(state, "isWrite", mica_bool_attr_get(context, is_write));
    mica_op_state_set_attr(state, "isDataCache", mica_bool_attr_get(context, is_data));
    return mica_asm_resolve_operand(parser, &memref, type, state) &&
           mica_asm_resolve_operands_same(parser, indices, mica_index_type_get(context), state);
}

bool micai_memref_prefetch_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand_list indices = {0};
    bool good = parse_prefetch(parser, state, &indices);
    mica_asm_operand_list_free(&indices);
    return good;
}

void micai_memref_prefetch_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"localityHint", "isWrite", "isDataCache", NULL};
    bool is_write = mica_integer_attr_value(mica_memref_prefetch_isWrite(op));
    bool is_data = mica_integer_attr_value(mica_memref_prefetch_isDataCache(op));
    mica_asm_print(printer, " ");
    print_place(printer, op, 0);
    mica_asm_printf(printer, ", %s, locality<%lld>, %s", is_write ? "write" : "read",
                    (long long)mica_integer_attr_value(mica_memref_prefetch_localityHint(op)),
                    is_data ? "data" : "instr");
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 0)));
}

// ---- transpose:  memref.transpose %m (d0, d1) -> (d1, d0) : type to type
// -------------------------

bool micai_memref_transpose_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand memref;
    const mica_attr *permutation;
    const mica_type *from, *to;
    if (!mica_asm_parse_operand(parser, &memref) ||
        !mica_asm_parse_affine_map(parser, &permutation) ||
        !mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_colon_type(parser, &from) ||
        !mica_asm_resolve_operand(parser, &memref, from, state) ||
        !mica_asm_parse_keyword(parser, "to") || !mica_asm_parse_type(parser, &to))
        return false;
    mica_op_state_set_attr(state, "permutation", permutation);
    mica_op_state_add_result(state, to);
    return true;
}

/// A permutation has dims only, so that its text is made here.
static void print_permutation(mica_asm_printer *printer, const mica_attr *map)
{
    for (uint32_t i = 0; i < mica_affine_map_dim_count(map); i++)
        mica_asm_printf(printer, "%sd%u", i ? ", " : "(", i);
    for (size_t i = 0; i < mica_affine_map_result_count(map); i++)
        mica_asm_printf(printer, "%sd%lld", i ? ", " : ") -> (",
                        (long long)mica_affine_expr_value(mica_affine_map_result(map, i)));
    mica_asm_print(printer, mica_affine_map_result_count(map) ? ")" : "() -> ()");
}

void micai_memref_transpose_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"permutation", NULL};
    mica_asm_print(printer, " ");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    mica_asm_print(printer, " ");
    print_permutation(printer, mica_memref_transpose_permutation(op));
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 0)));
    mica_asm_print(printer, " to ");
    mica_asm_print_type(printer, mica_value_type(mica_op_result(op, 0)));
}
