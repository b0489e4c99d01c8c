// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Custom syntax of vector ops that no format can express, in the order of vector.dialect.
#include "dialects/vector/vector_internal.h"

#include "ir/core/affine.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

#include <stdlib.h>

// ---- contract:  vector.contract {indexing_maps = ..} %a, %b, %c : t, u into v
// -------------------

/// ["parallel", "reduction"] to #vector.iterator_type attributes; NULL after a diagnostic.
static const mica_attr *iterator_types_from_strings(mica_asm_parser *parser, size_t offset,
                                                    const mica_attr *strings)
{
    mica_context *context = mica_asm_context(parser);
    if (!mica_attr_is(strings, MICA_ATTR_ARRAY)) {
        mica_asm_error_at(parser, offset, "expected iterator_types array attribute");
        return NULL;
    }
    size_t count = mica_array_attr_count(strings), found = 0;
    const mica_attr **types = mica_calloc(count + 1, sizeof *types);
    const mica_attr *attr = NULL;
    for (size_t i = 0; types && i < count; i++) {
        const mica_attr *string = mica_array_attr_element(strings, i);
        int64_t value;
        if (!mica_attr_is(string, MICA_ATTR_STRING))
            continue;
        if (!mica_enum_value(&mica_vector_iterator_type_enum, mica_string_attr_text(string),
                             &value)) {
            mica_asm_error_at(parser, offset, "unexpected iterator_type (%.*s)",
                              MICA_STRING_ARG(mica_string_attr_text(string)));
            mica_free(types);
            return NULL;
        }
        types[found++] =
            mica_vector_iterator_type_attr_get(context, (mica_vector_iterator_type)value);
    }
    if (types)
        attr = mica_array_attr_get(context, types, found);
    mica_free(types);
    return attr;
}

static bool set_trait(mica_asm_parser *parser, mica_op_state *state, size_t offset,
                      const mica_attr *dictionary)
{
    const mica_attr *types = iterator_types_from_strings(
        parser, offset,
        mica_dictionary_attr_find(dictionary, mica_string_from("iterator_types")));
    if (!types)
        return false;
    for (size_t i = 0; i < mica_dictionary_attr_count(dictionary); i++) {
        mica_named_attr entry = mica_dictionary_attr_entry(dictionary, i);
        mica_op_state_set_attr_by_name(state, entry.name, entry.value);
    }
    mica_op_state_set_attr(state, "iterator_types", types);
    return true;
}

/// Sets the attribute `kind` to add unless it is set already.
static void default_kind(mica_op_state *state)
{
    const mica_op_def *definition = mica_op_record_def(state->record);
    int slot = mica_op_def_find_slot(definition, mica_string_from("kind"));
    if (!state->slots[slot])
        mica_op_state_set_slot(
            state, (size_t)slot,
            mica_vector_kind_attr_get(state->context, MICA_VECTOR_COMBINING_KIND_ADD));
}

static bool parse_contract(mica_asm_parser *parser, mica_op_state *state,
                           mica_asm_type_list *types)
{
    const mica_attr *dictionary;
    mica_asm_operand lhs, rhs, acc;
    const mica_type *result;
    size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, NULL, &dictionary))
        return false;
    if (!mica_attr_is(dictionary, MICA_ATTR_DICTIONARY))
        return mica_asm_error_at(parser, offset, "invalid kind of attribute specified");
    if (!mica_asm_parse_operand(parser, &lhs) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_operand(parser, &rhs) || !mica_asm_parse_token(parser, ",") ||
        !mica_asm_parse_operand(parser, &acc) || !mica_asm_parse_attr_dict(parser, state) ||
        !mica_asm_parse_colon_type_list(parser, types))
        return false;
    if (types->count < 2)
        return mica_asm_error(parser, "expected two types");
    if (!mica_asm_parse_keyword(parser, "into") || !mica_asm_parse_type(parser, &result) ||
        !mica_asm_resolve_operand(parser, &lhs, types->data[0], state) ||
        !mica_asm_resolve_operand(parser, &rhs, types->data[1], state) ||
        !mica_asm_resolve_operand(parser, &acc, result, state))
        return false;
    mica_op_state_add_result(state, result);
    if (!set_trait(parser, state, offset, dictionary))
        return false;
    default_kind(state);
    return true;
}

