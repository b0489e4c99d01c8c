// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The type converter to LLVM, one-to-one patterns, and n-D vectors lane by lane.
//
//   %r = arith.addf %a, %b : vector<2x4xf32>
//
//   %u = llvm.mlir.undef : !llvm.array<2 x vector<4xf32>>
//   %x = llvm.extractvalue %a[0] ; %y = llvm.extractvalue %b[0]
//   %z = llvm.fadd %x, %y : vector<4xf32>
//   %v = llvm.insertvalue %z, %u[0] ; ... [1]
#include "transforms/convert/llvm_lowering.h"

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "transforms/convert/memref_descriptor.h"

const char *const micai_llvm_dependent_dialects[] = {"llvm", NULL};

// ---- types

static const mica_type *index_of(mica_context *context, const void *width)
{
    return mica_integer_type_get(context, (uint32_t)(uintptr_t)width, MICA_SIGNLESS);
}

/// n-D vectors become arrays of their last dimension; 0-D ones have one element.
static const mica_type *convert_vector(const mica_type *type, const mica_type *element)
{
    static const int64_t one[] = {1};
    size_t rank = mica_type_rank(type);
    const int64_t *shape = mica_type_shape(type);
    if (rank == 0)
        return mica_vector_type_get(element, one, NULL, 1);
    bool scalable = mica_vector_type_dim_is_scalable(type, rank - 1);
    const mica_type *made = mica_vector_type_get(element, &shape[rank - 1], &scalable, 1);
    for (size_t i = rank - 1; i-- > 0;) {
        if (mica_vector_type_dim_is_scalable(type, i))
            return NULL; // only the last dimension of a vector may scale in LLVM
        made = mica_llvm_array_get(made, shape[i]);
    }
    return made;
}

static const mica_type *convert_scalar(const mica_type *type, const void *width)
{
    mica_context *context = mica_type_context(type);
    if (mica_type_is_index(type))
        return index_of(context, width);
    if (mica_type_is_integer(type)) // LLVM's integers have no sign
        return mica_integer_type_get(context, mica_type_bit_width(type), MICA_SIGNLESS);
    if (mica_type_is_float(type) && mica_llvm_type_is_compatible(type))
        return type;
    if (mica_type_is_float(type) && mica_type_bit_width(type) == 8)
        return mica_integer_type_get(context, 8, MICA_SIGNLESS);
    return NULL;
}

static const mica_type *convert_complex(const mica_type *type, const void *width)
{
    const mica_type *part = convert_scalar(mica_type_element(type), width);
    const mica_type *parts[] = {part, part};
    return part ? mica_llvm_struct_get(mica_type_context(type), parts, 2, false) : NULL;
}

static const mica_type *convert_element(const mica_type *type, const void *width)
{
    if (mica_type_get_kind(type) == MICA_TYPE_COMPLEX)
        return convert_complex(type, width);
    if (mica_type_get_kind(type) == MICA_TYPE_DIALECT && mica_llvm_type_is_compatible(type))
        return type;
    return convert_scalar(type, width);
}

static const mica_type *convert_any(const mica_type *type, const void *width)
{
    mica_context *context = mica_type_context(type);
    const mica_type *element = NULL;
    switch (mica_type_get_kind(type)) {
    case MICA_TYPE_VECTOR:
        element = convert_scalar(mica_type_element(type), width);
        return element ? convert_vector(type, element) : NULL;
    case MICA_TYPE_MEMREF:
    case MICA_TYPE_UNRANKED_MEMREF:
        return micai_memref_descriptor_type(type, index_of(context, width));
    case MICA_TYPE_FUNCTION:
        return mica_llvm_pointer_get(context, 0);
    default:
        return convert_element(type, width);
    }
}

static mica_type_answer convert_type(void *user, const mica_type *type, mica_type_list *results)
{
    const mica_type *made = convert_any(type, user);
    return made ? mica_type_list_append(results, made) : MICA_TYPE_NOT_MINE;
}

mica_type_converter *micai_llvm_type_converter_create(mica_context *context,
                                                      unsigned index_width)
{
    mica_type_converter *converter = mica_type_converter_create(context);
    uintptr_t width = index_width ? index_width : 64;
    if (converter && !mica_type_converter_add(converter, convert_type, (void *)width)) {
        mica_type_converter_destroy(converter);
        return NULL;
    }
    return converter;
}

const mica_type *micai_llvm_index_type(mica_type_converter *converter, mica_context *context)
{
    return mica_type_converter_convert_one(converter, mica_index_type_get(context));
}

// ---- lanes

enum { MAX_OPERANDS = 8, MAX_RANK = 16 };

/// Outer dimensions of a converted n-D vector; false when there are too many.
static bool outer_shape(const mica_type *type, int64_t *shape, size_t *rank)
{
    for (*rank = 0; mica_llvm_type_is_array(type); type = mica_llvm_array_element(type)) {
        if (*rank == MAX_RANK)
            return false;
        shape[(*rank)++] = mica_llvm_array_size(type);
    }
    return true;
}

/// The next position in row-major order; false after the last.
static bool advance(int64_t *position, const int64_t *shape, size_t rank)
{
    for (size_t i = rank; i-- > 0;) {
        if (++position[i] < shape[i])
            return true;
        position[i] = 0;
    }
    return false;
}

static const mica_type *lane_type(const mica_type *type)
{
    while (mica_llvm_type_is_array(type))
        type = mica_llvm_array_element(type);
    return type;
}

