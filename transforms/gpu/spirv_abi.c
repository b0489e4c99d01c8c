// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes spirv-lower-abi-attrs and spirv-update-vce.
//
// The first turns the arguments of entry functions into what SPIR-V has for them: a pointer
// becomes a global variable at its binding, a scalar a member of a block. All scalars in push
// constants share the one block that a kernel may have; each takes 4 bytes, or 8 when it is 64
// bits wide, as docs/ahead-of-time.md says.
//
//   spirv.func @k(%a: !spirv.ptr<..> {spirv.interface_var_abi = #..<(0, 0)>})
//   ..entry_point_abi..
//   -> spirv.GlobalVariable @k_arg_0 bind(0, 0) : !spirv.ptr<..>
//      spirv.func @k() "None" { %a = spirv.mlir.addressof @k_arg_0 .. }
//      spirv.EntryPoint "GLCompute" @k, ..
//      spirv.ExecutionMode @k "LocalSize", 64, 1, 1
#include <stdio.h>
#include <stdlib.h>

#include "dialects/spirv/spirv_requirements.h"
#include "ir/core/diagnostics.h"
#include "ir/core/symbol_table.h"
#include "transforms/convert/spirv_lowering.h"

enum { MOST_ARGUMENTS = 128 };

static mica_value *address_of(mica_builder *builder, mica_op *global)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.mlir.addressof", builder->location);
    mica_op_state_set_attr(
        &state, "variable",
        mica_symbol_ref_attr_get(builder->context,
                                 mica_string_attr_text(mica_symbol_name(global)), NULL, 0));
    mica_op_state_add_result(&state, mica_type_attr_value(mica_op_attr(global, "type")));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

// `suffix` makes the name: @<function>_<suffix>. `abi` NULL: no binding.
static mica_op *build_global(mica_op *function, const char *suffix, const mica_type *type,
                             const mica_attr *abi)
{
    mica_context *context = mica_op_context(function);
    mica_builder builder = mica_builder_before(function);
    const mica_string name = mica_string_attr_text(mica_symbol_name(function));
    char text[256];
    snprintf(text, sizeof text, "%.*s_%s", (int)(name.length < 200 ? name.length : 200),
             name.data, suffix);
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.GlobalVariable", builder.location);
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(context, mica_string_from(text)));
    mica_op_state_set_attr(&state, "type", mica_type_attr_get(type));
    if (abi) {
        mica_op_state_set_attr(
            &state, "descriptor_set",
            mica_i32_attr_get(context, (int32_t)mica_spirv_interface_var_abi_set(abi)));
        mica_op_state_set_attr(
            &state, "binding",
            mica_i32_attr_get(context, (int32_t)mica_spirv_interface_var_abi_binding(abi)));
    }
    return mica_builder_create(&builder, &state);
}

// ---- scalars

// The type under which a scalar lies in a block.
static const mica_type *stored_type(const mica_type *type)
{
    mica_context *context = mica_type_context(type);
    if (mica_type_bit_width(type) >= 32)
        return type;
    return mica_type_is_float(type) ? mica_float_type_get(context, MICA_FLOAT_F32)
                                    : mica_integer_type_get(context, 32, MICA_SIGNLESS);
}

// The scalar that member `index` of the block holds.
static mica_value *load_member(mica_builder *builder, mica_value *block, uint32_t index,
                               const mica_type *type)
{
    const mica_type *pointer = mica_value_type(block);
    const mica_type *member =
        mica_spirv_composite_element(mica_spirv_pointer_pointee(pointer), index);
    mica_value *const operands[] = {block, micai_spirv_i32(builder, index)};
    mica_value *value = micai_spirv_load(
        builder, micai_spirv_build(
                     builder, "spirv.AccessChain",
                     mica_spirv_pointer_get(member, mica_spirv_pointer_storage_class(pointer)),
                     operands, 2));
    if (member == type)
        return value;
    if (mica_type_is_signless(type, 1)) {
        mica_value *const compared[] = {value, micai_spirv_int(builder, member, 0)};
        return micai_spirv_build(builder, "spirv.INotEqual", type, compared, 2);
    }
    return micai_spirv_build(builder,
                             mica_type_is_float(type) ? "spirv.FConvert" : "spirv.SConvert",
                             type, &value, 1);
}

static const mica_type *block_type(mica_context *context, const mica_type *const *members,
                                   const uint32_t *offsets, size_t count,
                                   uint32_t storage_class)
{
    return mica_spirv_pointer_get(
        mica_spirv_struct_get(context, NULL, members, count, offsets, NULL, 0), storage_class);
}

// ---- one entry function

typedef struct entry {
    mica_op *function;
    mica_block *body;
    size_t count;
    const mica_attr *abis[MOST_ARGUMENTS];
} entry;