bool micai_vector_contract_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_type_list types = {0};
    bool good = parse_contract(parser, state, &types);
    mica_asm_type_list_free(&types);
    return good;
}

static void print_operand_type(mica_asm_printer *printer, const mica_op *op, size_t index)
{
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, index)));
}

void micai_vector_contract_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"indexing_maps", "iterator_types", "kind", NULL};
    const mica_attr *types = mica_vector_contract_iterator_types(op);
    mica_asm_print(printer, " {indexing_maps = ");
    mica_asm_print_attr(printer, mica_vector_contract_indexing_maps(op));
    mica_asm_print(printer, ", iterator_types = [");
    for (size_t i = 0; i < mica_array_attr_count(types); i++) {
        int64_t type = (int64_t)mica_attr_param(mica_array_attr_element(types, i), 0);
        mica_asm_printf(printer, "%s\"%s\"", i ? ", " : "",
                        mica_enum_keyword(&mica_vector_iterator_type_enum, type));
    }
    mica_asm_print(printer, "], kind = ");
    mica_asm_print_attr(printer, mica_op_attr(op, "kind"));
    mica_asm_print(printer, "} ");
    mica_asm_print_operands(printer, op, 0, 3);
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " : ");
    print_operand_type(printer, op, 0);
    mica_asm_print(printer, ", ");
    print_operand_type(printer, op, 1);
    mica_asm_print(printer, " into ");
    mica_asm_print_result_types(printer, op);
}

// ---- mask:  vector.mask %m, %passthru { op } : vector<4xi1> -> t
// ----------------------------------

bool micai_vector_mask_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand mask, passthru;
    const mica_type *mask_type;
    mica_asm_type_list results = {0};
    mica_region *body = mica_op_state_add_region(state);
    if (!mica_asm_parse_operand(parser, &mask))
        return false;
    bool has_passthru = mica_asm_parse_token_if(parser, ",");
    if ((has_passthru && !mica_asm_parse_operand(parser, &passthru)) ||
        !mica_asm_parse_region(parser, body, NULL, 0))
        return false;
    micai_vector_ensure_mask_terminator(state, body);
    bool good = mica_asm_parse_attr_dict(parser, state) &&
                mica_asm_parse_colon_type(parser, &mask_type) &&
                mica_asm_parse_arrow_type_list_if(parser, &results) &&
                mica_asm_resolve_operand(parser, &mask, mask_type, state);
    mica_op_state_add_results(state, results.data, results.count);
    if (good && has_passthru)
        good = results.count == 1
                   ? mica_asm_resolve_operand(parser, &passthru, results.data[0], state)
                   : mica_asm_error(parser, "expects a result if passthru operand is provided");
    mica_asm_type_list_free(&results);
    return good;
}

void micai_vector_mask_print(mica_asm_printer *printer, mica_op *op)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    mica_asm_print(printer, " ");
    mica_asm_print_operands(printer, op, 0, mica_op_operand_count(op));
    mica_asm_print(printer, " { ");
    if (body && !mica_block_is_empty(body))
        mica_asm_print_op(printer, mica_block_first(body));
    mica_asm_print(printer, " }");
    mica_asm_print_attr_dict(printer, op, NULL);
    mica_asm_print(printer, " : ");
    print_operand_type(printer, op, 0);
    if (mica_op_result_count(op) > 0) {
        mica_asm_print(printer, " -> ");
        mica_asm_print_result_types(printer, op);
    }
}

// ---- outerproduct:  vector.outerproduct %a, %b, %c {kind = ..} : t, u
// -----------------------------

