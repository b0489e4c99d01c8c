// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Custom syntax of structured ops. All share `ins(%a : t) outs(%b : u)`:
//
//   linalg.matmul {cast = ...} ins(%a, %b : ...) outs(%c : ...) -> tensor<4x4xf32>
//   linalg.generic {indexing_maps = [...], ...} ins(...) outs(...) attrs = {...} { body } ->
//   ... linalg.map { math.absf } ins(...) outs(...) linalg.reduce ins(...) outs(...) dimensions
//   = [1] (%in: f32, %init: f32) { body } linalg.transpose ins(...) outs(...) permutation = [1,
//   0]
#include "dialects/linalg/linalg_internal.h"

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/asm_parser.h"
#include "ir/text/asm_printer.h"

// ---- ins(...) outs(...)
// ----------------------------------------------------------------------

typedef struct structured_operands {
    mica_asm_operand_list inputs, outputs;
    mica_asm_type_list input_types, output_types;
} structured_operands;

static void free_operands(structured_operands *operands)
{
    mica_asm_operand_list_free(&operands->inputs);
    mica_asm_operand_list_free(&operands->outputs);
    mica_asm_type_list_free(&operands->input_types);
    mica_asm_type_list_free(&operands->output_types);
}

/// keyword(%a, %b : types), or nothing; resolves the operands.
static bool parse_clause(mica_asm_parser *parser, const char *keyword,
                         mica_asm_operand_list *operands, mica_asm_type_list *types,
                         size_t *offset)
{
    if (!mica_asm_parse_keyword_if(parser, keyword))
        return true;
    if (!mica_asm_parse_token(parser, "("))
        return false;
    *offset = mica_asm_offset(parser);
    return mica_asm_parse_operand_list(parser, MICA_DELIMITER_NONE, operands) &&
           mica_asm_parse_colon_type_list(parser, types) && mica_asm_parse_token(parser, ")");
}

/// `<{...}>`, `{...}`, ins and outs; operands go to the state.
static bool parse_common(mica_asm_parser *parser, mica_op_state *state,
                         structured_operands *operands)
{
    size_t input_offset = 0, output_offset = 0;
    return mica_asm_parse_prop_dict(parser, state) && mica_asm_parse_attr_dict(parser, state) &&
           parse_clause(parser, "ins", &operands->inputs, &operands->input_types,
                        &input_offset) &&
           parse_clause(parser, "outs", &operands->outputs, &operands->output_types,
                        &output_offset) &&
           mica_asm_resolve_operands(parser, &operands->inputs, operands->input_types.data,
                                     operands->input_types.count, input_offset, state) &&
           mica_asm_resolve_operands(parser, &operands->outputs, operands->output_types.data,
                                     operands->output_types.count, output_offset, state);
}

static void set_segments(mica_op_state *state, const structured_operands *operands)
{
    int32_t sizes[2] = {(int32_t)operands->input_types.count,
                        (int32_t)operands->output_types.count};
    mica_op_state_set_attr(state, "operandSegmentSizes",
                           mica_i32_array_attr_get(state->context, sizes, 2));
}

static bool parse_results(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_type_list types = {0};
    bool good = mica_asm_parse_arrow_type_list_if(parser, &types);
    mica_op_state_add_results(state, types.data, types.count);
    mica_asm_type_list_free(&types);
    return good;
}

static void print_clause(mica_asm_printer *printer, mica_op *op, const char *keyword,
                         mica_run run)
{
    if (run.count == 0)
        return;
    mica_asm_printf(printer, " %s(", keyword);
    mica_asm_print_operands(printer, op, run.first, run.count);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, run.first, run.count);
    mica_asm_print(printer, ")");
}

static void print_common(mica_asm_printer *printer, mica_op *op)
{
    print_clause(printer, op, "ins", mica_structured_inputs(op));
    print_clause(printer, op, "outs", mica_structured_inits(op));
}

static void print_results(mica_asm_printer *printer, mica_op *op)
{
    size_t count = mica_op_result_count(op);
    if (count == 0)
        return;
    mica_asm_print(printer, count == 1 ? " -> " : " -> (");
    mica_asm_print_result_types(printer, op);
    mica_asm_print(printer, count == 1 ? "" : ")");
}

// ---- named ops
// -------------------------------------------------------------------------------

bool micai_linalg_parse_named(mica_asm_parser *parser, mica_op_state *state)
{
    structured_operands operands = {0};
    bool good = parse_common(parser, state, &operands) && parse_results(parser, state);
    if (good) {
        size_t count = operands.input_types.count + operands.output_types.count;
        const mica_linalg_named_op *named = micai_linalg_named_of(state->record);
        set_segments(state, &operands);
        mica_op_state_add_region(state);
        good = count == named->operand_count ||
               mica_asm_error(parser, "generated region expects %u args, got %zu",
                              named->operand_count, count);
    }
    free_operands(&operands);
    return good;
}

