// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the llvm dialect, in the order of llvm.dialect: the dialect's, then verifiers and
// folders of ops. Functions, calls and globals have files of their own.
#include "dialects/llvm/llvm_internal.h"
#include "ir/core/builder.h"

// ---- dialect

/// Constants are mlir.constant, but for the attributes that stand for undef, poison and zero,
/// and for symbols.
mica_op *micai_llvm_materialize_constant(mica_builder *builder, const mica_attr *value,
                                         const mica_type *type)
{
    static const struct {
        const mica_attr_def *attr;
        const char *op;
    } special[] = {
        {&mica_llvm_undef_attr, "llvm.mlir.undef"},
        {&mica_llvm_poison_attr, "llvm.mlir.poison"},
        {&mica_llvm_zero_attr, "llvm.mlir.zero"},
    };
    const char *name = "llvm.mlir.constant";
    const char *field = "value";
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        if (mica_attr_is(value, MICA_ATTR_DIALECT) && mica_attr_is_of(value, special[i].attr)) {
            name = special[i].op;
            field = NULL;
        }
    }
    if (mica_attr_is(value, MICA_ATTR_SYMBOL_REF)) {
        name = "llvm.mlir.addressof";
        field = "global_name";
    }
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    if (field)
        mica_op_state_set_attr(&state, field, value);
    mica_op_state_add_result(&state, type);
    return mica_builder_create(builder, &state);
}

/// Discardable attributes that the exporter reads, on foreign ops too.
bool micai_llvm_verify_attr(mica_op *op, mica_named_attr attr)
{
    mica_string name = mica_identifier_text(attr.name);
    bool on_module =
        mica_string_is(name, "llvm.data_layout") || mica_string_is(name, "llvm.target_triple");
    if (on_module && !mica_attr_is(attr.value, MICA_ATTR_STRING))
        return mica_op_error(op, "expected '%.*s' to be a string attributes",
                             MICA_STRING_ARG(name));
    return true;
}

// ---- shared facts

static const mica_type *attr_type_value(mica_op *op, const char *name)
{
    return mica_type_attr_value(mica_op_attr(op, name));
}

const mica_type *micai_llvm_vector_element(const mica_type *const *types, size_t count)
{
    (void)count;
    return mica_llvm_vector_element(types[0]);
}

/// cmpxchg gives the old value and whether it was exchanged.
const mica_type *micai_llvm_exchange_result(const mica_type *const *types, size_t count)
{
    (void)count;
    mica_context *context = mica_type_context(types[0]);
    const mica_type *members[] = {types[0], mica_integer_type_get(context, 1, MICA_SIGNLESS)};
    return mica_llvm_struct_get(context, members, 2, false);
}

/// cast x : T to T -> x
mica_fold_status micai_llvm_fold_identity_cast(mica_op *op, const mica_attr *const *operands,
                                               mica_fold_result *results)
{
    (void)operands;
    mica_value *input = mica_op_operand(op, 0);
    if (mica_value_type(input) != mica_value_type(mica_op_result(op, 0)))
        return MICA_FOLD_NONE;
    results[0].value = input;
    return MICA_FOLD_REPLACED;
}

static mica_fold_status fold_to_attr(mica_op *op, const mica_attr_def *definition,
                                     mica_fold_result *results)
{
    results[0].attr = micai_llvm_attr_make(mica_op_context(op), definition, NULL, 0);
    return MICA_FOLD_REPLACED;
}

static bool is_integer_zero(const mica_attr *attr)
{
    return mica_attr_is(attr, MICA_ATTR_INTEGER) && mica_integer_attr_value(attr) == 0;
}

static bool emit(mica_op *op, const char *what)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", what));
}

// ---- ops, in definition order

bool micai_llvm_alloca_verify(mica_op *op)
{
    if (mica_op_attr(op, "inalloca"))
        return true;
    const mica_type *element = attr_type_value(op, "elem_type");
    if (!mica_llvm_type_is_compatible(element) || mica_llvm_type_is_void(element))
        return mica_op_error(op, "expected an element type with a size");
    return true;
}

