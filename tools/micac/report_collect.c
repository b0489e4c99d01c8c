// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the report takes from a model as its stages end.
#include "tools/micac/report.h"

#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 1 << 20, LONGEST_CONSTANT = 16 };

// ---- text
// ------------------------------------------------------------------------------------

typedef struct growing {
    char *text;
    size_t length, capacity;
    bool is_cut;
} growing;

/// Keeps the first MOST_TEXT bytes.
static bool grow(void *user, const char *data, size_t size)
{
    growing *g = user;
    if (g->length + size > MOST_TEXT) {
        size = MOST_TEXT - g->length;
        g->is_cut = true;
    }
    if (g->length + size + 1 > g->capacity) {
        const size_t capacity = 2 * (g->length + size) + 64;
        char *text = realloc(g->text, capacity);
        if (!text)
            return false;
        g->text = text;
        g->capacity = capacity;
    }
    memcpy(g->text + g->length, data, size);
    g->length += size;
    g->text[g->length] = '\0';
    return true;
}

static char *copy_text(mica_string text)
{
    char *copy = malloc(text.length + 1);
    if (copy) {
        memcpy(copy, text.data, text.length);
        copy[text.length] = '\0';
    }
    return copy;
}

static char *type_text(const mica_type *type)
{
    growing g = {0};
    mica_print_type(type, grow, &g);
    return g.text;
}

static char *location_text(const mica_op *op)
{
    return copy_text(mica_location_first_name(mica_op_context(op), mica_op_location(op)));
}

static void note_text(report *r, const char *stage, mica_op *module)
{
    const mica_print_options options = {.struct_size = sizeof options,
                                        .elide_elements_over = LONGEST_CONSTANT,
                                        .elide_resources_over = LONGEST_CONSTANT};
    growing g = {0};
    if (r->stage_count == REPORT_MOST_STAGES)
        return;
    if (!mica_print_op(module, &options, grow, &g) || !g.text) {
        r->is_failed = true;
        free(g.text);
        return;
    }
    r->stages[r->stage_count++] = (report_stage){stage, g.text, g.length, g.is_cut};
}

// ---- the entry
// -------------------------------------------------------------------------------

static mica_op *find_entry(mica_op *module)
{
    mica_for_each_op(op, mica_module_body(module))
    {
        if (mica_op_interface(op, &mica_function_like_interface) &&
            !mica_function_is_declaration(op) &&
            mica_symbol_get_visibility(op) == MICA_VISIBILITY_PUBLIC)
            return op;
    }
    return NULL;
}

static uint64_t type_bytes(const mica_type *type)
{
    if (!mica_type_is_shaped(type) || !mica_type_is_ranked(type))
        return 0;
    const int64_t count = mica_type_element_count(type);
    const size_t bits = mica_type_bit_width(mica_type_element(type));
    return count > 0 ? (uint64_t)count * ((bits + 7) / 8) : 0;
}

static const char *tensor_name(const mica_attr *attrs, size_t *length)
{
    const mica_attr *name =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("onnx.name")) : NULL;
    const mica_string text = mica_attr_is(name, MICA_ATTR_STRING) ? mica_string_attr_text(name)
                                                                  : mica_string_from("?");
    *length = text.length;
    return text.data;
}

static void note_tensor(growing *g, const char *kind, const mica_attr *attrs,
                        const mica_type *type)
{
    size_t length;
    const char *name = tensor_name(attrs, &length);
    char *text = type_text(type);
    grow(g, kind, strlen(kind));
    grow(g, " ", 1);
    grow(g, name, length);
    grow(g, ": ", 2);
    grow(g, text ? text : "", text ? strlen(text) : 0);
    grow(g, "\n", 1);
    free(text);
}

static void note_interface(report *r, mica_op *entry)
{
    growing g = {0};
    for (size_t i = 0; i < mica_function_argument_count(entry); ++i)
        note_tensor(&g, "input", mica_function_argument_attrs(entry, i),
                    mica_function_argument_type(entry, i));
    for (size_t i = 0; i < mica_function_result_count(entry); ++i)
        note_tensor(&g, "output", mica_function_result_attrs(entry, i),
                    mica_function_result_type(entry, i));
    r->interface = g.text;
}

// ---- nodes
// -----------------------------------------------------------------------------------

static bool is_constant(const mica_op *op)
{
    return mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE) ||
           mica_string_is(mica_op_name(op), "onnx.Constant");
}

static int64_t size_at(const mica_type *type, size_t from_end)
{
    if (!mica_type_is_shaped(type) || !mica_type_is_ranked(type) ||
        mica_type_rank(type) < from_end)
        return 1;
    const int64_t size = mica_type_shape(type)[mica_type_rank(type) - from_end];
    return size > 0 ? size : 1;
}

static uint64_t elements(const mica_type *type)
{
    const int64_t count = mica_type_is_shaped(type) && mica_type_is_ranked(type)
                              ? mica_type_element_count(type)
                              : 0;
    return count > 0 ? (uint64_t)count : 0;
}

