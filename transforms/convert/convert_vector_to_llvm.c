// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-vector-to-llvm: vectors become LLVM vectors and arrays of them. This file
// has the pass, the access to rows and elements, and ops that make, take apart or combine
// vectors element by element; memory, reductions and shapes have files of their own:
//
//   vector_memory_to_llvm.c      load, store, masked ones, transfers of one dimension
//   vector_reductions_to_llvm.c  reduction, multi_reduction, outerproduct, contract
//   vector_shapes_to_llvm.c      shape_cast, transpose, slices, shuffle
//   vector_lanes_to_llvm.c       interleave, from_elements, matrix and scalable ops
//   vector_mask_to_llvm.c        mask
//
// Transfers of several dimensions are taken apart by convert-vector-to-scf before.
#include "transforms/convert/vector_to_llvm_internal.h"

#include "transforms/convert/memref_to_llvm_internal.h"

// ---- rows and elements

bool micai_next_position(int64_t *position, const int64_t *shape, size_t rank)
{
    for (size_t i = rank; i-- > 0;) {
        if (++position[i] < shape[i])
            return true;
        position[i] = 0;
    }
    return false;
}

mica_value *micai_vector_row(mica_builder *builder, mica_value *vector, const int64_t *position,
                             size_t rank)
{
    return rank ? micai_llvm_extract_value(builder, vector, position, rank) : vector;
}

mica_value *micai_vector_set_row(mica_builder *builder, mica_value *vector, mica_value *row,
                                 const int64_t *position, size_t rank)
{
    return rank ? micai_llvm_insert_value(builder, vector, row, position, rank) : row;
}

mica_value *micai_lane_number(mica_builder *builder, int64_t lane)
{
    return micai_llvm_integer(builder,
                              mica_integer_type_get(builder->context, 64, MICA_SIGNLESS), lane);
}

mica_value *micai_vector_element(mica_builder *builder, mica_value *vector,
                                 const int64_t *position, size_t rank)
{
    mica_value *row = micai_vector_row(builder, vector, position, rank ? rank - 1 : 0);
    int64_t lane = rank ? position[rank - 1] : 0;
    return micai_llvm_extract_element(builder, row, micai_lane_number(builder, lane));
}

mica_value *micai_vector_set_element(mica_builder *builder, mica_value *vector,
                                     mica_value *element, const int64_t *position, size_t rank)
{
    size_t outer = rank ? rank - 1 : 0;
    mica_value *row = micai_vector_row(builder, vector, position, outer);
    int64_t lane = rank ? position[rank - 1] : 0;
    row = micai_llvm_insert_element(builder, row, element, micai_lane_number(builder, lane));
    return micai_vector_set_row(builder, vector, row, position, outer);
}

mica_value *micai_vector_iota(mica_builder *builder, const mica_type *type)
{
    int64_t count = mica_type_shape(type)[0];
    size_t size = mica_dense_element_size(mica_type_element(type));
    unsigned char inline_data[512];
    if ((uint64_t)count * size > sizeof inline_data)
        return NULL;
    memset(inline_data, 0, sizeof inline_data);
    for (int64_t i = 0; i < count; i++)
        memcpy(inline_data + (size_t)i * size, &i, size < sizeof i ? size : sizeof i);
    return micai_llvm_constant(
        builder, type,
        mica_dense_elements_attr_get(type, inline_data, (size_t)count * size, false));
}

// ---- broadcast

static const mica_type *result_type(const mica_op *op)
{
    return mica_value_type(mica_op_result(op, 0));
}

static const mica_type *operand_type(const mica_op *op, size_t index)
{
    return mica_value_type(mica_op_operand(op, index));
}

static const mica_type *row_type(const mica_type *type)
{
    while (mica_llvm_type_is_array(type))
        type = mica_llvm_array_element(type);
    return type;
}

