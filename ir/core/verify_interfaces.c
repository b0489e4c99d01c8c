// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What interfaces demand of the ops that implement them, in MLIR 19's words.
#include "ir/core/interfaces.h"
#include "ir/core/verifier_internal.h"

// ---- branches
// --------------------------------------------------------------------------------

static bool verify_successor(mica_op *op, const mica_branch *branch, size_t index)
{
    mica_context *context = op->record->context;
    const mica_block *target = micai_op_successors(op)[index].block;
    const mica_run passed = branch->successor_operands(op, index);
    const size_t arguments = target->argument_count;
    if (passed.count != arguments)
        return mica_diagnostic_emit(
            mica_error(context, op->location,
                       "branch has %zu operands for successor #%zu, but target block has %zu",
                       passed.count, index, arguments));
    for (size_t i = 0; i < passed.count; i++) {
        const mica_type *type = op->operands[passed.first + i].value->type;
        if (type != target->arguments[i]->type)
            return mica_diagnostic_emit(
                mica_error(context, op->location,
                           "type mismatch for bb argument #%zu of successor #%zu", i, index));
    }
    return true;
}

bool micai_verify_branch(mica_op *op)
{
    const mica_branch *branch = mica_op_interface(op, &mica_branch_interface);
    const size_t count = micai_op_successor_count(op);
    for (size_t i = 0; i < count; i++)
        if (!verify_successor(op, branch, i))
            return false;
    return true;
}

// ---- region control flow
// ---------------------------------------------------------------------

/// One edge with the op or terminator whose operands it passes on.
typedef struct edge_end {
    mica_op *op;
    const mica_region *from;
    const mica_region_edge *edge;
    const mica_op *source;
} edge_end;

static size_t edge_operand_count(const edge_end *end)
{
    const size_t all = end->source->operand_count;
    if (end->edge->operand_count != MICA_ALL_OPERANDS)
        return end->edge->operand_count;
    return all > end->edge->first_operand ? all - end->edge->first_operand : 0;
}

static const mica_type *edge_operand_type(const edge_end *end, size_t index)
{
    return end->source->operands[end->edge->first_operand + index].value->type;
}

static size_t edge_input_count(const edge_end *end)
{
    const mica_region *to = end->edge->to;
    const size_t all = !to         ? end->op->result_count
                       : to->first ? to->first->argument_count
                                   : (size_t)0;
    return all > end->edge->first_input ? all - end->edge->first_input : 0;
}

static const mica_type *edge_input_type(const edge_end *end, size_t index)
{
    const size_t place = end->edge->first_input + index;
    const mica_region *to = end->edge->to;
    return to ? to->first->arguments[place]->type : micai_op_results(end->op)[place].type;
}

static void append_edge_name(mica_diagnostic *diagnostic, const edge_end *end)
{
    if (end->from)
        mica_diagnostic_append(diagnostic, "from Region #%u", end->from->index);
    else
        mica_diagnostic_append(diagnostic, "from parent operands");
    if (end->edge->to)
        mica_diagnostic_append(diagnostic, " to Region #%u", end->edge->to->index);
    else
        mica_diagnostic_append(diagnostic, " to parent results");
}

static bool verify_edge_end(const edge_end *end)
{
    const size_t operands = edge_operand_count(end), inputs = edge_input_count(end);
    if (operands != inputs) {
        // The blank comes from upstream's message.
        mica_diagnostic *diagnostic =
            mica_op_error_begin(end->op, " region control flow edge ");
        append_edge_name(diagnostic, end);
        mica_diagnostic_append(diagnostic,
                               ": source has %zu operands, but target successor needs %zu",
                               operands, inputs);
        return mica_diagnostic_emit(diagnostic);
    }
    for (size_t i = 0; i < operands; i++) {
        if (edge_operand_type(end, i) == edge_input_type(end, i))
            continue;
        mica_diagnostic *diagnostic = mica_op_error_begin(end->op, " along control flow edge ");
        append_edge_name(diagnostic, end);
        mica_diagnostic_append(diagnostic, ": source type #%zu ", i);
        mica_diagnostic_append_type(diagnostic, edge_operand_type(end, i));
        mica_diagnostic_append(diagnostic, " should match input type #%zu ", i);
        mica_diagnostic_append_type(diagnostic, edge_input_type(end, i));
        return mica_diagnostic_emit(diagnostic);
    }
    return true;
}