static bool is_push_constant(const mica_attr *abi)
{
    return mica_spirv_interface_var_abi_storage_class(abi) ==
           MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT;
}

static bool read_abis(entry *e)
{
    const mica_attr *attrs = mica_op_attr(e->function, "arg_attrs");
    e->count = mica_block_argument_count(e->body);
    if (e->count > MOST_ARGUMENTS)
        return mica_op_error(e->function, "has more than %d arguments", MOST_ARGUMENTS);
    for (size_t i = 0; i < e->count; ++i) {
        const mica_attr *dictionary = attrs && i < mica_array_attr_count(attrs)
                                          ? mica_array_attr_element(attrs, i)
                                          : NULL;
        e->abis[i] = dictionary ? mica_dictionary_attr_find(
                                      dictionary, mica_string_from("spirv.interface_var_abi"))
                                : NULL;
        if (!mica_spirv_attr_is(e->abis[i], "interface_var_abi"))
            return mica_op_error(e->function,
                                 "argument %zu lacks the attribute "
                                 "'spirv.interface_var_abi'",
                                 i);
    }
    return true;
}

static void lower_buffer(entry *e, mica_builder *builder, size_t index)
{
    mica_value *argument = mica_block_argument(e->body, index);
    const mica_type *type = mica_value_type(argument);
    char suffix[32];
    snprintf(suffix, sizeof suffix, "arg_%zu", index);
    if (mica_spirv_type_is_pointer(type)) {
        mica_op *global = build_global(e->function, suffix, type, e->abis[index]);
        mica_value_replace_all_uses(argument, address_of(builder, global));
        return;
    }
    const uint32_t offset = 0;
    const int64_t storage_class = mica_spirv_interface_var_abi_storage_class(e->abis[index]);
    const mica_type *stored = stored_type(type);
    const mica_type *block = block_type(
        builder->context, &stored, &offset, 1,
        storage_class < 0 ? MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER : (uint32_t)storage_class);
    mica_op *global = build_global(e->function, suffix, block, e->abis[index]);
    mica_value_replace_all_uses(argument,
                                load_member(builder, address_of(builder, global), 0, type));
}

static void lower_push_constants(entry *e, mica_builder *builder)
{
    const mica_type *members[MOST_ARGUMENTS];
    uint32_t offsets[MOST_ARGUMENTS], end = 0;
    size_t count = 0;
    for (size_t i = 0; i < e->count; ++i) {
        if (!is_push_constant(e->abis[i]))
            continue;
        members[count] = stored_type(mica_value_type(mica_block_argument(e->body, i)));
        const uint32_t size = mica_type_bit_width(members[count]) / 8;
        offsets[count] = (end + size - 1) / size * size;
        end = offsets[count++] + size;
    }
    if (count == 0)
        return;
    mica_op *global = build_global(e->function, "push_constants",
                                   block_type(builder->context, members, offsets, count,
                                              MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT),
                                   NULL);
    mica_value *block = address_of(builder, global);
    uint32_t member = 0;
    for (size_t i = 0; i < e->count; ++i) {
        mica_value *argument = mica_block_argument(e->body, i);
        if (is_push_constant(e->abis[i]))
            mica_value_replace_all_uses(
                argument, load_member(builder, block, member++, mica_value_type(argument)));
    }
}

// ---- entry point and execution mode

typedef struct interface {
    mica_op *module;
    const mica_attr *variables[MOST_ARGUMENTS];
    size_t count;
} interface;

// Input and output variables that the function names.
static mica_walk_result note_variable(void *user, mica_op *op)
{
    interface *found = user;
    if (!mica_string_is(mica_op_name(op), "spirv.mlir.addressof") ||
        found->count == MOST_ARGUMENTS)
        return MICA_WALK_ADVANCE;
    const uint32_t storage_class =
        mica_spirv_pointer_storage_class(mica_value_type(mica_op_result(op, 0)));
    if (storage_class != MICAI_SPIRV_STORAGE_CLASS_INPUT &&
        storage_class != MICAI_SPIRV_STORAGE_CLASS_OUTPUT)
        return MICA_WALK_ADVANCE;
    const mica_attr *variable = mica_op_attr(op, "variable");
    for (size_t i = 0; i < found->count; ++i)
        if (found->variables[i] == variable)
            return MICA_WALK_ADVANCE;
    found->variables[found->count++] = variable;
    return MICA_WALK_ADVANCE;
}

