// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-gpu-to-spirv: each gpu.module gets a spirv.module beside it, with the
// kernels in terms of spirv; the gpu.module stays, so that launches still find what they name.
// All that a kernel may hold (arith, math, index, memref, scf) is converted in the same run.
//
//   gpu.module @m { gpu.func @k(%a: memref<4xf32>) kernel {..} }
//   -> spirv.module @__spv__m Logical GLSL450 {
//        spirv.func @k(%a: !spirv.ptr<..> {spirv.interface_var_abi = #..<(0, 0)>}) "None"
//            attributes {spirv.entry_point_abi = #..<workgroup_size = [..]>} {..} }
//      gpu.module @m {..}
//
// Where arguments lie is written as attributes, spirv-lower-abi-attrs makes variables of them.
#include <stdio.h>
#include <stdlib.h>

#include "dialects/gpu/gpu.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/symbol_table.h"
#include "transforms/convert/spirv_lowering.h"

// ---- variables of the module

static mica_op *module_of(mica_op *op)
{
    while (op && !mica_string_is(mica_op_name(op), "spirv.module"))
        op = mica_op_parent(op);
    return op;
}

static mica_op *build_global(mica_op *module, mica_string name, const mica_type *type,
                             const char *built_in)
{
    mica_context *context = mica_op_context(module);
    mica_block *body = mica_region_first(mica_op_region(module, 0));
    mica_builder builder = mica_builder_at_end(body, mica_op_location(module));
    mica_builder_set_at_start(&builder, body);
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.GlobalVariable", builder.location);
    mica_op_state_set_attr(&state, "sym_name", mica_string_attr_get(context, name));
    mica_op_state_set_attr(&state, "type", mica_type_attr_get(type));
    if (built_in)
        mica_op_state_set_attr(&state, "built_in",
                               mica_string_attr_get(context, mica_string_from(built_in)));
    return mica_builder_create(&builder, &state);
}

static mica_value *build_address(mica_builder *builder, mica_op *global)
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

// The value of a builtin input variable, declared when it is first asked for.
static mica_value *load_built_in(mica_builder *builder, mica_op *op, const char *built_in,
                                 const mica_type *type)
{
    mica_op *module = module_of(op);
    char name[64] = "__builtin__";
    strncat(name, built_in, sizeof name - 16);
    strncat(name, "__", sizeof name - strlen(name) - 1);
    mica_op *global = mica_symbol_find_in(module, mica_string_from(name));
    if (!global)
        global = build_global(module, mica_string_from(name),
                              mica_spirv_pointer_get(type, MICAI_SPIRV_STORAGE_CLASS_INPUT),
                              built_in);
    return micai_spirv_load(builder, build_address(builder, global));
}

// ---- ids

static const mica_type *i32_of(const mica_builder *builder)
{
    return mica_integer_type_get(builder->context, 32, MICA_SIGNLESS);
}

static mica_value *extract(mica_builder *builder, mica_value *vector, uint64_t index)
{
    const mica_attr *position = mica_i32_attr_get(builder->context, (int32_t)index);
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.CompositeExtract", builder->location);
    mica_op_state_add_operand(&state, vector);
    mica_op_state_set_attr(&state, "indices",
                           mica_array_attr_get(builder->context, &position, 1));
    mica_op_state_add_result(&state, mica_type_element(mica_value_type(vector)));
    return mica_op_result(mica_builder_create(builder, &state), 0);
}

static uint64_t dimension_of(const mica_op *op)
{
    return mica_attr_param(mica_op_attr(op, "dimension"), 0);
}

static bool convert_id(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                       void *built_in)
{
    (void)adapted;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const int64_t three = 3;
    mica_value *ids = load_built_in(builder, op, built_in,
                                    mica_vector_type_get(i32_of(builder), &three, NULL, 1));
    mica_value *id = extract(builder, ids, dimension_of(op));
    return mica_rewriter_replace_op(rewriter, op, &id, 1);
}

static bool convert_scalar_id(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *built_in)
{
    (void)adapted;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *id = load_built_in(builder, op, built_in, i32_of(builder));
    return mica_rewriter_replace_op(rewriter, op, &id, 1);
}

// Sizes of a kernel's workgroup: its entry point ABI's or its known block size; NULL: neither.
static const mica_attr *workgroup_size(const mica_op *function)
{
    const mica_attr *abi = mica_op_attr(function, "spirv.entry_point_abi");
    if (mica_spirv_attr_is(abi, "entry_point_abi") &&
        mica_spirv_entry_point_abi_workgroup_size(abi))
        return mica_spirv_entry_point_abi_workgroup_size(abi);
    return mica_op_attr(function, "known_block_size");
}