static uint32_t scalar_bits(const mica_type *type)
{
    if (mica_type_is_vector(type))
        type = mica_type_element(type);
    return mica_type_bit_width(type);
}

bool micai_llvm_bitcast_verify(mica_op *op)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    bool from_pointer = mica_llvm_type_is_pointer(from);
    bool to_pointer = mica_llvm_type_is_pointer(to);
    if (from_pointer != to_pointer)
        return mica_op_error(op, "can only cast pointers from and to pointers");
    if (from_pointer &&
        mica_llvm_pointer_address_space(from) != mica_llvm_pointer_address_space(to))
        return mica_op_error(op, "cannot cast pointers of different address spaces, use "
                                 "'llvm.addrspacecast' instead");
    return true;
}

bool micai_llvm_call_intrinsic_verify(mica_op *op)
{
    mica_string name = mica_string_attr_text(mica_op_attr(op, "intrin"));
    if (name.length < 5 || memcmp(name.data, "llvm.", 5) != 0)
        return mica_op_error(op, "intrinsic name must start with 'llvm.'");
    return true;
}

static const mica_type *member_at(mica_op *op)
{
    const mica_attr *position = mica_op_attr(op, "position");
    return mica_llvm_aggregate_member(mica_value_type(mica_op_operand(op, 0)),
                                      mica_dense_array_attr_data(position),
                                      mica_dense_array_attr_count(position));
}

static bool report_extraction(mica_op *op, const mica_type *member)
{
    mica_diagnostic *d = mica_op_error_begin(op, "Type mismatch: extracting from ");
    mica_diagnostic_append_type(d, mica_value_type(mica_op_operand(op, 0)));
    mica_diagnostic_append(d, " should produce ");
    mica_diagnostic_append_type(d, member);
    mica_diagnostic_append(d, " but this op returns ");
    mica_diagnostic_append_type(d, mica_value_type(mica_op_result(op, 0)));
    return mica_diagnostic_emit(d);
}

bool micai_llvm_extractvalue_verify(mica_op *op)
{
    const mica_type *member = member_at(op);
    if (!member)
        return mica_op_error(op, "position out of bounds");
    if (member != mica_value_type(mica_op_result(op, 0)))
        return report_extraction(op, member);
    return true;
}

/// How far two positions agree; true when one is a prefix of the other.
static bool is_prefix(const mica_attr *a, const mica_attr *b)
{
    size_t count = mica_dense_array_attr_count(a);
    if (mica_dense_array_attr_count(b) < count)
        count = mica_dense_array_attr_count(b);
    return memcmp(mica_dense_array_attr_data(a), mica_dense_array_attr_data(b),
                  count * sizeof(int64_t)) == 0;
}

/// extractvalue (insertvalue v, c[p])[p] -> v
/// extractvalue (insertvalue v, c[q])[p] -> extractvalue c[p]   (p, q: other members)
mica_fold_status micai_llvm_extractvalue_fold(mica_op *op, const mica_attr *const *operands,
                                              mica_fold_result *results)
{
    (void)operands;
    const mica_attr *position = mica_op_attr(op, "position");
    mica_value *container = mica_op_operand(op, 0);
    for (;;) {
        mica_op *insert = mica_value_op(container);
        if (!insert || !mica_op_is(insert, &mica_llvm_insertvalue_kind))
            break;
        const mica_attr *inserted = mica_op_attr(insert, "position");
        if (inserted == position) {
            results[0].value = mica_op_operand(insert, 1);
            return MICA_FOLD_REPLACED;
        }
        if (is_prefix(inserted, position))
            break;
        container = mica_op_operand(insert, 0);
    }
    if (container == mica_op_operand(op, 0))
        return MICA_FOLD_NONE;
    mica_op_set_operand(op, 0, container);
    return MICA_FOLD_IN_PLACE;
}