/// The row of the result at `position`: of the source aligned to the right, its dimensions of
/// size 1 stretched.
static mica_value *broadcast_row(mica_builder *builder, mica_value *source,
                                 const mica_type *from, const mica_type *to,
                                 const mica_type *row, const int64_t *position)
{
    if (!mica_type_is_vector(from))
        return micai_llvm_splat(builder, row, source);
    size_t rank = mica_type_rank(from), lead = mica_type_rank(to) - rank;
    int64_t at[MICAI_VECTOR_MAX_RANK] = {0};
    for (size_t i = 0; i + 1 < rank; i++)
        at[i] = mica_type_shape(from)[i] == 1 ? 0 : position[lead + i];
    size_t outer = rank ? rank - 1 : 0;
    int64_t wide = mica_type_rank(to) ? mica_type_shape(to)[mica_type_rank(to) - 1] : 1;
    int64_t narrow = rank ? mica_type_shape(from)[rank - 1] : 1;
    mica_value *taken = micai_vector_row(builder, source, at, outer);
    if (narrow == wide)
        return taken;
    return micai_llvm_splat(
        builder, row,
        micai_llvm_extract_element(builder, taken, micai_lane_number(builder, 0)));
}

static bool convert_broadcast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *to = result_type(op), *from = operand_type(op, 0);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    size_t rank = mica_type_rank(to), outer = rank ? rank - 1 : 0;
    if (!type || rank > MICAI_VECTOR_MAX_RANK)
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *made = outer ? micai_llvm_undef(builder, type) : NULL;
    do {
        mica_value *row =
            broadcast_row(builder, adapted->values[0], from, to, row_type(type), position);
        made = micai_vector_set_row(builder, made, row, position, outer);
    } while (micai_next_position(position, mica_type_shape(to), outer));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- extract and insert

/// A position: constants, and at its end possibly one dynamic lane.
typedef struct element_position {
    int64_t fixed[MICAI_VECTOR_MAX_RANK];
    size_t count;
    mica_value *lane; ///< of the last dimension when it is dynamic
} element_position;

/// `dynamic` are the converted operands for the dynamic entries. False when an entry other than
/// the last of a full position is dynamic: LLVM's arrays take constant positions.
static bool read_position(const mica_op *op, mica_value *const *dynamic,
                          const mica_type *vector, element_position *position)
{
    const mica_attr *fixed = mica_op_attr(op, "static_position");
    position->count = mica_dense_array_attr_count(fixed);
    position->lane = NULL;
    if (position->count > MICAI_VECTOR_MAX_RANK)
        return false;
    for (size_t i = 0; i < position->count; i++) {
        position->fixed[i] = mica_dense_array_attr_int(fixed, i);
        if (position->fixed[i] != MICA_DYNAMIC)
            continue;
        if (i + 1 != mica_type_rank(vector))
            return false;
        position->lane = dynamic[0];
    }
    return true;
}

static mica_value *position_lane(mica_builder *builder, const element_position *position)
{
    if (position->lane)
        return position->lane;
    return micai_lane_number(builder,
                             position->count ? position->fixed[position->count - 1] : 0);
}

/// Does the op deal in elements rather than in vectors of lower rank?
static bool is_full(const element_position *position, const mica_type *vector)
{
    return position->count == mica_type_rank(vector);
}