static bool convert_block_dim(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)adapted, (void)user;
    mica_op *function = mica_op_parent(op);
    while (function && !mica_string_is(mica_op_name(function), "spirv.func"))
        function = mica_op_parent(function);
    const mica_attr *sizes = function ? workgroup_size(function) : NULL;
    if (!sizes)
        return mica_rewriter_fail(rewriter, op, "the workgroup's size is not known");
    mica_value *size = micai_spirv_i32(mica_rewriter_builder(rewriter),
                                       mica_dense_array_attr_int(sizes, dimension_of(op)));
    return mica_rewriter_replace_op(rewriter, op, &size, 1);
}

// ---- barrier, return, functions

static bool convert_barrier(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)adapted, (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_context *context = builder->context;
    const mica_attr *workgroup =
        mica_spirv_enum_attr_get(context, "scope", MICAI_SPIRV_SCOPE_WORKGROUP);
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.ControlBarrier", builder->location);
    mica_op_state_set_attr(&state, "execution_scope", workgroup);
    mica_op_state_set_attr(&state, "memory_scope", workgroup);
    mica_op_state_set_attr(
        &state, "memory_semantics",
        mica_spirv_enum_attr_get(context, "memory_semantics",
                                 MICAI_SPIRV_MEMORY_SEMANTICS_ACQUIRE_RELEASE |
                                     MICAI_SPIRV_MEMORY_SEMANTICS_WORKGROUP_MEMORY));
    mica_builder_create(builder, &state);
    return mica_rewriter_erase_op(rewriter, op);
}

static bool convert_return(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    micai_spirv_build(mica_rewriter_builder(rewriter),
                      adapted->count ? "spirv.ReturnValue" : "spirv.Return", NULL,
                      adapted->values, adapted->count);
    return mica_rewriter_erase_op(rewriter, op);
}

// Where argument `index` of a kernel lies; scalars in push constants when so asked.
static const mica_attr *argument_abi(mica_context *context, const mica_type *type, size_t index,
                                     bool push_constants)
{
    int64_t storage_class = -1;
    if (!mica_spirv_type_is_pointer(type))
        storage_class = push_constants ? MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT
                                       : MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER;
    mica_named_attr entry = {
        mica_identifier_get(context, mica_string_from("spirv.interface_var_abi")),
        mica_spirv_interface_var_abi_get(context, 0, (int64_t)index, storage_class)};
    return mica_dictionary_attr_get(context, &entry, 1);
}

// Workgroup attributions become variables of the module.
static void convert_attributions(mica_rewriter *rewriter, const mica_adapted *adapted,
                                 mica_op *module, mica_block *entry, size_t inputs)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    while (mica_block_argument_count(entry) > inputs) {
        const size_t last = mica_block_argument_count(entry) - 1;
        mica_value *argument = mica_block_argument(entry, last);
        const mica_type *old = mica_value_type(argument);
        const mica_type *type = mica_type_converter_convert_one(adapted->converter, old);
        char name[64];
        size_t number = 0;
        do
            snprintf(name, sizeof name, "__workgroup_mem__%zu", number++);
        while (mica_symbol_find_in(module, mica_string_from(name)));
        mica_op *global = build_global(module, mica_string_from(name), type, NULL);
        mica_builder_set_at_start(builder, entry);
        mica_value *address = build_address(builder, global);
        mica_value *memref =
            mica_type_converter_to_source(adapted->converter, builder, old, &address, 1);
        mica_value_replace_all_uses(argument, memref);
        mica_block_erase_argument(entry, last);
    }
}

static bool check_types(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        mica_type_list *types)
{
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    for (size_t i = 0; i < mica_block_argument_count(entry); ++i) {
        const mica_type *type = micai_spirv_converted(
            rewriter, op, adapted, mica_value_type(mica_block_argument(entry, i)));
        if (!type)
            return false;
        if (i < mica_function_type_input_count(
                    mica_type_attr_value(mica_op_attr(op, "function_type"))))
            mica_type_list_append(types, type);
    }
    return true;
}

