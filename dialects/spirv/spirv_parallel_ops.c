// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks of what invocations do together (atomics, barriers, groups) and of images, and the
// directives that write enums in quotes.
#include <inttypes.h>

#include "dialects/spirv/spirv_internal.h"

// ---- atomics, barriers, groups

// At most one of acquire, release, both, sequentially consistent.
static bool verify_semantics(mica_op *op, const char *name)
{
    const uint32_t order = MICAI_SPIRV_MEMORY_SEMANTICS_ACQUIRE |
                           MICAI_SPIRV_MEMORY_SEMANTICS_RELEASE |
                           MICAI_SPIRV_MEMORY_SEMANTICS_ACQUIRE_RELEASE |
                           MICAI_SPIRV_MEMORY_SEMANTICS_SEQUENTIALLY_CONSISTENT;
    const uint32_t bits = micai_spirv_enum_of(op, name) & order;
    return (bits & (bits - 1)) == 0 ||
           mica_op_error(op,
                         "expected at most one of these four memory constraints to be set: "
                         "`Acquire`, `Release`,`AcquireRelease` or `SequentiallyConsistent`");
}

bool micai_spirv_verify_barrier(mica_op *op)
{
    return verify_semantics(op, "memory_semantics");
}

bool micai_spirv_verify_atomic_update(mica_op *op)
{
    return verify_semantics(op, "semantics");
}

bool micai_spirv_verify_group(mica_op *op)
{
    const uint32_t scope = micai_spirv_enum_of(op, "execution_scope");
    return scope == MICAI_SPIRV_SCOPE_WORKGROUP || scope == MICAI_SPIRV_SCOPE_SUBGROUP ||
           mica_op_error(op, "execution scope must be 'Workgroup' or 'Subgroup'");
}

bool micai_spirv_GroupBroadcast_verify(mica_op *op)
{
    if (!micai_spirv_verify_group(op))
        return false;
    const mica_type *type = mica_value_type(mica_op_operand(op, 1));
    const int64_t count = mica_type_is_vector(type) ? mica_type_shape(type)[0] : 2;
    return count == 2 || count == 3 ||
           mica_op_error(op,
                         "localid is a vector and can be with only  2 or 3 components, actual "
                         "number is %" PRId64,
                         count);
}

// Before SPIR-V 1.5 the invocation must be known.
bool micai_spirv_GroupNonUniformBroadcast_verify(mica_op *op)
{
    if (!micai_spirv_verify_group(op))
        return false;
    const mica_attr *target = mica_spirv_target_env_find(op);
    const mica_attr *vce = target ? mica_spirv_target_env_vce(target) : NULL;
    enum { VERSION_1_5 = 5 };
    if (vce && mica_attr_param(vce, 0) >= VERSION_1_5)
        return true;
    const mica_op *id = mica_value_op(mica_op_operand(op, 1));
    const bool is_constant = id && (mica_string_is(mica_op_name(id), "spirv.Constant") ||
                                    mica_string_is(mica_op_name(id), "spirv.mlir.referenceof"));
    return is_constant || mica_op_error(op, "id must be the result of a constant op");
}

bool micai_spirv_verify_shuffle(mica_op *op)
{
    if (!micai_spirv_verify_group(op))
        return false;
    const mica_type *type = mica_value_type(mica_op_operand(op, 1));
    return !mica_type_is_integer(type) || mica_integer_type_signedness(type) != MICA_SIGNED ||
           mica_op_error(op, "second operand must be a singless/unsigned integer");
}

bool micai_spirv_verify_group_arithmetic(mica_op *op)
{
    if (!micai_spirv_verify_group(op))
        return false;
    const bool clustered = micai_spirv_enum_of(op, "group_operation") ==
                           MICAI_SPIRV_GROUP_OPERATION_CLUSTERED_REDUCE;
    if (clustered && mica_op_operand_count(op) == 1)
        return mica_op_error(op, "cluster size operand must be provided for 'ClusteredReduce' "
                                 "group operation");
    if (mica_op_operand_count(op) == 1)
        return true;
    mica_op *size = mica_value_op(mica_op_operand(op, 1));
    if (!size || !mica_string_is(mica_op_name(size), "spirv.Constant"))
        return mica_op_error(op, "cluster size operand must come from a constant op");
    const int64_t value = mica_integer_attr_value(mica_op_attr(size, "value"));
    return (value > 0 && (value & (value - 1)) == 0) ||
           mica_op_error(op, "cluster size operand must be a power of two");
}

// ---- images

static bool emit(mica_op *op, const char *what)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", what));
}

// Parameters of an image type, in the order of its definition.
enum {
    IMAGE_SAMPLED,
    IMAGE_DIM,
    IMAGE_DEPTH,
    IMAGE_ARRAYED,
    IMAGE_SAMPLING,
    IMAGE_SAMPLER_USE
};