static bool convert_extract(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = operand_type(op, 0);
    element_position position;
    if (!read_position(op, adapted->values + 1, vector, &position))
        return mica_rewriter_fail(rewriter, op, "a dynamic position of an outer dimension");
    mica_value *value = adapted->values[0];
    // A full position gives a scalar, or (upstream allows it) a vector of one element.
    bool scalar = is_full(&position, vector) && !mica_type_is_vector(result_type(op));
    size_t outer = scalar && position.count ? position.count - 1 : position.count;
    if (is_full(&position, vector) && !scalar && position.count)
        return mica_rewriter_fail(rewriter, op, "an element as a vector of rank 0");
    value = micai_vector_row(builder, value, position.fixed, outer);
    if (scalar)
        value = micai_llvm_extract_element(builder, value, position_lane(builder, &position));
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_insert(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *vector = operand_type(op, 1);
    element_position position;
    if (!read_position(op, adapted->values + 2, vector, &position))
        return mica_rewriter_fail(rewriter, op, "a dynamic position of an outer dimension");
    bool scalar = is_full(&position, vector) && !mica_type_is_vector(operand_type(op, 0));
    size_t outer = scalar && position.count ? position.count - 1 : position.count;
    if (is_full(&position, vector) && !scalar && position.count)
        return mica_rewriter_fail(rewriter, op, "an element as a vector of rank 0");
    mica_value *part = adapted->values[0], *whole = adapted->values[1];
    if (scalar)
        part = micai_llvm_insert_element(
            builder, micai_vector_row(builder, whole, position.fixed, outer), part,
            position_lane(builder, &position));
    mica_value *made = micai_vector_set_row(builder, whole, part, position.fixed, outer);
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_extractelement(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *lane = adapted->count > 1 ? adapted->values[1] : micai_lane_number(builder, 0);
    mica_value *value = micai_llvm_extract_element(builder, adapted->values[0], lane);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_insertelement(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *lane = adapted->count > 2 ? adapted->values[2] : micai_lane_number(builder, 0);
    mica_value *value =
        micai_llvm_insert_element(builder, adapted->values[1], adapted->values[0], lane);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

// ---- masks

/// The row of a mask at an outer position: lanes below `bound` where the position is inside.
static mica_value *mask_row(mica_builder *builder, const mica_type *row, mica_value *bound)
{
    enum { SLT = 2 };
    const mica_type *lanes = mica_type_with_element(row, mica_value_type(bound));
    mica_value *iota = micai_vector_iota(builder, lanes);
    if (!iota)
        return NULL;
    return micai_llvm_compare(builder, SLT, iota, micai_llvm_splat(builder, lanes, bound));
}

/// vector.create_mask: the last dimension by a comparison of lanes, outer ones by and with
/// "position < size".
static bool convert_create_mask(mica_rewriter *rewriter, mica_op *op,
                                const mica_adapted *adapted, void *user)
{
    (void)user;
    enum { SGT = 4 };
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    size_t rank = mica_type_rank(to);
    if (!type || rank == 0 || rank > MICAI_VECTOR_MAX_RANK || mica_vector_type_is_scalable(to))
        return mica_rewriter_fail(rewriter, op, "a mask of rank 0 or of scalable size");
    mica_value *row = mask_row(builder, row_type(type), adapted->values[rank - 1]);
    if (!row)
        return mica_rewriter_fail(rewriter, op, "a mask of too many lanes");
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *none = micai_llvm_zero(builder, row_type(type));
    mica_value *made = rank > 1 ? micai_llvm_undef(builder, type) : NULL;
    do {
        mica_value *here = row;
        for (size_t i = 0; i + 1 < rank; i++) {
            mica_value *at =
                micai_llvm_index(builder, mica_value_type(adapted->values[i]), position[i]);
            mica_value *inside = micai_llvm_compare(builder, SGT, adapted->values[i], at);
            here = micai_llvm_select(builder, inside, here, none);
        }
        made = micai_vector_set_row(builder, made, here, position, rank - 1);
    } while (micai_next_position(position, mica_type_shape(to), rank - 1));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

/// vector.constant_mask as dense elements.
static bool convert_constant_mask(mica_rewriter *rewriter, mica_op *op,
                                  const mica_adapted *adapted, void *user)
{
    (void)user;
    enum { MOST_LANES = 4096 };
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    const mica_attr *sizes = mica_op_attr(op, "mask_dim_sizes");
    int64_t count = mica_type_element_count(to);
    size_t rank = mica_type_rank(to);
    if (!type || rank == 0 || rank > MICAI_VECTOR_MAX_RANK || count > MOST_LANES)
        return mica_rewriter_fail(rewriter, op, "a mask of rank 0 or of too many lanes");
    unsigned char lanes[MOST_LANES];
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    for (int64_t i = 0; i < count; i++) {
        lanes[i] = 1;
        for (size_t dim = 0; dim < rank; dim++)
            lanes[i] &=
                position[dim] < mica_integer_attr_value(mica_array_attr_element(sizes, dim));
        micai_next_position(position, mica_type_shape(to), rank);
    }
    mica_value *made = micai_llvm_constant(
        builder, type, mica_dense_elements_attr_get(to, lanes, (size_t)count, false));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

// ---- element by element

static bool convert_bitcast(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *to = result_type(op);
    const mica_type *type = mica_type_converter_convert_one(adapted->converter, to);
    size_t rank = mica_type_rank(to), outer = rank ? rank - 1 : 0;
    if (!type || rank > MICAI_VECTOR_MAX_RANK)
        return mica_rewriter_fail(rewriter, op, "the type has no LLVM counterpart");
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    mica_value *made = outer ? micai_llvm_undef(builder, type) : NULL;
    do {
        mica_value *row = micai_vector_row(builder, adapted->values[0], position, outer);
        row = micai_llvm_unary(builder, "llvm.bitcast", row_type(type), row);
        made = micai_vector_set_row(builder, made, row, position, outer);
    } while (micai_next_position(position, mica_type_shape(to), outer));
    return mica_rewriter_replace_op(rewriter, op, &made, 1);
}

static bool convert_vscale(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const mica_type *index = micai_llvm_index_type(adapted->converter, builder->context);
    mica_value *value = micai_llvm_build(builder, "llvm.intr.vscale", index, NULL, 0);
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

// ---- print

static void print_call(mica_builder *builder, mica_op *op, const char *function,
                       mica_value *value)
{
    const mica_type *input = value ? mica_value_type(value) : NULL;
    const mica_type *type = mica_llvm_function_get(mica_llvm_void_get(builder->context), &input,
                                                   value ? 1 : 0, false);
    if (micai_llvm_declare_function(builder, op, function, type))
        micai_llvm_call(builder, mica_string_from(function), NULL, &value, value ? 1 : 0);
}

/// A scalar by the runtime's function for it; narrow integers are widened to 64 bits.
static bool print_scalar(mica_builder *builder, mica_op *op, const mica_type *type,
                         mica_value *value)
{
    static const struct {
        mica_float_kind kind;
        const char *function;
    } floats[] = {{MICA_FLOAT_F32, "printF32"}, {MICA_FLOAT_F64, "printF64"}};
    for (size_t i = 0; i < 2; i++) {
        if (mica_type_is_float_kind(type, floats[i].kind)) {
            print_call(builder, op, floats[i].function, value);
            return true;
        }
    }
    uint32_t bits = mica_type_bit_width(mica_value_type(value));
    bool is_unsigned = mica_type_is_index(type) || mica_type_is_signless(type, 1);
    if (!mica_type_is_integer(mica_value_type(value)) || bits > 64)
        return false;
    const mica_type *i64 = mica_integer_type_get(builder->context, 64, MICA_SIGNLESS);
    if (bits < 64)
        value = micai_llvm_unary(builder, is_unsigned ? "llvm.zext" : "llvm.sext", i64, value);
    print_call(builder, op, mica_type_is_index(type) || is_unsigned ? "printU64" : "printI64",
               value);
    return true;
}

/// `( ( 1, 2 ), ( 3, 4 ) )`: parentheses open and close where a dimension begins and ends.
static bool print_vector(mica_builder *builder, mica_op *op, const mica_type *type,
                         mica_value *value)
{
    enum { MOST_ELEMENTS = 4096 };
    size_t rank = mica_type_rank(type);
    const int64_t *shape = mica_type_shape(type);
    int64_t position[MICAI_VECTOR_MAX_RANK] = {0};
    int64_t count = mica_type_element_count(type);
    if (rank > MICAI_VECTOR_MAX_RANK || count < 0 || count > MOST_ELEMENTS)
        return false;
    for (size_t i = 0; i < (rank ? rank : 1); i++)
        print_call(builder, op, "printOpen", NULL);
    for (;;) {
        if (!print_scalar(builder, op, mica_type_element(type),
                          micai_vector_element(builder, value, position, rank)))
            return false;
        size_t closed = 0;
        while (closed < rank && position[rank - 1 - closed] + 1 == shape[rank - 1 - closed])
            closed++;
        bool more = micai_next_position(position, shape, rank);
        for (size_t i = 0; i < (rank ? closed : 1); i++)
            print_call(builder, op, "printClose", NULL);
        if (!more)
            return true;
        print_call(builder, op, "printComma", NULL);
        for (size_t i = 0; i < closed; i++)
            print_call(builder, op, "printOpen", NULL);
    }
}

static bool convert_print(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    static const char *const punctuation[] = {NULL, "printNewline", "printComma", "printOpen",
                                              "printClose"};
    mica_builder *builder = mica_rewriter_builder(rewriter);
    if (mica_op_attr(op, "stringLiteral"))
        return mica_rewriter_fail(rewriter, op, "text can't be printed");
    if (adapted->count > 0) {
        const mica_type *type = operand_type(op, 0);
        bool ok = mica_type_is_vector(type)
                      ? print_vector(builder, op, type, adapted->values[0])
                      : print_scalar(builder, op, type, adapted->values[0]);
        if (!ok)
            return mica_rewriter_fail(rewriter, op, "values of this type can't be printed");
    }
    const mica_attr *attr = mica_op_attr(op, "punctuation");
    uint64_t which = attr ? mica_attr_param(attr, 0) : 1;
    if (which < 5 && punctuation[which])
        print_call(builder, op, punctuation[which], NULL);
    return mica_rewriter_erase_op(rewriter, op);
}

// ---- the pass

/// The product may or may not be rounded: what the machine does best.
static const micai_one_to_one rows[] = {
    {"vector.fma", "llvm.intr.fmuladd", 0, NULL},
};

static const mica_conversion_pattern patterns[] = {
    {"convert-broadcast", "vector.broadcast", 1, convert_broadcast, NULL},
    {"convert-splat", "vector.splat", 1, convert_broadcast, NULL},
    {"convert-extract", "vector.extract", 1, convert_extract, NULL},
    {"convert-insert", "vector.insert", 1, convert_insert, NULL},
    {"convert-extractelement", "vector.extractelement", 1, convert_extractelement, NULL},
    {"convert-insertelement", "vector.insertelement", 1, convert_insertelement, NULL},
    {"convert-create-mask", "vector.create_mask", 1, convert_create_mask, NULL},
    {"convert-constant-mask", "vector.constant_mask", 1, convert_constant_mask, NULL},
    {"convert-bitcast", "vector.bitcast", 1, convert_bitcast, NULL},
    {"convert-vscale", "vector.vscale", 1, convert_vscale, NULL},
    {"convert-print", "vector.print", 1, convert_print, NULL},
};

static bool populate(mica_conversion *conversion, const mica_pass_options *options)
{
    bool reassociate = mica_pass_option_bool(options, "reassociate-fp-reductions");
    return micai_one_to_one_add(conversion, rows, sizeof rows / sizeof *rows) &&
           mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns) &&
           micai_vector_memory_to_llvm_add(conversion) &&
           micai_vector_reductions_to_llvm_add(conversion, reassociate) &&
           micai_vector_shapes_to_llvm_add(conversion) &&
           micai_vector_lanes_to_llvm_add(conversion) &&
           micai_vector_mask_to_llvm_add(conversion);
}

static bool run_convert_vector_to_llvm(mica_pass_run *run)
{
    static const micai_llvm_conversion conversion = {NULL, NULL, populate};
    return micai_llvm_conversion_run(run, &conversion);
}

static const mica_option_def options[] = {
    MICAI_INDEX_BITWIDTH_OPTION,
    {.name = "reassociate-fp-reductions",
     .kind = MICA_OPTION_BOOL,
     .summary = "Float reductions may add in any order"},
};

const mica_pass_def mica_pass_convert_vector_to_llvm = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-vector-to-llvm",
    .name = "ConvertVectorToLLVMPass",
    .summary = "Turn vector ops into llvm ops",
    .options = options,
    .option_count = 2,
    .dependent_dialects = micai_llvm_dependent_dialects,
    .run = run_convert_vector_to_llvm,
};