void micai_linalg_print_named(mica_asm_printer *printer, mica_op *op)
{
    static const char *const hidden[] = {"operandSegmentSizes", MICAI_LINALG_MEMOIZED_MAPS,
                                         NULL};
    mica_asm_print_attr_dict(printer, op, hidden);
    print_common(printer, op);
    print_results(printer, op);
}

// ---- generic
// ---------------------------------------------------------------------------------

/// Iterator types are strings in this syntax: ["parallel", "reduction"].
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
        if (!mica_enum_value(&mica_linalg_iterator_type_enum, mica_string_attr_text(string),
                             &value)) {
            mica_asm_error(parser, "unexpected iterator_type (%.*s)",
                           MICA_STRING_ARG(mica_string_attr_text(string)));
            mica_free(types);
            return NULL;
        }
        types[found++] =
            micai_linalg_iterator_type(context, value == MICA_LINALG_ITERATOR_TYPE_PARALLEL);
    }
    if (types)
        attr = mica_array_attr_get(context, types, found);
    mica_free(types);
    return attr;
}

/// {indexing_maps = [...], iterator_types = [...], doc = "...", library_call = "..."}
static bool parse_trait(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *dictionary;
    size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, NULL, &dictionary))
        return false;
    if (!mica_attr_is(dictionary, MICA_ATTR_DICTIONARY))
        return mica_asm_error_at(parser, offset, "invalid kind of attribute specified");
    const mica_attr *strings =
        mica_dictionary_attr_find(dictionary, mica_string_from("iterator_types"));
    const mica_attr *types = iterator_types_from_strings(parser, offset, strings);
    if (!types)
        return false;
    for (size_t i = 0; i < mica_dictionary_attr_count(dictionary); i++) {
        mica_named_attr entry = mica_dictionary_attr_entry(dictionary, i);
        mica_op_state_set_attr_by_name(state, entry.name, entry.value);
    }
    mica_op_state_set_attr(state, "iterator_types", types);
    return true;
}

bool micai_linalg_generic_parse(mica_asm_parser *parser, mica_op_state *state)
{
    structured_operands operands = {0};
    bool good = parse_trait(parser, state) && parse_common(parser, state, &operands);
    if (good && mica_asm_parse_keyword_if(parser, "attrs"))
        good = mica_asm_parse_token(parser, "=") && mica_asm_parse_attr_dict(parser, state);
    if (good) {
        set_segments(state, &operands);
        mica_region *region = mica_op_state_add_region(state);
        good = mica_asm_parse_region(parser, region, NULL, 0) && parse_results(parser, state);
    }
    free_operands(&operands);
    return good;
}

static void print_iterator_types(mica_asm_printer *printer, mica_op *op)
{
    for (size_t i = 0; i < mica_structured_loop_count(op); i++)
        mica_asm_printf(printer, "%s\"%s\"", i ? ", " : "",
                        mica_structured_is_parallel(op, i) ? "parallel" : "reduction");
}

void micai_linalg_generic_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {
        "doc", "indexing_maps", "iterator_types", "library_call", "operandSegmentSizes", NULL};
    const mica_attr *doc = mica_linalg_generic_doc(op);
    const mica_attr *library_call = mica_linalg_generic_library_call(op);
    mica_asm_print(printer, " {");
    if (doc) {
        mica_asm_print(printer, "doc = ");
        mica_asm_print_attr(printer, doc);
        mica_asm_print(printer, ", ");
    }
    mica_asm_print(printer, "indexing_maps = ");
    mica_asm_print_attr(printer, mica_linalg_generic_indexing_maps(op));
    mica_asm_print(printer, ", iterator_types = [");
    print_iterator_types(printer, op);
    mica_asm_print(printer, "]");
    if (library_call) {
        mica_asm_print(printer, ", library_call = ");
        mica_asm_print_attr(printer, library_call);
    }
    mica_asm_print(printer, "}");
    print_common(printer, op);
    if (mica_op_attr_count(op) > 0) {
        mica_asm_print(printer, " attrs = ");
        mica_asm_print_attr_dict(printer, op, printed);
    }
    if (!mica_region_is_empty(mica_op_region(op, 0))) {
        mica_asm_print(printer, " ");
        mica_asm_print_region(printer, mica_op_region(op, 0), true, true);
    }
    print_results(printer, op);
}

// ---- map, reduce: a body or the name of its only op
// -------------------------------------------

typedef struct payload_op {
    const mica_identifier *name; ///< NULL: there is a body
    mica_op_state attrs;         ///< of the op; initialized when there is a name
} payload_op;

