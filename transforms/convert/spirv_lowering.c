// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The type converter and the builders of the conversions to spirv, see spirv_lowering.h.
#include "transforms/convert/spirv_lowering.h"

#include <assert.h>

#include "ir/core/diagnostics.h"

// ---- types

static bool has_capability(const micai_spirv_lowering *lowering, uint32_t capability)
{
    const mica_attr *vce = lowering->vce;
    for (size_t i = 0; vce && i < mica_spirv_vce_capability_count(vce); ++i)
        if (micai_spirv_capability_implies(mica_spirv_vce_capability(vce, i), capability))
            return true;
    return !vce;
}

static const mica_type *convert_integer(const micai_spirv_lowering *lowering,
                                        const mica_type *type)
{
    static const struct {
        uint32_t width, capability;
    } rows[] = {{8, MICAI_SPIRV_CAPABILITY_INT8},
                {16, MICAI_SPIRV_CAPABILITY_INT16},
                {64, MICAI_SPIRV_CAPABILITY_INT64}};
    const uint32_t width = mica_type_bit_width(type);
    if (width == 1 || width == 32)
        return type;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (rows[i].width == width && has_capability(lowering, rows[i].capability))
            return type;
    return width < 32 ? mica_integer_type_get(lowering->context, 32,
                                              mica_integer_type_signedness(type))
                      : NULL;
}

static const mica_type *convert_float(const micai_spirv_lowering *lowering,
                                      const mica_type *type)
{
    switch (mica_float_type_kind(type)) {
    case MICA_FLOAT_F32:
        return type;
    case MICA_FLOAT_F16:
        return has_capability(lowering, MICAI_SPIRV_CAPABILITY_FLOAT16)
                   ? type
                   : mica_float_type_get(lowering->context, MICA_FLOAT_F32);
    case MICA_FLOAT_F64:
        return has_capability(lowering, MICAI_SPIRV_CAPABILITY_FLOAT64) ? type : NULL;
    default:
        return NULL;
    }
}

static const mica_type *convert_scalar(const micai_spirv_lowering *lowering,
                                       const mica_type *type)
{
    if (mica_type_is_index(type))
        return mica_integer_type_get(lowering->context, 32, MICA_SIGNLESS);
    if (mica_type_is_integer(type))
        return convert_integer(lowering, type);
    return mica_type_is_float(type) ? convert_float(lowering, type) : NULL;
}

static const mica_type *convert_vector(const micai_spirv_lowering *lowering,
                                       const mica_type *type)
{
    const mica_type *element = convert_scalar(lowering, mica_type_element(type));
    const int64_t count = mica_type_element_count(type);
    if (!element || mica_type_rank(type) > 1 || count < 1 || count > 4)
        return NULL;
    return count == 1 ? element : mica_vector_type_get(element, &count, NULL, 1);
}

// Elements from the first to the last of a strided memref; 0: not known.
static int64_t extent(const mica_type *type)
{
    enum { MOST_RANK = 32 };
    int64_t strides[MOST_RANK], offset, last = 0;
    const size_t rank = mica_type_rank(type);
    if (rank > MOST_RANK || !mica_memref_type_strides(type, strides, &offset))
        return 0;
    for (size_t i = 0; i < rank; ++i) {
        const int64_t size = mica_type_shape(type)[i];
        if (size == MICA_DYNAMIC || strides[i] == MICA_DYNAMIC || size <= 0)
            return 0;
        last += (size - 1) * strides[i];
    }
    return last + 1;
}

// Storage classes of memory spaces that are numbers, as upstream numbers them for Vulkan.
static const uint32_t numbered_spaces[] = {
    MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER,
    MICAI_SPIRV_STORAGE_CLASS_GENERIC,
    UINT32_MAX,
    MICAI_SPIRV_STORAGE_CLASS_WORKGROUP,
    MICAI_SPIRV_STORAGE_CLASS_UNIFORM,
    MICAI_SPIRV_STORAGE_CLASS_PRIVATE,
    MICAI_SPIRV_STORAGE_CLASS_FUNCTION,
    MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT,
    MICAI_SPIRV_STORAGE_CLASS_UNIFORM_CONSTANT,
    MICAI_SPIRV_STORAGE_CLASS_INPUT,
    MICAI_SPIRV_STORAGE_CLASS_OUTPUT,
};
// Of #gpu.address_space, by its cases.
static const uint32_t gpu_spaces[] = {UINT32_MAX, MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER,
                                      MICAI_SPIRV_STORAGE_CLASS_WORKGROUP,
                                      MICAI_SPIRV_STORAGE_CLASS_PRIVATE};