static const mica_attr *entry_point_abi(mica_context *context, const mica_op *op)
{
    const mica_attr *abi = mica_op_attr(op, "spirv.entry_point_abi");
    const mica_attr *size = mica_op_attr(op, "known_block_size");
    if (abi || !size)
        return abi;
    const mica_dialect_def *dialect =
        mica_context_find_dialect(context, mica_string_from("spirv"));
    const uint64_t words[] = {(uint64_t)(uintptr_t)size, UINT64_MAX, UINT64_MAX};
    for (uint32_t i = 0; dialect && i < dialect->attr_count; ++i)
        if (strcmp(dialect->attrs[i]->name, "entry_point_abi") == 0)
            return mica_attr_get(context, dialect->attrs[i], words, 3);
    return NULL;
}

static mica_op *build_function(mica_builder *builder, mica_op *op, const mica_type_list *types,
                               const mica_attr *abi, bool push_constants)
{
    mica_context *context = builder->context;
    const mica_attr **attrs = mica_malloc((types->count + 1) * sizeof *attrs);
    if (!attrs)
        return NULL;
    for (size_t i = 0; i < types->count; ++i)
        attrs[i] = argument_abi(context, types->types[i], i, push_constants);
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.func", builder->location);
    mica_op_state_set_attr(&state, "sym_name", mica_op_attr(op, "sym_name"));
    mica_op_state_set_attr(&state, "function_type",
                           mica_type_attr_get(mica_function_type_get(context, types->types,
                                                                     types->count, NULL, 0)));
    mica_op_state_set_attr(&state, "function_control",
                           mica_spirv_enum_attr_get(context, "function_control", 0));
    if (abi && types->count)
        mica_op_state_set_attr(&state, "arg_attrs",
                               mica_array_attr_get(context, attrs, types->count));
    if (abi)
        mica_op_state_set_attr(&state, "spirv.entry_point_abi", abi);
    mica_op_state_add_region(&state);
    mica_free(attrs);
    return mica_builder_create(builder, &state);
}

static bool convert_function(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                             void *user)
{
    mica_context *context = mica_rewriter_context(rewriter);
    const mica_attr *abi = entry_point_abi(context, op);
    if (mica_gpu_func_is_kernel(op) && !abi)
        return mica_rewriter_fail(rewriter, op,
                                  "match failure: missing 'spirv.entry_point_abi' attribute");
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    if (mica_function_type_result_count(type))
        return mica_rewriter_fail(rewriter, op, "functions with results stay");
    mica_type_list types = {0};
    bool converted = check_types(rewriter, op, adapted, &types);
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    if (converted) {
        convert_attributions(rewriter, adapted, module_of(op), entry, types.count);
        mica_rewriter_set_before(rewriter, op);
        converted = mica_conversion_convert_region(adapted, rewriter, mica_op_region(op, 0),
                                                   NULL, NULL);
    }
    if (converted) {
        mica_rewriter_set_before(rewriter, op);
        mica_op *function = build_function(mica_rewriter_builder(rewriter), op, &types, abi,
                                           *(const bool *)user);
        mica_rewriter_take_body(rewriter, mica_op_region(function, 0), mica_op_region(op, 0));
        mica_rewriter_erase_op(rewriter, op);
    }
    mica_type_list_free(&types);
    return converted;
}

// ---- the pass

static bool add_gpu(mica_conversion *conversion, const bool *push_constants)
{
    const mica_conversion_pattern patterns[] = {
        {"function", "gpu.func", 1, convert_function, (void *)push_constants},
        {"return", "gpu.return", 1, convert_return, NULL},
        {"barrier", "gpu.barrier", 1, convert_barrier, NULL},
        {"block dim", "gpu.block_dim", 1, convert_block_dim, NULL},
        {"thread id", "gpu.thread_id", 1, convert_id, "LocalInvocationId"},
        {"block id", "gpu.block_id", 1, convert_id, "WorkgroupId"},
        {"grid dim", "gpu.grid_dim", 1, convert_id, "NumWorkgroups"},
        {"global id", "gpu.global_id", 1, convert_id, "GlobalInvocationId"},
        {"lane id", "gpu.lane_id", 1, convert_scalar_id, "SubgroupLocalInvocationId"},
        {"subgroup id", "gpu.subgroup_id", 1, convert_scalar_id, "SubgroupId"},
        {"subgroups", "gpu.num_subgroups", 1, convert_scalar_id, "NumSubgroups"},
        {"subgroup size", "gpu.subgroup_size", 1, convert_scalar_id, "SubgroupSize"},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}

static mica_op *build_module(mica_op *kernels)
{
    mica_context *context = mica_op_context(kernels);
    mica_builder builder = mica_builder_before(kernels);
    const mica_string name = mica_string_attr_text(mica_symbol_name(kernels));
    char text[256];
    snprintf(text, sizeof text, "__spv__%.*s", (int)(name.length < 240 ? name.length : 240),
             name.data);
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.module", builder.location);
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(context, mica_string_from(text)));
    mica_op_state_set_attr(&state, "addressing_model",
                           mica_spirv_enum_attr_get(context, "addressing_model",
                                                    MICAI_SPIRV_ADDRESSING_MODEL_LOGICAL));
    mica_op_state_set_attr(
        &state, "memory_model",
        mica_spirv_enum_attr_get(context, "memory_model", MICAI_SPIRV_MEMORY_MODEL_GLSL450));
    mica_region *region = mica_op_state_add_region(&state);
    mica_region_append(region, mica_block_create(context));
    return mica_builder_create(&builder, &state);
}