/// Joined sizes of two vectors of rank 1, or those of the first when the second is a scalar.
static const mica_type *outer_type(const mica_type *lhs, const mica_type *rhs)
{
    bool is_vector = mica_type_is_vector(rhs) && mica_type_rank(rhs) > 0;
    int64_t shape[2] = {mica_type_shape(lhs)[0], is_vector ? mica_type_shape(rhs)[0] : 0};
    bool scalable[2] = {mica_vector_type_dim_is_scalable(lhs, 0),
                        is_vector && mica_vector_type_dim_is_scalable(rhs, 0)};
    return mica_vector_type_get(mica_type_element(lhs), shape, scalable, is_vector ? 2 : 1);
}

static bool parse_outerproduct(mica_asm_parser *parser, mica_op_state *state,
                               mica_asm_operand_list *operands)
{
    const mica_type *lhs, *rhs;
    if (!mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, operands) ||
        !mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_colon_type(parser, &lhs) ||
        !mica_asm_parse_token(parser, ",") || !mica_asm_parse_type(parser, &rhs))
        return false;
    if (operands->count < 2)
        return mica_asm_error(parser, "expected at least 2 operands");
    if (!mica_type_is_vector(lhs) || mica_type_rank(lhs) == 0)
        return mica_asm_error(parser, "expected vector type for operand #1");
    const mica_type *result = outer_type(lhs, rhs);
    default_kind(state);
    mica_op_state_add_result(state, result);
    return mica_asm_resolve_operand(parser, &operands->data[0], lhs, state) &&
           mica_asm_resolve_operand(parser, &operands->data[1], rhs, state) &&
           (operands->count == 2 ||
            mica_asm_resolve_operand(parser, &operands->data[2], result, state));
}

bool micai_vector_outerproduct_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand_list operands = {0};
    bool good = parse_outerproduct(parser, state, &operands);
    mica_asm_operand_list_free(&operands);
    return good;
}

void micai_vector_outerproduct_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_operands(printer, op, 0, mica_op_operand_count(op));
    if (mica_op_operand_count(op) > 2)
        mica_asm_print_attr_dict(printer, op, NULL);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, 0, 2);
}

// ---- transfer_read:   vector.transfer_read %m[%i], %pad, %mask {..} : memref, vector
// ---- transfer_write:  vector.transfer_write %v, %m[%i], %mask {..} : vector, memref
// ---------------------

typedef struct transfer_parts {
    mica_asm_operand source, other, mask; ///< `other`: padding, or the vector to write
    mica_asm_operand_list indices;
    mica_asm_type_list types;
    bool has_mask;
    size_t types_offset;
} transfer_parts;

/// Attributes, types and what follows from them; `vector` is which of the types the vector is.
static bool finish_transfer(mica_asm_parser *parser, mica_op_state *state,
                            transfer_parts *transfer, size_t vector)
{
    mica_context *context = state->context;
    const mica_type *const *types = transfer->types.data;
    if (transfer->types.count != 2)
        return mica_asm_error_at(parser, transfer->types_offset, "requires two types");
    const mica_type *shaped = types[1 - vector], *vector_type = types[vector];
    mica_type_kind kind = mica_type_get_kind(shaped);
    if (kind != MICA_TYPE_MEMREF && kind != MICA_TYPE_RANKED_TENSOR)
        return mica_asm_error_at(parser, transfer->types_offset,
                                 "requires memref or ranked tensor type");
    if (!mica_type_is_vector(vector_type))
        return mica_asm_error_at(parser, transfer->types_offset, "requires vector type");
    int map_slot = mica_op_def_find_slot(mica_op_record_def(state->record),
                                         mica_string_from("permutation_map"));
    const mica_attr *map = state->slots[map_slot];
    if (!map)
        map = mica_vector_transfer_minor_identity(shaped, vector_type);
    mica_op_state_set_slot(state, (size_t)map_slot, map);
    if (!state->slots[map_slot + 1])
        mica_op_state_set_slot(
            state, (size_t)map_slot + 1,
            micai_vector_all_false(context, mica_affine_map_result_count(map)));
    const mica_type *index = mica_index_type_get(context);
    if (vector == 0 && !mica_asm_resolve_operand(parser, &transfer->other, vector_type, state))
        return false;
    if (!mica_asm_resolve_operand(parser, &transfer->source, shaped, state) ||
        !mica_asm_resolve_operands_same(parser, &transfer->indices, index, state))
        return false;
    if (vector == 1 &&
        !mica_asm_resolve_operand(parser, &transfer->other, mica_type_element(shaped), state))
        return false;
    if (!transfer->has_mask)
        return true;
    if (mica_type_is_vector(mica_type_element(shaped)))
        return mica_asm_error_at(parser, transfer->mask.offset,
                                 "does not support masks with vector element type");
    if (mica_type_rank(vector_type) != mica_affine_map_result_count(map))
        return mica_asm_error_at(parser, transfer->types_offset,
                                 "expected the same rank for the vector and the results of the "
                                 "permutation map");
    return mica_asm_resolve_operand(parser, &transfer->mask,
                                    mica_vector_transfer_mask_type(vector_type, map), state);
}

