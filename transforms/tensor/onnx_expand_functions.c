// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass onnx-expand-functions: operators that ONNX itself defines by others become these.
//
//   onnx.LayerNormalization %x, %scale   ->   %m = ReduceMean %x ; %d = Sub %x, %m
//                                              %v = ReduceMean (Mul %d, %d) ; ...
//
// Fusion puts the pieces together again, so that nothing is lost by it. The formulas are in the
// files beside this one, a family each; an expansion checks what it needs before it builds.
#include "transforms/pass/pass.h"
#include "transforms/tensor/onnx_expand_internal.h"

#include "ir/core/diagnostics.h"
#include "ir/rewrite/fold.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// ---- building
// --------------------------------------------------------------------------------

mica_value *micai_expand_refuse(micai_expansion *x, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!x->failed)
        mica_op_error(x->op, "%s", text);
    x->failed = true;
    return NULL;
}

mica_value *micai_make_state(micai_expansion *x, mica_op_state *state)
{
    mica_onnx_fault fault;
    mica_onnx_types types;
    if (x->failed) {
        mica_op_state_discard(state);
        return NULL;
    }
    if (!mica_onnx_infer_types(state, 0, &types, &fault)) {
        mica_op_state_discard(state);
        return micai_expand_refuse(x, "%s", fault.message);
    }
    mica_onnx_add_results(state, &types);
    mica_value *value =
        types.count == 1 ? mica_builder_create_or_fold(&x->builder, state) : NULL;
    if (types.count != 1) {
        mica_op *op = mica_builder_create(&x->builder, state);
        value = op ? mica_op_result(op, 0) : NULL;
    }
    if (!value)
        x->failed = true;
    return value;
}

mica_value *micai_make(micai_expansion *x, const char *name, mica_value *const *operands,
                       size_t count, const micai_expand_attr *attrs)
{
    mica_op_state state;
    char full[64];
    if (x->failed)
        return NULL;
    snprintf(full, sizeof full, "onnx.%s", name);
    mica_op_state_init(&state, x->builder.context, full, x->builder.location);
    const mica_op_def *definition = mica_op_record_def(state.record);
    int32_t sizes[16] = {0};
    for (size_t i = 0; i < count; ++i) {
        sizes[i < 16 ? i : 15] = operands[i] != NULL;
        if (operands[i])
            mica_op_state_add_operand(&state, operands[i]);
    }
    if (definition && definition->operand_segment_slot >= 0)
        mica_op_state_set_slot(
            &state, (size_t)definition->operand_segment_slot,
            mica_i32_array_attr_get(x->builder.context, sizes, definition->operand_count));
    for (; attrs && attrs->name; ++attrs)
        mica_op_state_set_attr(&state, attrs->name, attrs->value);
    return micai_make_state(x, &state);
}

mica_value *micai_make1(micai_expansion *x, const char *name, mica_value *a)
{
    return micai_make(x, name, &a, 1, NULL);
}

mica_value *micai_make2(micai_expansion *x, const char *name, mica_value *a, mica_value *b)
{
    mica_value *const operands[] = {a, b};
    return micai_make(x, name, operands, 2, NULL);
}

static mica_value *make_constant(micai_expansion *x, const mica_attr *value)
{
    const micai_expand_attr attrs[] = {{"value", value}, {NULL, NULL}};
    return value ? micai_make(x, "Constant", NULL, 0, attrs) : NULL;
}

mica_value *micai_make_ints(micai_expansion *x, const int64_t *values, size_t count)
{
    const int64_t shape = (int64_t)count;
    const mica_type *type = mica_tensor_type_get(
        mica_integer_type_get(x->builder.context, 64, MICA_SIGNLESS), &shape, 1, NULL);
    return make_constant(
        x, mica_dense_elements_attr_get(type, values, count * sizeof *values, false));
}

mica_value *micai_make_number(micai_expansion *x, const mica_type *element, double value)
{
    if (x->failed)
        return NULL;
    const mica_type *type = mica_tensor_type_get(element, NULL, 0, NULL);
    const mica_attr *scalar = mica_type_is_float(element)
                                  ? mica_float_attr_get(element, value)
                                  : mica_integer_attr_get(element, (int64_t)value);
    return make_constant(x, mica_dense_elements_attr_get_splat(type, scalar));
}

mica_value *micai_make_like(micai_expansion *x, const mica_value *like, double value)
{
    return x->failed ? NULL : micai_make_number(x, micai_element_of(like), value);
}

mica_value *micai_make_cast(micai_expansion *x, mica_value *value, const mica_type *element)
{
    if (x->failed || micai_element_of(value) == element)
        return value;
    const micai_expand_attr attrs[] = {{"to", mica_type_attr_get(element)}, {NULL, NULL}};
    return micai_make(x, "Cast", &value, 1, attrs);
}

mica_value *micai_make_reduce(micai_expansion *x, const char *name, mica_value *value,
                              const int64_t *axes, size_t count, bool keep)
{
    mica_value *const operands[] = {value, micai_make_ints(x, axes, count)};
    const micai_expand_attr attrs[] = {
        {"keepdims", mica_i64_attr_get(x->builder.context, keep)}, {NULL, NULL}};
    return micai_make(x, name, operands, 2, attrs);
}

mica_value *micai_make_with_ints(micai_expansion *x, const char *name, mica_value *value,
                                 const int64_t *ints, size_t count)
{
    return x->failed ? NULL : micai_make2(x, name, value, micai_make_ints(x, ints, count));
}

