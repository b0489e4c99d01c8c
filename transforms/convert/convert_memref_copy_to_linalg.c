// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-memref-copy-to-linalg: copies become structured ops, and so loops or a
// kernel.
//
//   memref.copy %a, %b : memref<4x4xf32> to memref<4x4xf32, strided<[8, 1]>>
//   linalg.copy ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32, strided<[8, 1]>>)
//
// Otherwise a copy between layouts is a call of the runtime, which walks any rank and stride
// one element at a time: loops of known bounds are many times faster, and the object needs no
// runtime for them. With strided-only, copies of one contiguous range stay: these are memcpy.
#include "ir/core/builder.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "transforms/pass/pass.h"

typedef struct copy_walk {
    bool strided_only;
    bool changed;
} copy_walk;

static bool has_layout(const mica_value *value)
{
    return mica_memref_type_layout(mica_value_type(value)) != NULL;
}

static bool is_wanted(const copy_walk *walk, const mica_op *op)
{
    if (!mica_string_is(mica_op_name(op), "memref.copy"))
        return false;
    for (size_t i = 0; i < 2; ++i) {
        const mica_type *type = mica_value_type(mica_op_operand(op, i));
        if (mica_type_get_kind(type) != MICA_TYPE_MEMREF)
            return false; // unranked: no loop nest is known
    }
    return !walk->strided_only || has_layout(mica_op_operand(op, 0)) ||
           has_layout(mica_op_operand(op, 1));
}

static mica_walk_result visit(void *user, mica_op *op)
{
    copy_walk *walk = user;
    if (!is_wanted(walk, op))
        return MICA_WALK_ADVANCE;
    const int32_t segments[] = {1, 1};
    mica_builder builder = mica_builder_before(op);
    mica_op_state state;
    mica_op_state_init(&state, builder.context, "linalg.copy", builder.location);
    mica_op_state_add_operand(&state, mica_op_operand(op, 0));
    mica_op_state_add_operand(&state, mica_op_operand(op, 1));
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder.context, segments, 2));
    mica_op_state_add_region(&state);
    mica_op *copy = mica_op_create(&state);
    if (!copy)
        return MICA_WALK_INTERRUPT;
    const mica_op_def *definition = mica_op_definition(copy);
    if (MICA_HOOK(definition, build_region))
        definition->hooks->build_region(copy);
    mica_builder_insert(&builder, copy);
    mica_op_erase(op);
    walk->changed = true;
    return MICA_WALK_ADVANCE;
}

static bool run_convert_copy(mica_pass_run *run)
{
    copy_walk walk = {mica_pass_option_bool(mica_pass_run_options(run), "strided-only"), false};
    const bool ok = mica_op_walk_post(mica_pass_run_op(run), visit, &walk);
    if (!walk.changed)
        mica_pass_run_mark_unchanged(run);
    return ok;
}

static const mica_option_def options[] = {
    {"strided-only", MICA_OPTION_BOOL, "Leave copies between buffers without a layout", NULL,
     NULL},
};

static const char *const dependent_dialects[] = {"linalg", NULL};

const mica_pass_def mica_pass_convert_memref_copy_to_linalg = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-memref-copy-to-linalg",
    .name = "ConvertMemrefCopyToLinalg",
    .summary = "Turn copies of buffers into structured ops",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent_dialects,
    .run = run_convert_copy,
};