static bool parse_transfer_tail(mica_asm_parser *parser, mica_op_state *state,
                                transfer_parts *transfer)
{
    transfer->has_mask = mica_asm_parse_token_if(parser, ",");
    if ((transfer->has_mask && !mica_asm_parse_operand(parser, &transfer->mask)) ||
        !mica_asm_parse_attr_dict(parser, state))
        return false;
    transfer->types_offset = mica_asm_offset(parser);
    return mica_asm_parse_colon_type_list(parser, &transfer->types);
}

static void set_segments(mica_op_state *state, const int32_t sizes[4])
{
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(state->context, sizes, 4));
}

bool micai_vector_transfer_read_parse(mica_asm_parser *parser, mica_op_state *state)
{
    transfer_parts transfer = {0};
    bool good = mica_asm_parse_operand(parser, &transfer.source) &&
                mica_asm_parse_operand_list(parser, MICA_DELIMITER_SQUARE, &transfer.indices) &&
                mica_asm_parse_token(parser, ",") &&
                mica_asm_parse_operand(parser, &transfer.other) &&
                parse_transfer_tail(parser, state, &transfer) &&
                finish_transfer(parser, state, &transfer, 1);
    if (good) {
        set_segments(state,
                     (int32_t[4]){1, (int32_t)transfer.indices.count, 1, transfer.has_mask});
        mica_op_state_add_result(state, transfer.types.data[1]);
    }
    mica_asm_operand_list_free(&transfer.indices);
    mica_asm_type_list_free(&transfer.types);
    return good;
}

bool micai_vector_transfer_write_parse(mica_asm_parser *parser, mica_op_state *state)
{
    transfer_parts transfer = {0};
    bool good = mica_asm_parse_operand(parser, &transfer.other) &&
                mica_asm_parse_token(parser, ",") &&
                mica_asm_parse_operand(parser, &transfer.source) &&
                mica_asm_parse_operand_list(parser, MICA_DELIMITER_SQUARE, &transfer.indices) &&
                parse_transfer_tail(parser, state, &transfer) &&
                finish_transfer(parser, state, &transfer, 0);
    if (good) {
        set_segments(state,
                     (int32_t[4]){1, 1, (int32_t)transfer.indices.count, transfer.has_mask});
        if (mica_type_get_kind(transfer.types.data[1]) == MICA_TYPE_RANKED_TENSOR)
            mica_op_state_add_result(state, transfer.types.data[1]);
    }
    mica_asm_operand_list_free(&transfer.indices);
    mica_asm_type_list_free(&transfer.types);
    return good;
}

static void print_transfer_attrs(mica_asm_printer *printer, mica_op *op)
{
    const char *hidden[4] = {"operandSegmentSizes"};
    size_t count = 1;
    if (micai_vector_is_minor_identity(mica_op_attr(op, "permutation_map")))
        hidden[count++] = "permutation_map";
    if (!micai_vector_any_in_bounds(mica_op_attr(op, "in_bounds")))
        hidden[count++] = "in_bounds";
    hidden[count] = NULL;
    mica_asm_print_attr_dict(printer, op, hidden);
}