static bool convert_all(mica_op *module, const bool *push_constants)
{
    static const char *const dialects[] = {"gpu", "arith", "math", "index", "memref", "scf"};
    mica_context *context = mica_op_context(module);
    micai_spirv_lowering lowering;
    bool done =
        micai_spirv_lowering_begin(&lowering, context, mica_spirv_target_env_find(module));
    mica_conversion *conversion =
        done ? mica_conversion_create(context, lowering.converter) : NULL;
    done = conversion != NULL;
    if (conversion) {
        mica_conversion_legal_dialect(conversion, "spirv");
        for (size_t i = 0; i < sizeof dialects / sizeof *dialects; ++i)
            mica_conversion_illegal_dialect(conversion, dialects[i]);
        done = add_gpu(conversion, push_constants) && micai_spirv_add_arith(conversion) &&
               micai_spirv_add_math(conversion) && micai_spirv_add_index(conversion) &&
               micai_spirv_add_memref(conversion) && micai_spirv_add_scf(conversion) &&
               mica_conversion_run_partial(conversion, module);
        mica_conversion_destroy(conversion);
    }
    micai_spirv_lowering_end(&lowering);
    return done;
}

static bool convert_kernels(mica_op *kernels, const bool *push_constants)
{
    mica_op *module = build_module(kernels);
    mica_block *body = mica_region_first(mica_op_region(module, 0));
    const mica_attr *target = mica_spirv_target_env_find(kernels);
    const mica_attr *targets = mica_op_attr(kernels, "targets");
    if (!target && mica_attr_is(targets, MICA_ATTR_ARRAY) && mica_array_attr_count(targets) &&
        mica_spirv_attr_is(mica_array_attr_element(targets, 0), "target_env"))
        target = mica_array_attr_element(targets, 0);
    if (target && !mica_spirv_target_env_find(module))
        mica_op_set_attr(module, "spirv.target_env", target);
    mica_for_each_op(op, mica_region_first(
                             mica_op_region(kernels, 0))) if (!mica_string_is(mica_op_name(op),
                                                                              "gpu.module_end"))
        mica_block_append(body, mica_op_clone(op, NULL));
    return convert_all(module, push_constants);
}

static mica_walk_result collect(void *user, mica_op *op)
{
    mica_type_list *found = user; // used as a row of pointers
    if (!mica_string_is(mica_op_name(op), "gpu.module"))
        return MICA_WALK_ADVANCE;
    mica_type_list_append(found, (const mica_type *)(const void *)op);
    return MICA_WALK_SKIP;
}

static bool run_pass(mica_pass_run *run)
{
    const bool push_constants =
        mica_pass_option_bool(mica_pass_run_options(run), "push-constants");
    mica_type_list found = {0};
    mica_op_walk_pre(mica_pass_run_op(run), collect, &found);
    bool done = true;
    for (size_t i = 0; i < found.count; ++i)
        done &= convert_kernels((mica_op *)(uintptr_t)found.types[i], &push_constants);
    mica_type_list_free(&found);
    return done;
}

static const mica_option_def options[] = {
    {"push-constants", MICA_OPTION_BOOL, "Scalar arguments are push constants, not buffers",
     "false", NULL},
};
static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_gpu_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-gpu-to-spirv",
    .name = "ConvertGPUToSPIRV",
    .summary = "Convert GPU dialect to SPIR-V dialect",
    .anchor = "builtin.module",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .dependent_dialects = dependent,
    .run = run_pass};