bool micai_llvm_fence_verify(mica_op *op)
{
    int64_t ordering = mica_integer_attr_value(mica_op_attr(op, "ordering"));
    enum { NOT_ATOMIC, UNORDERED, MONOTONIC };
    if (ordering == NOT_ATOMIC || ordering == UNORDERED || ordering == MONOTONIC)
        return mica_op_error(op, "can be given only acquire, release, acq_rel, and seq_cst "
                                 "orderings");
    return true;
}

/// Steps into the element type by the indices after the first; dynamic ones can't pick a member
/// of a struct.
static bool report_index(mica_op *op, const mica_type *type, size_t index)
{
    mica_diagnostic *d = mica_op_error_begin(op, "type ");
    mica_diagnostic_append_type(d, type);
    mica_diagnostic_append(d, " cannot be indexed (index #%zu)", index);
    return mica_diagnostic_emit(d);
}

bool micai_llvm_getelementptr_verify(mica_op *op)
{
    const mica_attr *indices = mica_op_attr(op, "rawConstantIndices");
    const mica_type *type = attr_type_value(op, "elem_type");
    size_t count = mica_dense_array_attr_count(indices), dynamic = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t index = mica_dense_array_attr_int(indices, i);
        dynamic += index == MICA_LLVM_DYNAMIC_INDEX;
        if (i == 0)
            continue;
        if (mica_llvm_type_is_array(type) || mica_llvm_vector_element(type)) {
            type = mica_llvm_type_is_array(type) ? mica_llvm_array_element(type)
                                                 : mica_llvm_vector_element(type);
            continue;
        }
        if (!mica_llvm_type_is_struct(type))
            return report_index(op, type, i);
        if (index == MICA_LLVM_DYNAMIC_INDEX)
            return mica_op_error(op, "expected index %zu indexing a struct to be constant", i);
        if (index < 0 || (uint64_t)index >= mica_llvm_struct_count(type))
            return mica_op_error(op, "index %zu indexing a struct is out of bounds", i);
        type = mica_llvm_struct_member(type, (size_t)index);
    }
    if (dynamic + 1 != mica_op_operand_count(op))
        return mica_op_error(op, "expected as many dynamic indices as specified in "
                                 "'rawConstantIndices'");
    return true;
}

/// gep p[0] -> p
mica_fold_status micai_llvm_getelementptr_fold(mica_op *op, const mica_attr *const *operands,
                                               mica_fold_result *results)
{
    const mica_attr *indices = mica_op_attr(op, "rawConstantIndices");
    mica_value *base = mica_op_operand(op, 0);
    if (mica_dense_array_attr_count(indices) != 1 ||
        mica_value_type(base) != mica_value_type(mica_op_result(op, 0)))
        return MICA_FOLD_NONE;
    int64_t index = mica_dense_array_attr_int(indices, 0);
    bool zero = index == MICA_LLVM_DYNAMIC_INDEX ? is_integer_zero(operands[1]) : index == 0;
    if (!zero)
        return MICA_FOLD_NONE;
    results[0].value = base;
    return MICA_FOLD_REPLACED;
}

static bool report_insertion(mica_op *op)
{
    mica_diagnostic *d = mica_op_error_begin(op, "Type mismatch: cannot insert ");
    mica_diagnostic_append_type(d, mica_value_type(mica_op_operand(op, 1)));
    mica_diagnostic_append(d, " into ");
    mica_diagnostic_append_type(d, mica_value_type(mica_op_operand(op, 0)));
    return mica_diagnostic_emit(d);
}

bool micai_llvm_insertvalue_verify(mica_op *op)
{
    const mica_type *member = member_at(op);
    if (!member)
        return mica_op_error(op, "position out of bounds");
    if (member != mica_value_type(mica_op_operand(op, 1)))
        return report_insertion(op);
    return true;
}