bool micai_spirv_ImageDrefGather_verify(mica_op *op)
{
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    const mica_type *image = mica_type_param_type(mica_value_type(mica_op_operand(op, 0)), 0);
    const uint64_t dim = mica_type_param(image, IMAGE_DIM);
    if (mica_type_shape(result)[0] != 4)
        return mica_op_error(op, "result type must be a vector of four components");
    if (mica_type_element(result) != mica_type_param_type(image, IMAGE_SAMPLED))
        return mica_op_error(op,
                             "the component type of result must be the same as sampled type "
                             "of the underlying image type");
    if (dim != MICA_SPIRV_DIM_DIM2D && dim != MICA_SPIRV_DIM_CUBE && dim != MICA_SPIRV_DIM_RECT)
        return mica_op_error(op, "the Dim operand of the underlying image type must be 2D, "
                                 "Cube, or Rect");
    if (mica_type_param(image, IMAGE_SAMPLING) != MICA_SPIRV_IMAGE_SAMPLING_INFO_SINGLESAMPLED)
        return mica_op_error(op, "the MS operand of the underlying image type must be 0");
    return mica_op_attr(op, "imageoperands") || mica_op_operand_count(op) == 3 ||
           emit(op, "the Image Operands should encode what operands follow, as per Image "
                    "Operands");
}

// How many numbers say a size, by dim; 0: the size can't be asked for.
static const uint8_t size_components[] = {
    [MICA_SPIRV_DIM_DIM1D] = 1, [MICA_SPIRV_DIM_DIM2D] = 2, [MICA_SPIRV_DIM_DIM3D] = 3,
    [MICA_SPIRV_DIM_CUBE] = 2,  [MICA_SPIRV_DIM_RECT] = 2,  [MICA_SPIRV_DIM_BUFFER] = 1,
};

bool micai_spirv_ImageQuerySize_verify(mica_op *op)
{
    const mica_type *image = mica_value_type(mica_op_operand(op, 0));
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    const uint64_t dim = mica_type_param(image, IMAGE_DIM);
    if (dim >= sizeof size_components || size_components[dim] == 0)
        return emit(op,
                    "the Dim operand of the image type must be 1D, 2D, 3D, Buffer, Cube, or "
                    "Rect");
    const bool has_levels = dim != MICA_SPIRV_DIM_RECT && dim != MICA_SPIRV_DIM_BUFFER;
    const bool may_sample = mica_type_param(image, IMAGE_SAMPLER_USE) ==
                            MICA_SPIRV_IMAGE_SAMPLER_USE_INFO_NEEDSAMPLER;
    const bool is_single =
        mica_type_param(image, IMAGE_SAMPLING) == MICA_SPIRV_IMAGE_SAMPLING_INFO_SINGLESAMPLED;
    if (has_levels && is_single && may_sample)
        return emit(op, "if Dim is 1D, 2D, 3D, or Cube, it must also have either an MS of 1 or "
                        "a Sampled of 0 or 2");
    const unsigned wanted =
        size_components[dim] + (mica_type_param(image, IMAGE_ARRAYED) ? 1U : 0U);
    const unsigned found =
        mica_type_is_vector(result) ? (unsigned)mica_type_shape(result)[0] : 1;
    return wanted == found ||
           mica_diagnostic_emit(mica_error(mica_op_context(op), mica_op_location(op),
                                           "expected the result to have %u component(s), but "
                                           "found %u component(s)",
                                           wanted, found));
}

// ---- directives: enums in quotes

static bool parse_quoted(mica_asm_parser *parser, mica_directive *directive, uint32_t kind,
                         const char *mnemonic)
{
    return micai_spirv_parse_quoted_enum(parser, kind, mnemonic, mnemonic,
                                         &directive->arguments[0].attr);
}

bool micai_spirv_parse_scope_string(mica_asm_parser *parser, mica_op_state *state,
                                    mica_directive *directive)
{
    (void)state;
    return parse_quoted(parser, directive, MICAI_SPIRV_KIND_SCOPE, "scope");
}

void micai_spirv_print_scope_string(mica_asm_printer *printer, mica_op *op,
                                    const mica_directive *directive)
{
    (void)op;
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_SCOPE,
                                  directive->arguments[0].attr);
}

bool micai_spirv_parse_group_operation_string(mica_asm_parser *parser, mica_op_state *state,
                                              mica_directive *directive)
{
    (void)state;
    return parse_quoted(parser, directive, MICAI_SPIRV_KIND_GROUP_OPERATION, "group_operation");
}

void micai_spirv_print_group_operation_string(mica_asm_printer *printer, mica_op *op,
                                              const mica_directive *directive)
{
    (void)op;
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_GROUP_OPERATION,
                                  directive->arguments[0].attr);
}

// (`[` "Bias|Lod" `]`)?
bool micai_spirv_parse_image_operands(mica_asm_parser *parser, mica_op_state *state,
                                      mica_directive *directive)
{
    (void)state;
    return !mica_asm_parse_token_if(parser, "[") ||
           (parse_quoted(parser, directive, MICAI_SPIRV_KIND_IMAGE_OPERANDS,
                         "image_operands") &&
            mica_asm_parse_token(parser, "]"));
}

void micai_spirv_print_image_operands(mica_asm_printer *printer, mica_op *op,
                                      const mica_directive *directive)
{
    (void)op;
    if (!directive->arguments[0].attr)
        return;
    mica_asm_print(printer, "[");
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_IMAGE_OPERANDS,
                                  directive->arguments[0].attr);
    mica_asm_print(printer, "]");
}