int64_t micai_spirv_storage_class_of(const mica_attr *space)
{
    if (!space)
        return numbered_spaces[0];
    if (mica_spirv_attr_is(space, "storage_class"))
        return mica_spirv_enum_attr_value(space);
    uint64_t number = UINT64_MAX;
    const uint32_t *table = numbered_spaces;
    size_t count = sizeof numbered_spaces / sizeof *numbered_spaces;
    const mica_attr_def *definition =
        mica_attr_is(space, MICA_ATTR_DIALECT) ? mica_attr_definition(space) : NULL;
    if (mica_attr_is(space, MICA_ATTR_INTEGER)) {
        number = (uint64_t)mica_integer_attr_value(space);
    } else if (definition && strcmp(definition->dialect, "gpu") == 0 &&
               strcmp(definition->name, "address_space") == 0) {
        number = mica_attr_param(space, 0);
        table = gpu_spaces;
        count = sizeof gpu_spaces / sizeof *gpu_spaces;
    }
    return number < count && table[number] != UINT32_MAX ? (int64_t)table[number] : -1;
}

// A memref in a space that is laid out in memory has offsets and strides.
static const mica_type *convert_memref(const micai_spirv_lowering *lowering,
                                       const mica_type *type)
{
    const int64_t space = micai_spirv_storage_class_of(mica_memref_type_memory_space(type));
    if (space < 0)
        return NULL;
    const uint32_t storage_class = (uint32_t)space;
    const mica_type *element = mica_type_element(type);
    if (mica_type_is_signless(element, 1))
        element = mica_integer_type_get(lowering->context, 8, MICA_SIGNLESS);
    const uint32_t width = mica_type_bit_width(mica_type_element_or_self(element));
    const bool is_index = mica_type_is_index(mica_type_element_or_self(element));
    element = mica_type_is_vector(element) ? convert_vector(lowering, element)
                                           : convert_scalar(lowering, element);
    const bool is_whole =
        element &&
        (is_index || mica_type_bit_width(mica_type_element_or_self(element)) == width);
    if (!is_whole) // elements of another width would lie elsewhere in memory
        return NULL;
    const bool has_layout = storage_class == MICAI_SPIRV_STORAGE_CLASS_STORAGE_BUFFER ||
                            storage_class == MICAI_SPIRV_STORAGE_CLASS_UNIFORM ||
                            storage_class == MICAI_SPIRV_STORAGE_CLASS_PUSH_CONSTANT ||
                            storage_class == MICAI_SPIRV_STORAGE_CLASS_PHYSICAL_STORAGE_BUFFER;
    const uint32_t stride = has_layout ? (uint32_t)mica_spirv_type_size(element) : 0;
    const int64_t count = extent(type);
    if (count > UINT32_MAX || (count == 0 && !has_layout))
        return NULL;
    const mica_type *array = count ? mica_spirv_array_get(element, (uint32_t)count, stride)
                                   : mica_spirv_runtime_array_get(element, stride);
    const uint32_t offset = 0;
    const mica_type *body = mica_spirv_struct_get(lowering->context, NULL, &array, 1,
                                                  has_layout ? &offset : NULL, NULL, 0);
    return mica_spirv_pointer_get(body, storage_class);
}

static mica_type_answer convert_type(void *user, const mica_type *type, mica_type_list *results)
{
    const micai_spirv_lowering *lowering = user;
    if (mica_spirv_type_get_kind(type) != MICA_SPIRV_TYPE_NONE)
        return mica_type_list_append(results, type);
    if (mica_type_is_vector(type))
        return mica_type_list_append(results, convert_vector(lowering, type));
    if (mica_type_get_kind(type) == MICA_TYPE_MEMREF)
        return mica_type_list_append(results, convert_memref(lowering, type));
    return mica_type_list_append(results, convert_scalar(lowering, type));
}