/// load and store: what atomics may be.
bool micai_llvm_verify_access(mica_op *op)
{
    bool is_store = mica_op_is(op, &mica_llvm_store_kind);
    int64_t ordering = mica_integer_attr_value(mica_op_attr(op, "ordering")
                                                   ? mica_op_attr(op, "ordering")
                                                   : mica_i64_attr_get(mica_op_context(op), 0));
    enum { NOT_ATOMIC = 0, ACQUIRE = 4, RELEASE = 5, ACQUIRE_RELEASE = 6 };
    if (ordering == NOT_ATOMIC) {
        if (mica_op_attr(op, "syncscope"))
            return mica_op_error(op, "expected syncscope to be null for non-atomic access");
        return true;
    }
    if (ordering == ACQUIRE_RELEASE || ordering == (is_store ? ACQUIRE : RELEASE))
        return mica_op_error(op, "unsupported ordering '%s'",
                             mica_enum_keyword(&mica_llvm_atomic_ordering_enum, ordering));
    if (!mica_op_attr(op, "alignment"))
        return mica_op_error(op, "expected alignment for atomic access");
    return true;
}

mica_fold_status micai_llvm_mlir_addressof_fold(mica_op *op, const mica_attr *const *operands,
                                                mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_op_attr(op, "global_name");
    return MICA_FOLD_REPLACED;
}

/// The only constant of a struct type is a complex number.
static bool verify_complex_constant(mica_op *op, const mica_type *type, const mica_attr *value)
{
    if (mica_llvm_struct_count(type) != 2 ||
        mica_llvm_struct_member(type, 0) != mica_llvm_struct_member(type, 1))
        return emit(op, "expected struct type with two elements of the same type, the type of "
                        "a complex constant");
    if (!mica_attr_is(value, MICA_ATTR_ARRAY) || mica_array_attr_count(value) != 2)
        return mica_op_error(op, "expected array attribute with two elements, representing a "
                                 "complex constant");
    if (mica_attr_type(mica_array_attr_element(value, 0)) !=
        mica_attr_type(mica_array_attr_element(value, 1)))
        return mica_op_error(op, "expected array attribute with two elements of the same type");
    const mica_type *element = mica_llvm_struct_member(type, 0);
    if (!mica_type_is_integer(element) && !mica_type_is_float(element))
        return emit(op, "expected struct element types to be floating point type or integer "
                        "type");
    return true;
}

bool micai_llvm_mlir_constant_verify(mica_op *op)
{
    const mica_attr *value = mica_op_attr(op, "value");
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_llvm_type_is_struct(type))
        return verify_complex_constant(op, type, value);
    switch (mica_attr_get_kind(value)) {
    case MICA_ATTR_STRING:
        if (!mica_llvm_type_is_array(type))
            return mica_op_error(op, "expected array type of string constant");
        return true;
    case MICA_ATTR_INTEGER:
        if (!mica_type_is_integer(type))
            return mica_op_error(op, "expected integer type");
        return true;
    case MICA_ATTR_FLOAT:
        if (!mica_type_is_float(type) && !mica_type_is_integer(type))
            return mica_op_error(op, "expected float type");
        if (mica_type_bit_width(type) != mica_type_bit_width(mica_attr_type(value)))
            return mica_op_error(op, "expected float type of width %u",
                                 mica_type_bit_width(mica_attr_type(value)));
        return true;
    case MICA_ATTR_DENSE_ELEMENTS:
    case MICA_ATTR_DENSE_RESOURCE:
    case MICA_ATTR_SPARSE_ELEMENTS:
        if (!mica_type_is_vector(type) && !mica_llvm_type_is_array(type) &&
            !mica_llvm_vector_element(type))
            return mica_op_error(op, "expected vector or array type");
        return true;
    default:
        return mica_op_error(op, "only supports integer, float, string or elements attributes");
    }
}

mica_fold_status micai_llvm_mlir_constant_fold(mica_op *op, const mica_attr *const *operands,
                                               mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_op_attr(op, "value");
    return MICA_FOLD_REPLACED;
}