/// A terminator that passes its operands on along the edges of its region.
static bool leaves_region(const mica_op *last)
{
    return last && micai_op_has_trait(last, MICA_TRAIT_TERMINATOR) &&
           micai_op_successor_count(last) == 0;
}

static bool verify_edges_from(mica_op *op, const mica_region_branch *branches,
                              const mica_region *from)
{
    mica_region_edge edges[MICA_MAX_REGION_EDGES];
    const size_t found = branches->edges(op, from, edges, MICA_MAX_REGION_EDGES);
    const size_t count = found < MICA_MAX_REGION_EDGES ? found : MICA_MAX_REGION_EDGES;
    for (size_t i = 0; i < count; i++) {
        edge_end end = {op, from, &edges[i], op};
        if (!from && !verify_edge_end(&end))
            return false;
        for (const mica_block *block = from ? from->first : NULL; block; block = block->next) {
            end.source = block->last;
            if (leaves_region(block->last) && !verify_edge_end(&end))
                return false;
        }
    }
    return true;
}

bool micai_verify_region_branch(mica_op *op)
{
    const mica_region_branch *branches = mica_op_interface(op, &mica_region_branch_interface);
    if (!verify_edges_from(op, branches, NULL))
        return false;
    const size_t count = micai_op_region_count(op);
    for (size_t i = 0; i < count; i++)
        if (!verify_edges_from(op, branches, micai_op_regions(op)[i]))
            return false;
    return true;
}

// ---- loops
// -----------------------------------------------------------------------------------

/// What a loop carries, side by side.
typedef struct carried {
    size_t inits, arguments, yielded, results;
    size_t first_init, first_argument;
    const mica_op *terminator;
    const mica_block *entry;
} carried;

static bool differing_types(mica_op *op, size_t index, const char *left, const mica_type *a,
                            const char *right, const mica_type *b)
{
    mica_diagnostic *diagnostic = mica_op_error_begin(
        op, "%zu-th %s and %zu-th %s have different type: ", index, left, index, right);
    mica_diagnostic_append_type(diagnostic, a);
    mica_diagnostic_append(diagnostic, " != ");
    mica_diagnostic_append_type(diagnostic, b);
    return mica_diagnostic_emit(diagnostic);
}

static bool verify_carried_counts(mica_op *op, const carried *loop)
{
    if (loop->inits != loop->arguments)
        return mica_op_error(op, "different number of inits and region iter_args: %zu != %zu",
                             loop->inits, loop->arguments);
    if (loop->yielded && loop->arguments != loop->yielded)
        return mica_op_error(
            op, "different number of region iter_args and yielded values: %zu != %zu",
            loop->arguments, loop->yielded);
    if (loop->results != loop->arguments)
        return mica_op_error(
            op, "different number of loop results and region iter_args: %zu != %zu",
            loop->results, loop->arguments);
    return true;
}

static bool verify_carried_types(mica_op *op, const carried *loop)
{
    mica_value *const *arguments = loop->entry->arguments + loop->first_argument;
    for (size_t i = 0; i < loop->arguments; i++) {
        const mica_type *init = op->operands[loop->first_init + i].value->type;
        if (init != arguments[i]->type)
            return differing_types(op, i, "init", init, "region iter_arg", arguments[i]->type);
    }
    for (size_t i = 0; i < loop->yielded; i++) {
        const mica_type *yielded = loop->terminator->operands[i].value->type;
        if (yielded != arguments[i]->type)
            return differing_types(op, i, "region iter_arg", arguments[i]->type,
                                   "yielded value", yielded);
    }
    for (size_t i = 0; i < loop->results; i++) {
        const mica_type *result = micai_op_results(op)[i].type;
        if (result != arguments[i]->type)
            return differing_types(op, i, "region iter_arg", arguments[i]->type, "loop result",
                                   result);
    }
    return true;
}

bool micai_verify_loop(mica_op *op)
{
    const mica_loop_like *functions = mica_op_interface(op, &mica_loop_like_interface);
    const mica_region *body = functions->body(op);
    if (!functions->inits || !body || !body->first)
        return true;
    const mica_run inits = functions->inits(op);
    const size_t first = functions->induction_count ? functions->induction_count(op) : 0;
    const mica_op *terminator = mica_block_terminator(body->last);
    const size_t arguments = body->first->argument_count;
    const carried loop = {
        .inits = inits.count,
        .arguments = arguments > first ? arguments - first : 0,
        .yielded = terminator ? terminator->operand_count : 0,
        .results = op->result_count,
        .first_init = inits.first,
        .first_argument = first,
        .terminator = terminator,
        .entry = body->first,
    };
    return verify_carried_counts(op, &loop) && verify_carried_types(op, &loop);
}