bool micai_spirv_lowering_begin(micai_spirv_lowering *lowering, mica_context *context,
                                const mica_attr *target)
{
    lowering->context = context;
    lowering->vce = target ? mica_spirv_target_env_vce(target) : NULL;
    lowering->converter = mica_type_converter_create(context);
    return lowering->converter &&
           mica_type_converter_add(lowering->converter, convert_type, lowering);
}

void micai_spirv_lowering_end(micai_spirv_lowering *lowering)
{
    if (lowering->converter)
        mica_type_converter_destroy(lowering->converter);
}

const mica_type *micai_spirv_converted(mica_rewriter *rewriter, mica_op *op,
                                       const mica_adapted *adapted, const mica_type *type)
{
    const mica_type *converted = mica_type_converter_convert_one(adapted->converter, type);
    if (!converted)
        mica_rewriter_fail(rewriter, op, "a type has no SPIR-V counterpart");
    return converted;
}

// ---- builders

mica_value *micai_spirv_build(mica_builder *builder, const char *name, const mica_type *result,
                              mica_value *const *operands, size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, count);
    if (result)
        mica_op_state_add_result(&state, result);
    mica_op *op = mica_builder_create(builder, &state);
    return op && result ? mica_op_result(op, 0) : NULL;
}

static mica_value *build_constant(mica_builder *builder, const mica_type *type,
                                  const mica_attr *scalar)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.Constant", builder->location);
    mica_op_state_set_attr(
        &state, "value",
        mica_type_is_vector(type) ? mica_dense_elements_attr_get_splat(type, scalar) : scalar);
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

mica_value *micai_spirv_int(mica_builder *builder, const mica_type *type, int64_t value)
{
    return build_constant(builder, type,
                          mica_integer_attr_get(mica_type_element_or_self(type), value));
}

mica_value *micai_spirv_float(mica_builder *builder, const mica_type *type, double value)
{
    return build_constant(builder, type,
                          mica_float_attr_get(mica_type_element_or_self(type), value));
}

mica_value *micai_spirv_i32(mica_builder *builder, int64_t value)
{
    return micai_spirv_int(builder, mica_integer_type_get(builder->context, 32, MICA_SIGNLESS),
                           value);
}

mica_value *micai_spirv_element_pointer(mica_builder *builder, mica_value *memref,
                                        mica_value *index)
{
    const mica_type *type = mica_value_type(memref);
    const mica_type *array = mica_spirv_composite_element(mica_spirv_pointer_pointee(type), 0);
    const mica_type *result = mica_spirv_pointer_get(mica_spirv_composite_element(array, 0),
                                                     mica_spirv_pointer_storage_class(type));
    mica_value *const operands[] = {memref, micai_spirv_i32(builder, 0), index};
    return micai_spirv_build(builder, "spirv.AccessChain", result, operands, 3);
}

mica_value *micai_spirv_load(mica_builder *builder, mica_value *pointer)
{
    return micai_spirv_build(builder, "spirv.Load",
                             mica_spirv_pointer_pointee(mica_value_type(pointer)), &pointer, 1);
}

void micai_spirv_store(mica_builder *builder, mica_value *pointer, mica_value *value)
{
    mica_value *const operands[] = {pointer, value};
    micai_spirv_build(builder, "spirv.Store", NULL, operands, 2);
}

mica_value *micai_spirv_variable(mica_builder *builder, const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.Variable", builder->location);
    mica_op_state_set_attr(&state, "storage_class",
                           mica_spirv_enum_attr_get(builder->context, "storage_class",
                                                    MICAI_SPIRV_STORAGE_CLASS_FUNCTION));
    mica_op_state_add_result(&state,
                             mica_spirv_pointer_get(type, MICAI_SPIRV_STORAGE_CLASS_FUNCTION));
    mica_op *op = mica_builder_create(builder, &state);
    return op ? mica_op_result(op, 0) : NULL;
}

void micai_spirv_branch(mica_builder *builder, mica_block *to, mica_value *const *operands,
                        size_t count)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.Branch", builder->location);
    mica_op_state_add_operands(&state, operands, count);
    mica_op_state_add_successor(&state, to);
    mica_builder_create(builder, &state);
}