mica_fold_status micai_llvm_mlir_poison_fold(mica_op *op, const mica_attr *const *operands,
                                             mica_fold_result *results)
{
    (void)operands;
    return fold_to_attr(op, &mica_llvm_poison_attr, results);
}

mica_fold_status micai_llvm_mlir_undef_fold(mica_op *op, const mica_attr *const *operands,
                                            mica_fold_result *results)
{
    (void)operands;
    return fold_to_attr(op, &mica_llvm_undef_attr, results);
}

mica_fold_status micai_llvm_mlir_zero_fold(mica_op *op, const mica_attr *const *operands,
                                           mica_fold_result *results)
{
    (void)operands;
    return fold_to_attr(op, &mica_llvm_zero_attr, results);
}

bool micai_llvm_verify_structors(mica_op *op)
{
    const mica_attr *functions = mica_op_attr(op, "ctors");
    if (!functions)
        functions = mica_op_attr(op, "dtors");
    if (mica_array_attr_count(functions) !=
        mica_array_attr_count(mica_op_attr(op, "priorities")))
        return emit(op,
                    mica_op_attr(op, "ctors")
                        ? "mismatch between the number of ctors and the number of priorities"
                        : "mismatch between the number of dtors and the number of "
                          "priorities");
    return true;
}

/// or x, 0 -> x
mica_fold_status micai_llvm_or_fold(mica_op *op, const mica_attr *const *operands,
                                    mica_fold_result *results)
{
    if (!is_integer_zero(operands[1]))
        return MICA_FOLD_NONE;
    results[0].value = mica_op_operand(op, 0);
    return MICA_FOLD_REPLACED;
}

bool micai_llvm_return_verify(mica_op *op)
{
    mica_op *function = mica_op_parent(op);
    if (!mica_op_is(function, &mica_llvm_func_kind))
        return true;
    const mica_type *expected =
        mica_llvm_function_result(attr_type_value(function, "function_type"));
    if (mica_llvm_type_is_void(expected)) {
        if (mica_op_operand_count(op) > 0)
            return mica_op_error(op, "expected no operands");
        return true;
    }
    if (mica_op_operand_count(op) == 0)
        return mica_op_error(op, "expected 1 operand");
    if (mica_value_type(mica_op_operand(op, 0)) != expected)
        return mica_op_error(op, "mismatching result types");
    return true;
}

bool micai_llvm_verify_widening(mica_op *op)
{
    uint32_t from = scalar_bits(mica_value_type(mica_op_operand(op, 0)));
    uint32_t to = scalar_bits(mica_value_type(mica_op_result(op, 0)));
    if (from >= to)
        return emit(op, "integer width of the output type is smaller or equal to the integer "
                        "width of the input type");
    return true;
}

/// shl x, 0 -> x
mica_fold_status micai_llvm_shl_fold(mica_op *op, const mica_attr *const *operands,
                                     mica_fold_result *results)
{
    return micai_llvm_or_fold(op, operands, results);
}

bool micai_llvm_shufflevector_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, 0));
    if (!mica_type_is_vector(type) || !mica_vector_type_is_scalable(type))
        return true;
    const mica_attr *mask = mica_op_attr(op, "mask");
    for (size_t i = 0; i < mica_dense_array_attr_count(mask); i++)
        if (mica_dense_array_attr_int(mask, i) != 0)
            return mica_op_error(op, "expected a splat operation for scalable vectors");
    return true;
}

bool micai_llvm_switch_verify(mica_op *op)
{
    const mica_attr *values = mica_op_attr(op, "case_values");
    size_t cases = mica_op_successor_count(op) - 1;
    int64_t count = values ? mica_type_element_count(mica_attr_type(values)) : 0;
    if ((uint64_t)count != cases)
        return mica_op_error(op, "expects number of case values to match number of case "
                                 "destinations");
    const mica_attr *weights = mica_op_attr(op, "branch_weights");
    if (weights && mica_dense_array_attr_count(weights) != cases + 1)
        return mica_op_error(op, "expects number of branch weights to match number of "
                                 "successors");
    return true;
}