// ---- casts and destinations
// ------------------------------------------------------------------

/// " 'i32'", or "s 'i32', 'i64'", or "s []" for none.
static void append_types(mica_diagnostic *diagnostic, const mica_type *const *types,
                         size_t count)
{
    if (count == 0)
        mica_diagnostic_append(diagnostic, "s []");
    for (size_t i = 0; i < count; i++) {
        mica_diagnostic_append(diagnostic, i ? ", " : count == 1 ? " " : "s ");
        mica_diagnostic_append_type(diagnostic, types[i]);
    }
}

bool micai_verify_cast(mica_op *op)
{
    const mica_cast *cast = mica_op_interface(op, &mica_cast_interface);
    mica_context *context = op->record->context;
    const size_t inputs = op->operand_count, outputs = op->result_count;
    if (outputs == 0)
        return mica_op_error(op, "expected at least one result for cast operation");
    const size_t bytes = (inputs + outputs) * sizeof(mica_type *);
    const mica_type **types = micai_context_allocate(context, bytes);
    if (!types)
        return false;
    for (size_t i = 0; i < inputs; i++)
        types[i] = op->operands[i].value->type;
    for (size_t i = 0; i < outputs; i++)
        types[inputs + i] = micai_op_results(op)[i].type;
    const bool fits = cast->are_compatible(types, inputs, types + inputs, outputs);
    if (!fits) {
        mica_diagnostic *diagnostic = mica_op_error_begin(op, "operand type");
        append_types(diagnostic, types, inputs);
        mica_diagnostic_append(diagnostic, " and result type");
        append_types(diagnostic, types + inputs, outputs);
        mica_diagnostic_append(diagnostic, " are cast incompatible");
        mica_diagnostic_emit(diagnostic);
    }
    micai_context_free(context, types, bytes);
    return fits;
}

static bool verify_tied_result(mica_op *op, size_t operand, size_t result)
{
    const mica_type *init = op->operands[operand].value->type;
    const mica_type *type = micai_op_results(op)[result].type;
    if (init == type)
        return true;
    mica_diagnostic *diagnostic =
        mica_op_error_begin(op, "expected type of operand #%zu (", operand);
    mica_diagnostic_append_type(diagnostic, init);
    mica_diagnostic_append(diagnostic, ") to match type of corresponding result (");
    mica_diagnostic_append_type(diagnostic, type);
    mica_diagnostic_append(diagnostic, ")");
    return mica_diagnostic_emit(diagnostic);
}

bool micai_verify_destination_style(mica_op *op)
{
    const mica_destination_style *style =
        mica_op_interface(op, &mica_destination_style_interface);
    const mica_run inits = style->inits(op);
    size_t tensors = 0;
    for (size_t i = inits.first; i < inits.first + inits.count; i++) {
        const mica_type *type = op->operands[i].value->type;
        if (!mica_type_is_tensor(type) && !mica_type_is_memref(type))
            return mica_op_error(op, "expected that operand #%zu is a tensor or a memref", i);
        tensors += mica_type_is_tensor(type);
    }
    if (tensors != op->result_count)
        return mica_op_error(op,
                             "expected the number of tensor results (%u) to be equal to the "
                             "number of output tensors (%zu)",
                             op->result_count, tensors);
    size_t result = 0;
    for (size_t i = inits.first; i < inits.first + inits.count; i++) {
        const bool is_tensor = mica_type_is_tensor(op->operands[i].value->type);
        if (is_tensor && !verify_tied_result(op, i, result++))
            return false;
    }
    return true;
}

// ---- functions
// -------------------------------------------------------------------------------

/// Attributes of arguments or results: an array of dictionaries whose names have a dialect.
static bool verify_attr_dictionaries(mica_op *op, size_t slot, const char *kind,
                                     size_t expected)
{
    const mica_attr *array = mica_op_slot(op, slot);
    if (!array)
        return true;
    const size_t count = mica_array_attr_count(array);
    if (count != expected)
        return mica_op_error(
            op,
            "expects %s attribute array to have the same number of elements as "
            "the number of function %ss, got %zu, but expected %zu",
            kind, kind, count, expected);
    for (size_t i = 0; i < count; i++) {
        const mica_attr *dictionary = mica_array_attr_element(array, i);
        for (size_t k = 0; k < mica_dictionary_attr_count(dictionary); k++) {
            const mica_string name =
                mica_identifier_text(mica_dictionary_attr_entry(dictionary, k).name);
            if (!memchr(name.data, '.', name.length))
                return mica_op_error(op, "%ss may only have dialect attributes", kind);
        }
    }
    return true;
}