static mica_value *build_lanes(mica_builder *builder, mica_op *op, const mica_type *type,
                               const mica_adapted *adapted, micai_lane_fn lane,
                               const void *user)
{
    int64_t shape[MAX_RANK], position[MAX_RANK] = {0};
    size_t rank = 0;
    if (!outer_shape(type, shape, &rank) || adapted->count > MAX_OPERANDS)
        return NULL;
    mica_value *made = micai_llvm_undef(builder, type);
    do {
        mica_value *operands[MAX_OPERANDS];
        for (size_t i = 0; i < adapted->count; i++) {
            operands[i] = adapted->values[i];
            if (mica_llvm_type_is_array(mica_value_type(operands[i])))
                operands[i] = micai_llvm_extract_value(builder, operands[i], position, rank);
        }
        mica_value *value = lane(builder, op, lane_type(type), operands, user);
        if (!value)
            return NULL;
        made = micai_llvm_insert_value(builder, made, value, position, rank);
    } while (advance(position, shape, rank));
    return made;
}

bool micai_replace_by_lanes(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            micai_lane_fn lane, const void *user)
{
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *type = mica_type_converter_convert_one(
        adapted->converter, mica_value_type(mica_op_result(op, 0)));
    if (!type)
        return mica_rewriter_fail(rewriter, op, "the result type has no LLVM counterpart");
    for (size_t i = 0; i < adapted->count; i++)
        if (!adapted->values[i] ||
            !mica_llvm_type_is_compatible(mica_value_type(adapted->values[i])))
            return mica_rewriter_fail(rewriter, op, "an operand has no LLVM counterpart");
    mica_value *made = mica_llvm_type_is_array(type)
                           ? build_lanes(builder, op, type, adapted, lane, user)
                           : lane(builder, op, type, adapted->values, user);
    if (!made)
        return mica_rewriter_fail(rewriter, op, "no such LLVM operation on these types");
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- one to one

static const mica_attr *flags_attr(const mica_op *op, const char *name)
{
    const mica_attr *attr = mica_op_attr(op, name);
    return mica_attr_is(attr, MICA_ATTR_DIALECT) && mica_attr_param(attr, 0) ? attr : NULL;
}

const mica_attr *micai_llvm_fastmath_of(const mica_op *op)
{
    const mica_attr *attr = flags_attr(op, "fastmath");
    if (!attr)
        return NULL;
    // arith: reassoc 1, nnan 2, ... afn 64. LLVM: nnan 1, ... afn 32, reassoc 64.
    int64_t flags = (int64_t)mica_attr_param(attr, 0);
    int64_t made = (flags >> 1 & 63) | (flags & 1) << 6;
    return mica_llvm_fastmath_get(mica_op_context(op), made);
}

static mica_value *build_one(mica_builder *builder, mica_op *op, const mica_type *type,
                             mica_value *const *operands, const void *user)
{
    const micai_one_to_one *row = user;
    mica_op *made =
        micai_llvm_create(builder, row->to, type, operands, mica_op_operand_count(op));
    const mica_attr *fastmath = row->flags & MICAI_FASTMATH ? micai_llvm_fastmath_of(op) : NULL;
    const mica_attr *overflow =
        row->flags & MICAI_OVERFLOW ? flags_attr(op, "overflowFlags") : NULL;
    if (fastmath)
        mica_op_set_attr(made, "fastmathFlags", fastmath);
    if (overflow)
        mica_op_set_attr(
            made, "overflowFlags",
            mica_llvm_overflow_get(builder->context, (int64_t)mica_attr_param(overflow, 0)));
    if (row->immediate)
        mica_op_set_attr(made, row->immediate, mica_bool_attr_get(builder->context, false));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        mica_named_attr attr = mica_op_attr_entry(op, i);
        mica_op_set_attr_by_name(made, attr.name, attr.value);
    }
    return mica_op_result(made, 0);
}

static bool convert_one(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                        void *user)
{
    return micai_replace_by_lanes(rewriter, op, adapted, build_one, user);
}

bool micai_one_to_one_add(mica_conversion *conversion, const micai_one_to_one *rows,
                          size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        mica_conversion_pattern pattern = {
            .name = rows[i].to,
            .root = rows[i].from,
            .rewrite = convert_one,
            // The driver hands the row back as it is; the pattern only reads it.
            .user = (void *)(uintptr_t)&rows[i],
        };
        ok = mica_conversion_add(conversion, &pattern, 1);
    }
    return ok;
}

// ---- passes

static void set_target(mica_conversion *target, const micai_llvm_conversion *conversion)
{
    mica_conversion_legal_dialect(target, "llvm");
    for (size_t i = 0; conversion->illegal_dialects && conversion->illegal_dialects[i]; i++)
        mica_conversion_illegal_dialect(target, conversion->illegal_dialects[i]);
    for (size_t i = 0; conversion->illegal_ops && conversion->illegal_ops[i]; i++)
        mica_conversion_illegal_op(target, conversion->illegal_ops[i]);
}

bool micai_llvm_conversion_run(mica_pass_run *run, const micai_llvm_conversion *conversion)
{
    mica_context *context = mica_pass_run_context(run);
    const mica_pass_options *options = mica_pass_run_options(run);
    int64_t width = mica_pass_option_int(options, "index-bitwidth");
    if (width < 0 || width > 128)
        return mica_diagnostic_emit(mica_error(context, mica_op_location(mica_pass_run_op(run)),
                                               "index-bitwidth must be from 0 to 128"));
    mica_type_converter *converter = micai_llvm_type_converter_create(context, (unsigned)width);
    mica_conversion *target = converter ? mica_conversion_create(context, converter) : NULL;
    bool ok = target != NULL;
    if (ok) {
        set_target(target, conversion);
        ok = conversion->populate(target, options) &&
             mica_conversion_run_partial(target, mica_pass_run_op(run));
    }
    if (target)
        mica_conversion_destroy(target);
    if (converter)
        mica_type_converter_destroy(converter);
    return ok;
}