/// `{ math.absf {fastmath = ...} }`, if present.
static bool parse_payload(mica_asm_parser *parser, payload_op *payload)
{
    mica_string name;
    payload->name = NULL;
    if (!mica_asm_parse_token_if(parser, "{"))
        return true;
    if (!mica_asm_parse_any_keyword(parser, &name))
        return false;
    char text[128];
    if (name.length >= sizeof text)
        return mica_asm_error(parser, "operation name is too long");
    memcpy(text, name.data, name.length);
    text[name.length] = '\0';
    mica_op_state_init(&payload->attrs, mica_asm_context(parser), text,
                       mica_asm_name_location(parser));
    payload->name = mica_identifier_get(mica_asm_context(parser), name);
    return mica_asm_parse_attr_dict(parser, &payload->attrs) &&
           mica_asm_parse_token(parser, "}");
}

/// Makes the body: the op on the block's arguments, the first one last when `init_first`.
static void build_payload_body(mica_op_state *state, payload_op *payload, size_t arguments,
                               bool init_first)
{
    mica_context *context = state->context;
    mica_region *region = mica_op_state_add_region(state);
    mica_block *block = mica_block_create(context);
    if (arguments == 0 || !block)
        return;
    mica_region_append(region, block);
    for (size_t i = 0; i < arguments; i++)
        mica_block_add_argument(block,
                                mica_type_element_or_self(mica_value_type(state->operands[i])),
                                payload->attrs.location);
    for (size_t i = init_first; i < arguments; i++)
        mica_op_state_add_operand(&payload->attrs, mica_block_argument(block, i));
    if (init_first)
        mica_op_state_add_operand(&payload->attrs, mica_block_argument(block, 0));
    size_t last = state->operand_count - 1;
    mica_op_state_add_result(&payload->attrs,
                             mica_type_element_or_self(mica_value_type(state->operands[last])));
    mica_op *op = mica_op_create(&payload->attrs);
    payload->name = NULL;
    mica_op_state yield;
    mica_op_state_init(&yield, context, "linalg.yield", mica_op_location(op));
    mica_op_state_add_operand(&yield, mica_op_result(op, 0));
    mica_block_append(block, op);
    mica_block_append(block, mica_op_create(&yield));
}

/// (%in: f32, %init: f32) { ... }
static bool parse_body(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_argument_list arguments = {0};
    bool good =
        mica_asm_parse_argument_list(parser, MICA_DELIMITER_PAREN, &arguments, true, true) &&
        mica_asm_parse_region(parser, mica_op_state_add_region(state), arguments.data,
                              arguments.count);
    mica_asm_argument_list_free(&arguments);
    return good;
}

/// name = [1, 2]
static bool parse_dims(mica_asm_parser *parser, mica_op_state *state, const char *name)
{
    int64_t values[64];
    size_t count = 0;
    if (!mica_asm_parse_keyword(parser, name) || !mica_asm_parse_token(parser, "=") ||
        !mica_asm_parse_token(parser, "["))
        return false;
    while (!mica_asm_next_is(parser, "]")) {
        if (count == sizeof values / sizeof *values)
            return mica_asm_error(parser, "too many dimensions");
        if ((count > 0 && !mica_asm_parse_token(parser, ",")) ||
            !mica_asm_parse_integer(parser, &values[count++]))
            return false;
    }
    mica_op_state_set_attr(state, name, mica_i64_array_attr_get(state->context, values, count));
    return mica_asm_parse_token(parser, "]");
}

/// ins, outs, `dims = [...]` where `dims` is not NULL, attributes; a result for each output
/// that is a tensor.
static bool parse_destination_style(mica_asm_parser *parser, mica_op_state *state,
                                    const char *dims, size_t *inputs)
{
    structured_operands operands = {0};
    bool good = parse_common(parser, state, &operands);
    *inputs = operands.input_types.count;
    for (size_t i = 0; good && i < operands.output_types.count; i++)
        if (mica_type_get_kind(operands.output_types.data[i]) == MICA_TYPE_RANKED_TENSOR)
            mica_op_state_add_result(state, operands.output_types.data[i]);
    good = good && (!dims || parse_dims(parser, state, dims)) &&
           mica_asm_parse_attr_dict(parser, state);
    free_operands(&operands);
    return good;
}

static bool parse_with_payload(mica_asm_parser *parser, mica_op_state *state, const char *dims)
{
    payload_op payload;
    size_t inputs;
    bool good = parse_payload(parser, &payload) &&
                parse_destination_style(parser, state, dims, &inputs);
    if (good && payload.name)
        build_payload_body(state, &payload, dims ? state->operand_count : inputs, dims);
    else if (good)
        good = parse_body(parser, state);
    if (payload.name)
        mica_op_state_discard(&payload.attrs);
    return good;
}

bool micai_linalg_map_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_with_payload(parser, state, NULL);
}

bool micai_linalg_reduce_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_with_payload(parser, state, "dimensions");
}