/// Additions and multiplications: of contractions by their shapes, of others one for each
/// element of the result.
static uint64_t count_operations(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    const uint64_t results = elements(mica_value_type(mica_op_result(op, 0)));
    if (mica_op_operand_count(op) < 2)
        return results;
    const mica_type *a = mica_value_type(mica_op_operand(op, 0));
    const mica_type *b = mica_value_type(mica_op_operand(op, 1));
    if (mica_string_is(name, "onnx.Conv")) {
        const uint64_t filters =
            mica_type_is_ranked(b)
                ? (uint64_t)(mica_type_shape(b)[0] > 0 ? mica_type_shape(b)[0] : 1)
                : 1;
        return 2 * results * (elements(b) / (filters ? filters : 1));
    }
    if (mica_string_is(name, "onnx.MatMul"))
        return 2 * results * (uint64_t)size_at(a, 1);
    if (mica_string_is(name, "onnx.Gemm")) {
        const mica_attr *transposed = mica_op_attr(op, "transA");
        const bool is_transposed = mica_attr_is(transposed, MICA_ATTR_INTEGER) &&
                                   mica_integer_attr_value(transposed) != 0;
        return 2 * results * (uint64_t)size_at(a, is_transposed ? 2 : 1);
    }
    return results;
}

static uint64_t count_bytes(const mica_op *op)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        bytes += type_bytes(mica_value_type(mica_op_operand(op, i)));
    for (size_t i = 0; i < mica_op_result_count(op); ++i)
        bytes += type_bytes(mica_value_type(mica_op_result(op, i)));
    return bytes;
}

/// The place of an op among `count` ops of its block in program order; that of the next one
/// when it is not there.
static size_t find_op(mica_op *const *ops, size_t count, const mica_op *op)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ops[middle] == op)
            return middle;
        if (mica_op_is_before(ops[middle], op))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void note_sources(report *r, mica_op *const *ops, report_node *node, const mica_op *op)
{
    const size_t count = mica_op_operand_count(op);
    node->sources = malloc((count + 1) * sizeof *node->sources);
    for (size_t i = 0; node->sources && i < count; ++i) {
        const mica_op *source = mica_value_op(mica_op_operand(op, i));
        if (!source || mica_op_block(source) != mica_op_block(op) || is_constant(source))
            continue;
        const size_t found = find_op(ops, r->node_count, source);
        if (found < r->node_count && ops[found] == source)
            node->sources[node->source_count++] = found;
    }
    r->is_failed |= !node->sources;
}

static void note_node(report *r, mica_op **ops, mica_op *op)
{
    const mica_string name = mica_op_name(op);
    const char *dot = memchr(name.data, '.', name.length);
    const size_t skipped = dot ? (size_t)(dot - name.data) + 1 : 0;
    report_node *node = &r->nodes[r->node_count];
    node->op = copy_text((mica_string){name.data + skipped, name.length - skipped});
    node->name = location_text(op);
    node->type = type_text(mica_value_type(mica_op_result(op, 0)));
    node->operations = count_operations(op);
    node->bytes = count_bytes(op);
    note_sources(r, ops, node, op);
    ops[r->node_count++] = op;
    r->is_failed |= !node->op || !node->name || !node->type;
}

static void note_nodes(report *r, mica_op *entry)
{
    const mica_block *block = mica_region_first(mica_function_body(entry));
    size_t count = 0;
    mica_for_each_op(op, block)++ count;
    mica_op **ops = malloc((count + 1) * sizeof(mica_op *));
    r->nodes = calloc(count + 1, sizeof *r->nodes);
    r->is_failed |= !ops || !r->nodes;
    mica_for_each_op(op, block)
    {
        if (r->is_failed || mica_op_result_count(op) == 0)
            continue;
        if (is_constant(op))
            r->constant_bytes += type_bytes(mica_value_type(mica_op_result(op, 0)));
        else
            note_node(r, ops, op);
    }
    free(ops);
}

// ---- memory
// ----------------------------------------------------------------------------------

/// Makes a buffer out of another.
static bool is_view(const mica_op *op)
{
    return mica_op_result_count(op) == 1 &&
           mica_type_is_memref(mica_value_type(mica_op_result(op, 0)));
}

static mica_walk_result find_buffer(void *user, mica_op *op)
{
    bool *found = user;
    for (size_t i = 0; i < mica_op_operand_count(op) && !*found; ++i)
        *found = mica_type_is_memref(mica_value_type(mica_op_operand(op, i)));
    return *found ? MICA_WALK_INTERRUPT : MICA_WALK_ADVANCE;
}

/// Does the op, or one inside, do something with a buffer?
static bool is_step(mica_op *op)
{
    bool found = false;
    mica_op_walk_pre(op, find_buffer, &found);
    return found && !is_view(op);
}