void micai_spirv_conditional(mica_builder *builder, mica_value *condition, mica_block *if_true,
                             mica_block *if_false)
{
    const int32_t segments[] = {1, 0, 0};
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "spirv.BranchConditional", builder->location);
    mica_op_state_add_operand(&state, condition);
    mica_op_state_add_successor(&state, if_true);
    mica_op_state_add_successor(&state, if_false);
    mica_op_state_set_attr(&state, "operandSegmentSizes",
                           mica_i32_array_attr_get(builder->context, segments, 3));
    mica_builder_create(builder, &state);
}

mica_value *micai_spirv_extended(mica_builder *builder, mica_value *value,
                                 const mica_type *before, micai_spirv_reads reads)
{
    const mica_type *type = mica_value_type(value), *narrow = mica_type_element_or_self(before);
    const bool is_signed = reads == MICAI_SPIRV_READS_SIGNED;
    if (reads == MICAI_SPIRV_READS_OWN_BITS || !mica_type_is_integer(narrow))
        return value;
    const uint32_t width = mica_type_bit_width(narrow);
    const uint32_t wide = mica_type_bit_width(mica_type_element_or_self(type));
    if (width >= wide)
        return value;
    const int64_t number = is_signed ? wide - width : (INT64_C(1) << width) - 1;
    mica_value *constant = micai_spirv_int(builder, type, number);
    const char *name = is_signed ? "spirv.ShiftLeftLogical" : "spirv.BitwiseAnd";
    value = micai_spirv_build(builder, name, type, (mica_value *[]){value, constant}, 2);
    return is_signed ? micai_spirv_build(builder, "spirv.ShiftRightArithmetic", type,
                                         (mica_value *[]){value, constant}, 2)
                     : value;
}

bool micai_spirv_replace_by_row(mica_rewriter *rewriter, mica_op *op,
                                const mica_adapted *adapted, void *row)
{
    const micai_spirv_row *pair = row;
    const mica_type *type =
        micai_spirv_converted(rewriter, op, adapted, mica_value_type(mica_op_result(op, 0)));
    if (!type)
        return false;
    enum { MOST_OPERANDS = 3 };
    mica_value *operands[MOST_OPERANDS];
    mica_builder *builder = mica_rewriter_builder(rewriter);
    assert(adapted->count <= MOST_OPERANDS && "rows are for ops of one to three operands");
    for (size_t i = 0; i < adapted->count; ++i) {
        const bool is_amount = pair->reads == MICAI_SPIRV_READS_SHIFTED;
        const micai_spirv_reads reads = !is_amount ? pair->reads
                                        : i == 1   ? MICAI_SPIRV_READS_UNSIGNED
                                                   : MICAI_SPIRV_READS_OWN_BITS;
        operands[i] = micai_spirv_extended(builder, adapted->values[i],
                                           mica_value_type(mica_op_operand(op, i)), reads);
    }
    mica_value *made = micai_spirv_build(builder, pair->to, type, operands, adapted->count);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

bool micai_spirv_add_rows(mica_conversion *conversion, const micai_spirv_row *rows,
                          size_t count)
{
    bool added = true;
    for (size_t i = 0; added && i < count; ++i) {
        const mica_conversion_pattern pattern = {"one op", rows[i].from, 1,
                                                 micai_spirv_replace_by_row, (void *)&rows[i]};
        added = mica_conversion_add(conversion, &pattern, 1);
    }
    return added;
}

// ---- running

bool micai_spirv_run(mica_pass_run *run, const char *illegal_dialect,
                     bool (*add)(mica_conversion *conversion))
{
    mica_context *context = mica_pass_run_context(run);
    micai_spirv_lowering lowering;
    mica_conversion *conversion = NULL;
    bool done = micai_spirv_lowering_begin(&lowering, context,
                                           mica_spirv_target_env_find(mica_pass_run_op(run)));
    if (done)
        conversion = mica_conversion_create(context, lowering.converter);
    if (conversion) {
        mica_conversion_legal_dialect(conversion, "spirv");
        if (illegal_dialect)
            mica_conversion_illegal_dialect(conversion, illegal_dialect);
        done =
            add(conversion) && mica_conversion_run_partial(conversion, mica_pass_run_op(run));
        mica_conversion_destroy(conversion);
    }
    micai_spirv_lowering_end(&lowering);
    return done && conversion;
}