mica_value *micai_make_with_axis(micai_expansion *x, const char *name,
                                 mica_value *const *operands, size_t count, int64_t axis)
{
    const micai_expand_attr attrs[] = {{"axis", mica_i64_attr_get(x->builder.context, axis)},
                                       {NULL, NULL}};
    return micai_make(x, name, operands, count, attrs);
}

mica_value *micai_make_transpose(micai_expansion *x, mica_value *value, const int64_t *perm,
                                 size_t rank)
{
    const micai_expand_attr attrs[] = {
        {"perm", mica_i64_array_attr_get(x->builder.context, perm, rank)}, {NULL, NULL}};
    return micai_make(x, "Transpose", &value, 1, attrs);
}

mica_value *micai_make_where(micai_expansion *x, mica_value *condition, mica_value *a,
                             mica_value *b)
{
    mica_value *const operands[] = {condition, a, b};
    return micai_make(x, "Where", operands, 3, NULL);
}

mica_value *micai_make_slice(micai_expansion *x, mica_value *value, int64_t axis, int64_t start,
                             int64_t end)
{
    mica_value *const operands[] = {value, micai_make_ints(x, &start, 1),
                                    micai_make_ints(x, &end, 1), micai_make_ints(x, &axis, 1)};
    return micai_make(x, "Slice", operands, 4, NULL);
}

mica_value *micai_make_concat(micai_expansion *x, mica_value *const *values, size_t count,
                              int64_t axis)
{
    return micai_make_with_axis(x, "Concat", values, count, axis);
}

// ---- the pass
// --------------------------------------------------------------------------------

static const micai_expand_rule *const families[] = {micai_expand_normalizations,
                                                    micai_expand_losses,
                                                    micai_expand_attention,
                                                    micai_expand_quantization,
                                                    micai_expand_recurrent,
                                                    micai_expand_microsoft,
                                                    micai_expand_microsoft_attention,
                                                    micai_expand_microsoft_quantization,
                                                    micai_expand_training,
                                                    micai_expand_gradient,
                                                    micai_expand_ml};

static const micai_expand_rule *find_in(const micai_expand_rule *rule, mica_string name)
{
    while (rule->op && !mica_string_is(name, rule->op))
        ++rule;
    return rule->op ? rule : NULL;
}

static const micai_expand_rule *find_rule(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    const micai_expand_rule *rule = NULL;
    if (mica_op_operand_count(op) > 0 && micai_is_half(mica_op_operand(op, 0)))
        rule = find_in(micai_expand_half, name);
    for (size_t i = 0; !rule && i < sizeof families / sizeof *families; ++i)
        rule = find_in(families[i], name);
    return rule;
}

/// A result whose type is more precise or less than the old one's keeps the old one's users.
static mica_value *fit(micai_expansion *x, mica_value *value, const mica_type *type)
{
    if (mica_value_type(value) == type)
        return value;
    mica_op_state state;
    mica_op_state_init(&state, x->builder.context, "tensor.cast", x->builder.location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_builder_create(&x->builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

static bool expand(mica_op *op, const micai_expand_rule *rule)
{
    micai_expansion x = {.op = op, .builder = mica_builder_before(op), .row = rule->row};
    x.result_count = mica_op_result_count(op);
    mica_onnx_node_from_op(op, &x.node);
    mica_value *first = rule->expand(&x);
    mica_op_state_discard(&x.node);
    if (!first || x.failed)
        return x.failed ? false : mica_op_error(op, "can't be expanded");
    x.results[0] = first;
    for (size_t i = 0; i < x.result_count; ++i) {
        mica_value *old = mica_op_result(op, i);
        if (mica_value_is_unused(old))
            continue;
        if (!x.results[i])
            return mica_op_error(op, "result #%zu can't be computed", i);
        mica_value *value = fit(&x, x.results[i], mica_value_type(old));
        if (!value)
            return false;
        mica_value_replace_all_uses(old, value);
    }
    mica_op_erase(op);
    return true;
}

typedef struct op_list {
    mica_op **ops;
    size_t count, capacity;
    bool failed;
} op_list;

static mica_walk_result collect(void *user, mica_op *op)
{
    op_list *list = user;
    if (!find_rule(op))
        return MICA_WALK_ADVANCE;
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 32;
        mica_op **ops = mica_realloc(list->ops, capacity * sizeof(*ops));
        if (!ops) {
            list->failed = true;
            return MICA_WALK_INTERRUPT;
        }
        list->ops = ops;
        list->capacity = capacity;
    }
    list->ops[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

/// An expansion may hold an operator that is expanded itself; formulas are not circular.
static bool run_expand(mica_pass_run *run)
{
    bool ok = true, more = true;
    while (ok && more) {
        op_list list = {NULL, 0, 0, false};
        mica_op_walk_pre(mica_pass_run_op(run), collect, &list);
        more = list.count > 0;
        ok = !list.failed;
        for (size_t i = 0; i < list.count && ok; ++i)
            ok = expand(list.ops[i], find_rule(list.ops[i]));
        mica_free(list.ops);
    }
    return ok;
}

static const char *const dependent_dialects[] = {"onnx", "tensor", NULL};

const mica_pass_def mica_pass_onnx_expand_functions = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "onnx-expand-functions",
    .name = "OnnxExpandFunctions",
    .summary = "Expand operators of ONNX that are defined by others",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_expand,
};