static bool verify_function_body(mica_op *op)
{
    const mica_block *entry = mica_function_body(op)->first;
    if (!entry)
        return true;
    const size_t count = mica_function_argument_count(op);
    if (entry->argument_count != count)
        return mica_op_error(
            op, "entry block must have %zu arguments to match function signature", count);
    for (size_t i = 0; i < count; i++) {
        const mica_type *type = entry->arguments[i]->type;
        const mica_type *expected = mica_function_argument_type(op, i);
        if (type == expected)
            continue;
        mica_diagnostic *diagnostic =
            mica_op_error_begin(op, "type of entry block argument #%zu(", i);
        mica_diagnostic_append_type(diagnostic, type);
        mica_diagnostic_append(diagnostic,
                               ") must match the type of the corresponding argument "
                               "in function signature(");
        mica_diagnostic_append_type(diagnostic, expected);
        mica_diagnostic_append(diagnostic, ")");
        return mica_diagnostic_emit(diagnostic);
    }
    return true;
}

bool micai_verify_function(mica_op *op)
{
    const mica_function_like *functions = mica_op_interface(op, &mica_function_like_interface);
    if (functions->verify_type && !functions->verify_type(op))
        return false;
    return verify_attr_dictionaries(op, functions->arg_attrs_slot, "argument",
                                    mica_function_argument_count(op)) &&
           verify_attr_dictionaries(op, functions->res_attrs_slot, "result",
                                    mica_function_result_count(op)) &&
           (functions->verifies_own_body || verify_function_body(op));
}

// ---- symbols
// ---------------------------------------------------------------------------------

static bool verify_visibility(mica_op *op)
{
    const mica_attr *visibility = mica_op_attr(op, "sym_visibility");
    if (!visibility)
        return true;
    if (!mica_attr_is(visibility, MICA_ATTR_STRING)) {
        mica_diagnostic *diagnostic = mica_op_error_begin(
            op, "requires visibility attribute 'sym_visibility' to be a string attribute, but "
                "got ");
        mica_diagnostic_append_attr(diagnostic, visibility);
        return mica_diagnostic_emit(diagnostic);
    }
    const mica_string text = mica_string_attr_text(visibility);
    if (mica_string_is(text, "public") || mica_string_is(text, "private") ||
        mica_string_is(text, "nested"))
        return true;
    return mica_op_error(op,
                         "visibility expected to be one of [\"public\", \"private\", "
                         "\"nested\"], but got \"%.*s\"",
                         MICA_STRING_ARG(text));
}

static bool is_public(const mica_op *op)
{
    const mica_attr *visibility = mica_op_attr(op, "sym_visibility");
    return !visibility || mica_string_is(mica_string_attr_text(visibility), "public");
}

/// May the op do without a name? Its interface says so, or its definition.
static bool may_lack_name(const mica_op *op, const mica_symbol *symbol)
{
    const mica_op_def *definition = op->record->definition;
    const int slot = mica_op_def_find_slot(definition, mica_string_from("sym_name"));
    return (symbol && symbol->is_optional) ||
           (slot >= 0 && definition->attrs[slot].is_optional);
}

bool micai_verify_symbol(mica_op *op)
{
    const mica_symbol *symbol = mica_op_interface(op, &mica_symbol_interface);
    const mica_attr *name = mica_op_attr(op, "sym_name");
    if (!name && may_lack_name(op, symbol))
        return true;
    if (!mica_attr_is(name, MICA_ATTR_STRING))
        return mica_op_error(op, "requires string attribute 'sym_name'");
    if (!verify_visibility(op))
        return false;
    if (symbol && symbol->is_declaration && symbol->is_declaration(op) && is_public(op))
        return mica_op_error(op, "symbol declaration cannot have public visibility");
    const mica_op *parent = mica_op_parent(op);
    if (parent && parent->record->definition &&
        !micai_op_has_trait(parent, MICA_TRAIT_SYMBOL_TABLE))
        return mica_op_error(op, "symbol's parent must have the SymbolTable trait");
    return true;
}