static void build_execution_mode(mica_builder *builder, const mica_attr *fn,
                                 const mica_attr *size)
{
    const mica_attr *values[3];
    for (size_t i = 0; i < 3; ++i)
        values[i] = mica_i32_attr_get(builder->context,
                                      i < mica_dense_array_attr_count(size)
                                          ? (int32_t)mica_dense_array_attr_int(size, i)
                                          : 1);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.ExecutionMode", builder->location);
    mica_op_state_set_attr(&state, "fn", fn);
    mica_op_state_set_attr(&state, "execution_mode",
                           mica_spirv_enum_attr_get(builder->context, "execution_mode",
                                                    MICAI_SPIRV_EXECUTION_MODE_LOCAL_SIZE));
    mica_op_state_set_attr(&state, "values", mica_array_attr_get(builder->context, values, 3));
    mica_builder_create(builder, &state);
}

static void build_entry_point(mica_op *module, mica_op *function, const mica_attr *abi)
{
    mica_context *context = mica_op_context(module);
    interface found = {.module = module};
    mica_op_walk_pre(function, note_variable, &found);
    mica_builder builder = mica_builder_at_end(mica_region_first(mica_op_region(module, 0)),
                                               mica_op_location(function));
    const mica_attr *fn = mica_symbol_ref_attr_get(
        context, mica_string_attr_text(mica_symbol_name(function)), NULL, 0);
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.EntryPoint", builder.location);
    mica_op_state_set_attr(&state, "execution_model",
                           mica_spirv_enum_attr_get(context, "execution_model",
                                                    MICAI_SPIRV_EXECUTION_MODEL_GL_COMPUTE));
    mica_op_state_set_attr(&state, "fn", fn);
    mica_op_state_set_attr(&state, "interface",
                           mica_array_attr_get(context, found.variables, found.count));
    mica_builder_create(&builder, &state);
    const mica_attr *size = mica_spirv_entry_point_abi_workgroup_size(abi);
    if (size)
        build_execution_mode(&builder, fn, size);
}

static bool lower_entry(mica_op *module, mica_op *function)
{
    mica_context *context = mica_op_context(module);
    const mica_attr *abi = mica_op_attr(function, "spirv.entry_point_abi");
    entry e = {.function = function, .body = mica_region_first(mica_op_region(function, 0))};
    if (!e.body || !read_abis(&e))
        return e.body ? false : mica_op_error(function, "is an entry point without a body");
    mica_builder builder = mica_builder_at_end(e.body, mica_op_location(function));
    mica_builder_set_at_start(&builder, e.body);
    for (size_t i = 0; i < e.count; ++i)
        if (!is_push_constant(e.abis[i]))
            lower_buffer(&e, &builder, i);
    lower_push_constants(&e, &builder);
    while (mica_block_argument_count(e.body))
        mica_block_erase_argument(e.body, mica_block_argument_count(e.body) - 1);
    mica_op_set_attr(function, "function_type",
                     mica_type_attr_get(mica_function_type_get(context, NULL, 0, NULL, 0)));
    mica_op_set_attr(function, "arg_attrs", NULL);
    mica_op_set_attr(function, "spirv.entry_point_abi", NULL);
    build_entry_point(module, function, abi);
    return true;
}

static bool for_each_module(mica_op *root, bool (*apply)(mica_op *module))
{
    if (mica_string_is(mica_op_name(root), "spirv.module"))
        return apply(root);
    bool done = true;
    for (size_t r = 0; r < mica_op_region_count(root); ++r)
        mica_for_each_block(block, mica_op_region(root, r))
            mica_for_each_op(op, block) if (mica_string_is(mica_op_name(op), "spirv.module"))
                done &= apply(op);
    return done;
}

static bool lower_module(mica_op *module)
{
    bool done = true;
    mica_for_each_op(op, mica_region_first(mica_op_region(
                             module, 0))) if (mica_string_is(mica_op_name(op), "spirv.func") &&
                                              mica_op_attr(op, "spirv.entry_point_abi")) done &=
        lower_entry(module, op);
    return done;
}

static bool run_lower_abi(mica_pass_run *run)
{
    return for_each_module(mica_pass_run_op(run), lower_module);
}

// ---- spirv-update-vce

static bool update_module(mica_op *module)
{
    const mica_attr *target = mica_spirv_target_env_find(module);
    const mica_attr *vce = mica_spirv_module_requirements(
        module, NULL, target ? mica_spirv_target_env_vce(target) : NULL);
    if (vce)
        mica_op_set_attr(module, "vce_triple", vce);
    return vce != NULL;
}

static bool run_update_vce(mica_pass_run *run)
{
    return for_each_module(mica_pass_run_op(run), update_module);
}

const mica_pass_def mica_pass_spirv_lower_abi_attrs = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "spirv-lower-abi-attrs",
    .name = "SPIRVLowerABIAttributesPass",
    .summary = "Arguments of entry functions become global variables",
    .run = run_lower_abi};
const mica_pass_def mica_pass_spirv_update_vce = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "spirv-update-vce",
    .name = "SPIRVUpdateVCEPass",
    .summary = "Deduce and attach minimal (version, capabilities, extensions) requirements to "
               "spirv.module ops",
    .run = run_update_vce};