static void print_indices(mica_asm_printer *printer, mica_op *op, size_t spec)
{
    size_t first, count;
    mica_op_operand_range(op, spec, &first, &count);
    mica_asm_print(printer, "[");
    mica_asm_print_operands(printer, op, first, count);
    mica_asm_print(printer, "]");
}

static void print_mask(mica_asm_printer *printer, mica_value *mask)
{
    if (!mask)
        return;
    mica_asm_print(printer, ", ");
    mica_asm_print_operand(printer, mask);
}

void micai_vector_transfer_read_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    print_indices(printer, op, 1);
    mica_asm_print(printer, ", ");
    mica_asm_print_operand(printer, mica_vector_transfer_read_padding(op));
    print_mask(printer, mica_vector_transfer_read_mask(op));
    print_transfer_attrs(printer, op);
    mica_asm_print(printer, " : ");
    print_operand_type(printer, op, 0);
    mica_asm_print(printer, ", ");
    mica_asm_print_result_types(printer, op);
}

void micai_vector_transfer_write_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_operands(printer, op, 0, 2);
    print_indices(printer, op, 2);
    print_mask(printer, mica_vector_transfer_write_mask(op));
    print_transfer_attrs(printer, op);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, 0, 2);
}

// ---- warp_execute_on_lane_0:  (%lane)[32] args(%a : t) -> (u) { body }
// ----------------------------

static bool parse_warp_args(mica_asm_parser *parser, mica_op_state *state,
                            mica_asm_operand_list *args, mica_asm_type_list *types)
{
    if (!mica_asm_parse_keyword_if(parser, "args"))
        return true;
    if (!mica_asm_parse_token(parser, "("))
        return false;
    size_t offset = mica_asm_offset(parser);
    return mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, args) &&
           mica_asm_parse_colon_type_list(parser, types) && mica_asm_parse_token(parser, ")") &&
           mica_asm_resolve_operands(parser, args, types->data, types->count, offset, state);
}

bool micai_vector_warp_execute_on_lane_0_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand lane;
    int64_t size;
    mica_asm_operand_list args = {0};
    mica_asm_type_list types = {0}, results = {0};
    mica_region *body = mica_op_state_add_region(state);
    bool good =
        mica_asm_parse_token(parser, "(") && mica_asm_parse_operand(parser, &lane) &&
        mica_asm_parse_token(parser, ")") && mica_asm_parse_token(parser, "[") &&
        mica_asm_parse_integer(parser, &size) && mica_asm_parse_token(parser, "]") &&
        mica_asm_resolve_operand(parser, &lane, mica_index_type_get(state->context), state);
    if (good)
        mica_op_state_set_attr(state, "warp_size", mica_i64_attr_get(state->context, size));
    good = good && parse_warp_args(parser, state, &args, &types) &&
           mica_asm_parse_arrow_type_list_if(parser, &results) &&
           mica_asm_parse_region(parser, body, NULL, 0) &&
           mica_asm_ensure_terminator(parser, state, body) &&
           mica_asm_parse_attr_dict(parser, state);
    mica_op_state_add_results(state, results.data, results.count);
    mica_asm_operand_list_free(&args);
    mica_asm_type_list_free(&types);
    mica_asm_type_list_free(&results);
    return good;
}

void micai_vector_warp_execute_on_lane_0_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"warp_size", NULL};
    size_t args = mica_op_operand_count(op) - 1;
    bool has_results = mica_op_result_count(op) > 0;
    mica_asm_print(printer, "(");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    mica_asm_printf(printer, ")[%lld]",
                    (long long)mica_integer_attr_value(mica_op_attr(op, "warp_size")));
    if (args > 0) {
        mica_asm_print(printer, " args(");
        mica_asm_print_operands(printer, op, 1, args);
        mica_asm_print(printer, " : ");
        mica_asm_print_operand_types(printer, op, 1, args);
        mica_asm_print(printer, ")");
    }
    if (has_results) {
        mica_asm_print(printer, " -> (");
        mica_asm_print_result_types(printer, op);
        mica_asm_print(printer, ")");
    }
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), true, has_results);
    mica_asm_print_attr_dict(printer, op, printed);
}