/// Stretches the life of a buffer over the uses of `value`, and of what is made of it.
static void follow_uses(const report *r, mica_op *const *steps, report_buffer *buffer,
                        mica_value *value, unsigned depth)
{
    enum { DEEPEST = 32 };
    const mica_region *body = mica_block_region(mica_op_block(steps[0]));
    mica_for_each_use(use, value)
    {
        mica_op *owner = mica_use_owner(use);
        const mica_op *top = mica_region_find_ancestor(body, owner);
        if (!top)
            continue;
        if (is_view(owner) && depth < DEEPEST) {
            follow_uses(r, steps, buffer, mica_op_result(owner, 0), depth + 1);
            continue;
        }
        const size_t step = find_op(steps, r->step_count, top);
        if (step == r->step_count)
            continue;
        buffer->first = step < buffer->first ? step : buffer->first;
        buffer->last = step > buffer->last ? step : buffer->last;
    }
}

/// The constant that a value is; false when it is another.
static bool constant_of(const mica_value *value, uint64_t *number)
{
    const mica_op *op = mica_value_op(value);
    const mica_attr *attr = op && mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE)
                                ? mica_op_attr(op, "value")
                                : NULL;
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER))
        return false;
    *number = (uint64_t)mica_integer_attr_value(attr);
    return true;
}

static void note_buffer(report *r, mica_op *const *steps, mica_op *view)
{
    mica_value *result = mica_op_result(view, 0);
    uint64_t offset;
    if (mica_op_operand_count(view) != 2 || !constant_of(mica_op_operand(view, 1), &offset))
        return; // of an open size
    report_buffer *buffer = &r->buffers[r->buffer_count];
    *buffer = (report_buffer){location_text(view), offset, type_bytes(mica_value_type(result)),
                              SIZE_MAX, 0};
    follow_uses(r, steps, buffer, result, 0);
    if (buffer->first == SIZE_MAX || buffer->bytes == 0) {
        free(buffer->name);
        return;
    }
    if (offset + buffer->bytes > r->arena_bytes)
        r->arena_bytes = offset + buffer->bytes;
    ++r->buffer_count;
}

/// The entry's argument that is the arena: bytes without a meaning.
static bool is_arena(mica_op *entry, const mica_value *value)
{
    if (mica_value_argument_block(value) != mica_region_first(mica_function_body(entry)))
        return false;
    const mica_attr *attrs = mica_function_argument_attrs(entry, mica_value_index(value));
    const mica_type *type = mica_value_type(value);
    return mica_type_is_memref(type) && mica_type_rank(type) == 1 &&
           mica_type_is_signless(mica_type_element(type), 8) &&
           !(attrs && (mica_dictionary_attr_find(attrs, mica_string_from("mica.weights")) ||
                       mica_dictionary_attr_find(attrs, mica_string_from("onnx.name"))));
}

/// Steps are the ops of the entry that do something with buffers.
static void note_memory(report *r, mica_op *entry)
{
    const mica_block *block = mica_region_first(mica_function_body(entry));
    size_t count = 0;
    mica_for_each_op(op, block)++ count;
    mica_op **steps = malloc((count + 1) * sizeof(mica_op *));
    r->buffers = calloc(count + 1, sizeof *r->buffers);
    r->is_failed |= !steps || !r->buffers;
    mica_for_each_op(op, block)
    {
        if (!r->is_failed && is_step(op))
            steps[r->step_count++] = op;
    }
    mica_for_each_op(op, block)
    {
        if (!r->is_failed && r->step_count && mica_string_is(mica_op_name(op), "memref.view") &&
            is_arena(entry, mica_op_operand(op, 0)))
            note_buffer(r, steps, op);
    }
    free(steps);
}

// ---- the watcher
// -----------------------------------------------------------------------------

static void begin_stage(void *user, const char *stage)
{
    (void)user;
    (void)stage;
}

static void end_stage(void *user, const char *stage, mica_op *module, bool ok)
{
    report *r = user;
    const bool is_types = strcmp(stage, "types") == 0;
    const bool changes_module = is_types || strcmp(stage, "linalg") == 0 ||
                                strcmp(stage, "kernels") == 0 ||
                                strcmp(stage, "buffers") == 0 || strcmp(stage, "llvm") == 0;
    if (!ok || !module || !changes_module || r->is_failed)
        return;
    note_text(r, stage, module);
    mica_op *entry = find_entry(module);
    if (is_types && entry) {
        note_interface(r, entry);
        note_nodes(r, entry);
    } else if (strcmp(stage, "buffers") == 0 && entry) {
        note_memory(r, entry);
    }
}

const model_watcher *report_begin(report *r, const char *title)
{
    *r = (report){.title = title, .watcher = {r, begin_stage, end_stage}};
    return &r->watcher;
}

void report_end(report *r)
{
    for (size_t i = 0; i < r->node_count; ++i) {
        free(r->nodes[i].op);
        free(r->nodes[i].name);
        free(r->nodes[i].type);
        free(r->nodes[i].sources);
    }
    for (size_t i = 0; i < r->buffer_count; ++i)
        free(r->buffers[i].name);
    for (size_t i = 0; i < r->stage_count; ++i)
        free(r->stages[i].text);
    free(r->nodes);
    free(r->buffers);
    free(r->interface);
}