/// The op that alone makes up the body, on all its arguments in order (the first one last when
/// `init_first`); NULL when the body is something else.
static mica_op *find_payload(mica_block *body, bool init_first)
{
    mica_op *op = mica_block_first(body);
    size_t count = mica_block_argument_count(body);
    if (!op || mica_op_next(op) != mica_block_last(body) || op == mica_block_last(body) ||
        mica_op_operand_count(op) == 0 || mica_op_operand_count(op) != count)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t argument = init_first ? (i + 1) % count : i;
        if (mica_op_operand(op, i) != mica_block_argument(body, argument))
            return NULL;
    }
    return op;
}

/// Is it #arith.fastmath<none>, which is left out?
static bool is_no_fastmath(const mica_attr *attr)
{
    if (!mica_attr_is(attr, MICA_ATTR_DIALECT))
        return false;
    const mica_attr_def *definition = mica_attr_definition(attr);
    return strcmp(definition->dialect, "arith") == 0 &&
           strcmp(definition->name, "fastmath") == 0 && mica_attr_param(attr, 0) == 0;
}

static void print_payload(mica_asm_printer *printer, mica_op *op)
{
    const char *const hidden[] = {"fastmath", NULL};
    bool hides = is_no_fastmath(mica_op_attr(op, "fastmath"));
    mica_asm_print(printer, " { ");
    mica_asm_print_string(printer, mica_op_name(op));
    mica_asm_print_attr_dict(printer, op, hides ? hidden : NULL);
    mica_asm_print(printer, " }");
}

static void print_body(mica_asm_printer *printer, mica_block *body)
{
    mica_asm_indent(printer, 1);
    mica_asm_print_newline(printer);
    mica_asm_print(printer, "(");
    for (size_t i = 0; i < mica_block_argument_count(body); i++) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_argument(printer, mica_block_argument(body, i), NULL, false);
    }
    mica_asm_print(printer, ") ");
    mica_asm_print_region(printer, mica_block_region(body), false, true);
    mica_asm_indent(printer, -1);
}

static void print_dims(mica_asm_printer *printer, const char *name, const mica_attr *dims)
{
    mica_asm_printf(printer, " %s = [", name);
    for (size_t i = 0; i < mica_dense_array_attr_count(dims); i++)
        mica_asm_printf(printer, "%s%lld", i ? ", " : "",
                        (long long)mica_dense_array_attr_int(dims, i));
    mica_asm_print(printer, "] ");
}

void micai_linalg_map_print(mica_asm_printer *printer, mica_op *op)
{
    mica_block *body = mica_structured_body(op);
    mica_op *payload = find_payload(body, false);
    if (payload)
        print_payload(printer, payload);
    print_common(printer, op);
    mica_asm_print_attr_dict(printer, op, NULL);
    if (!payload)
        print_body(printer, body);
}

void micai_linalg_reduce_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"dimensions", NULL};
    mica_block *body = mica_structured_body(op);
    mica_op *payload = find_payload(body, true);
    if (payload)
        print_payload(printer, payload);
    print_common(printer, op);
    print_dims(printer, "dimensions", mica_linalg_reduce_dimensions(op));
    mica_asm_print_attr_dict(printer, op, printed);
    if (!payload)
        print_body(printer, body);
}

// ---- transpose, broadcast
// --------------------------------------------------------------------

/// The body that yields the input's element.
static void build_identity_body(mica_op_state *state)
{
    mica_region *region = mica_op_state_add_region(state);
    mica_block *block = mica_block_create(state->context);
    if (!block)
        return;
    mica_region_append(region, block);
    for (size_t i = 0; i < state->operand_count; i++)
        mica_block_add_argument(block,
                                mica_type_element_or_self(mica_value_type(state->operands[i])),
                                state->location);
    mica_op_state yield;
    mica_op_state_init(&yield, state->context, "linalg.yield", state->location);
    if (state->operand_count > 0)
        mica_op_state_add_operand(&yield, mica_block_argument(block, 0));
    mica_block_append(block, mica_op_create(&yield));
}

static const char *dims_name(const mica_op_record *record)
{
    return mica_op_record_def(record)->kind == &mica_linalg_transpose_kind ? "permutation"
                                                                           : "dimensions";
}

bool micai_linalg_parse_with_dimensions(mica_asm_parser *parser, mica_op_state *state)
{
    size_t inputs;
    if (!parse_destination_style(parser, state, dims_name(state->record), &inputs))
        return false;
    build_identity_body(state);
    return true;
}

void micai_linalg_print_with_dimensions(mica_asm_printer *printer, mica_op *op)
{
    const char *name = dims_name(mica_op_get_record(op));
    const char *const printed[] = {name, NULL};
    print_common(printer, op);
    print_dims(printer, name, mica_op_attr(op, name));
    mica_asm_print_attr_dict(printer, op, printed);
}
