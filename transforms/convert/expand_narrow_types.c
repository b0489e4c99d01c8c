// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass expand-narrow-types: elements that machines have no type for (floats of 8 and 4
// bits, integers of 2 to 7 bits) are stored as bytes, and computed with in types that they
// have.
//
//   %y = arith.truncf %x : f32 to f8E5M2          %y = <integer arithmetic on %x> : i8
//   memref.store %y, %m[] : memref<f8E5M2>   ->   memref.store %y, %m[] : memref<i8>
//   %z = arith.addi %a, %b : i4                   %s = arith.addi (trunci %a), (trunci %b) : i4
//                                                 %z = arith.extui %s : i4 to i8
//
// In three steps. (1) Ops of arith and math on narrow floats work on f32 (f64 where f32 would
// round a second time), with the conversions of narrow_float_arith.c around them. (2) Results
// and operands of the same ops that are narrow integers get casts from and to bytes. Casts
// between a narrow type and i8 stand for a byte that is taken as it is. (3) All other values
// change their types in place, and the casts vanish: ops that only move elements need no rule.
//
// With include-bf16, for devices that lack it, bf16 goes the same way, in two bytes.
//
// The upper bits of a byte are 0 in all that is written, and ignored in what is read. A named
// op of linalg that computes with narrow elements becomes a generic one first.
#include "dialects/arith/arith_ops.h"
#include "dialects/linalg/linalg_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "ir/core/context_internal.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "transforms/convert/narrow_float_arith.h"
#include "transforms/drivers/op_row.h"
#include "transforms/pass/pass.h"

/// The pass at work.
typedef struct expansion {
    mica_context *context;
    micai_op_row computing; ///< ops of arith and math that touch narrow types
    micai_op_row casts;     ///< between narrow types and bytes
    mica_op *refused;
    bool has_bf16; ///< it counts as narrow
    bool any, any_named;
    bool ok;
} expansion;

// ---- types
// -----------------------------------------------------------------------------------

static const mica_type *element_of(const mica_type *type)
{
    return mica_type_is_shaped(type) ? mica_type_element(type) : type;
}

static bool is_narrow_float(const expansion *x, const mica_type *type)
{
    const mica_type *element = element_of(type);
    return mica_type_is_float(element) &&
           (mica_type_bit_width(element) <= 8 ||
            (x->has_bf16 && mica_float_type_kind(element) == MICA_FLOAT_BF16));
}

static bool is_narrow_integer(const expansion *x, const mica_type *type)
{
    (void)x;
    const mica_type *element = element_of(type);
    if (!mica_type_is_integer(element))
        return false;
    const uint32_t width = mica_type_bit_width(element);
    return width > 1 && width < 8;
}

static bool is_narrow(const expansion *x, const mica_type *type)
{
    return is_narrow_float(x, type) || is_narrow_integer(x, type);
}

static const mica_type *like(const mica_type *type, const mica_type *element)
{
    return mica_type_is_shaped(type) ? mica_type_with_element(type, element) : element;
}

static const mica_type *integer_like(const mica_type *type, uint32_t width)
{
    return like(type, mica_integer_type_get(mica_type_context(type), width, MICA_SIGNLESS));
}

static const mica_type *float_like(const mica_type *type, mica_float_kind kind)
{
    return like(type, mica_float_type_get(mica_type_context(type), kind));
}

/// What takes the place of a value's type: bytes for narrow elements, else the type itself.
static const mica_type *stored_type(const expansion *x, const mica_type *type)
{
    if (!is_narrow(x, type))
        return type;
    return integer_like(type, mica_type_bit_width(element_of(type)) > 8 ? 16 : 8);
}

/// The same for the type of a function.
static const mica_type *stored_function(const expansion *x, const mica_type *type)
{
    mica_context *context = mica_type_context(type);
    const size_t inputs = mica_function_type_input_count(type);
    const size_t results = mica_function_type_result_count(type);
    const size_t bytes = (inputs + results + 1) * sizeof(mica_type *);
    const mica_type **types = micai_allocate(&context->allocator, bytes);
    if (!types)
        return NULL;
    for (size_t i = 0; i < inputs; i++)
        types[i] = stored_type(x, mica_function_type_input(type, i));
    for (size_t i = 0; i < results; i++)
        types[inputs + i] = stored_type(x, mica_function_type_result(type, i));
    const mica_type *stored =
        mica_function_type_get(context, types, inputs, types + inputs, results);
    micai_release(&context->allocator, (void *)types, bytes);
    return stored;
}

// ---- what is there
// ---------------------------------------------------------------------------

static bool is_of(const mica_op *op, const char *dialect)
{
    const mica_string name = mica_op_name(op);
    const size_t length = strlen(dialect);
    return name.length > length && name.data[length] == '.' &&
           memcmp(name.data, dialect, length) == 0;
}

/// Computes its results; others hand elements on as they are.
static bool is_computing(const mica_op *op)
{
    return (is_of(op, "arith") || is_of(op, "math")) &&
           !mica_op_is(op, &mica_arith_constant_kind) &&
           !mica_op_is(op, &mica_arith_select_kind);
}

/// Ops that compute with elements although they are of no dialect of arithmetic.
static bool is_refused(const mica_op *op)
{
    static const char *const names[] = {
        "memref.atomic_rmw", "vector.bitcast",         "vector.contract",
        "vector.fma",        "vector.multi_reduction", "vector.outerproduct",
        "vector.print",      "vector.reduction",       "vector.scan"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (mica_string_is(mica_op_name(op), names[i]))
            return true;
    return is_of(op, "llvm") || is_of(op, "spirv");
}

static bool touches(const expansion *x, const mica_op *op,
                    bool (*matches)(const expansion *x, const mica_type *type))
{
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        if (matches(x, mica_value_type(mica_op_operand(op, i))))
            return true;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        if (matches(x, mica_value_type(mica_op_result(op, i))))
            return true;
    return false;
}

static bool has_narrow_arguments(const expansion *x, const mica_op *op)
{
    for (size_t r = 0; r < mica_op_region_count(op); r++)
        mica_for_each_block(block, mica_op_region(op, r))
        {
            for (size_t i = 0; i < mica_block_argument_count(block); i++)
                if (is_narrow(x, mica_value_type(mica_block_argument(block, i))))
                    return true;
        }
    return false;
}

/// Does an attribute name a type that changes? Functions without bodies and globals have no
/// value that does.
static bool has_narrow_attr(const expansion *x, const mica_op *op)
{
    for (size_t i = 0; i < mica_op_slot_count(op); i++) {
        const mica_attr *attr = mica_op_slot(op, i);
        if (!mica_attr_is(attr, MICA_ATTR_TYPE))
            continue;
        const mica_type *type = mica_type_attr_value(attr);
        if (mica_type_get_kind(type) == MICA_TYPE_FUNCTION ? stored_function(x, type) != type
                                                           : is_narrow(x, type))
            return true;
    }
    return false;
}

/// Is the op inside the body of a named op of linalg, which is not written out?
static bool is_in_named(const mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    const mica_structured *structured = parent ? mica_structured_get(parent) : NULL;
    return structured && structured->named;
}

static mica_walk_result find(void *user, mica_op *op)
{
    expansion *x = user;
    const bool is_touched = touches(x, op, is_narrow);
    x->any |= is_touched || has_narrow_arguments(x, op) || has_narrow_attr(x, op);
    if (!is_touched)
        return MICA_WALK_ADVANCE;
    if (is_computing(op)) {
        x->any_named |= is_in_named(op);
        micai_op_row_append(&x->computing, op);
    } else if (is_refused(op) && !x->refused) {
        x->refused = op;
    }
    return MICA_WALK_ADVANCE;
}

// ---- casts to and from bytes
// ------------------------------------------------------------------

static mica_value *cast(expansion *x, mica_builder *builder, mica_value *value,
                        const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "builtin.unrealized_conversion_cast",
                       builder->location);
    mica_op_state_add_operand(&state, value);
    mica_op_state_add_result(&state, type);
    mica_op *op = mica_builder_create(builder, &state);
    if (!op)
        return NULL;
    micai_op_row_append(&x->casts, op);
    return mica_op_result(op, 0);
}

static mica_value *to_byte(expansion *x, mica_builder *builder, mica_value *value)
{
    return cast(x, builder, value, stored_type(x, mica_value_type(value)));
}

static mica_value *only(mica_op *op)
{
    return op ? mica_op_result(op, 0) : NULL;
}

// ---- floats
// ----------------------------------------------------------------------------------

static mica_float_kind kind_of(const mica_type *type)
{
    return mica_float_type_kind(element_of(type));
}

/// A float of any kind as f32 or, when it is wider, as f64; NULL where neither holds it.
static mica_value *widen(expansion *x, mica_builder *builder, mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    if (is_narrow_float(x, type))
        return micai_narrow_float_extend(builder, to_byte(x, builder, value), kind_of(type));
    const mica_float_kind kind = kind_of(type);
    if (kind == MICA_FLOAT_F32 || kind == MICA_FLOAT_F64)
        return value;
    return kind == MICA_FLOAT_F16 || kind == MICA_FLOAT_BF16
               ? only(mica_arith_extf_build(builder, float_like(type, MICA_FLOAT_F32), value,
                                            NULL))
               : NULL;
}

/// An f32 or f64 as a narrow float.
static mica_value *round_to(expansion *x, mica_builder *builder, mica_value *value,
                            const mica_type *type)
{
    mica_value *bits = micai_narrow_float_round(builder, value, kind_of(type));
    return bits ? cast(x, builder, bits, type) : NULL;
}

static bool is_conversion_of_floats(const mica_op *op)
{
    return mica_op_is(op, &mica_arith_extf_kind) || mica_op_is(op, &mica_arith_truncf_kind);
}

/// truncf and extf from or to a narrow float.
static mica_value *convert_float(expansion *x, mica_builder *builder, mica_op *op)
{
    const mica_attr *mode = mica_op_attr(op, "roundingmode");
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    mica_value *value = widen(x, builder, mica_op_operand(op, 0));
    if (!value ||
        (mode && mica_attr_param(mode, 0) != MICA_ARITH_ROUNDING_MODE_TO_NEAREST_EVEN))
        return NULL;
    if (is_narrow_float(x, to))
        return round_to(x, builder, value, to);
    const uint32_t from_width = mica_type_bit_width(element_of(mica_value_type(value)));
    const uint32_t width = mica_type_bit_width(element_of(to));
    if (from_width == width && mica_value_type(value) == to)
        return value;
    return width < from_width ? only(mica_arith_truncf_build(builder, to, value, NULL, NULL))
                              : only(mica_arith_extf_build(builder, to, value, NULL));
}

/// The bits of a float that is not narrow as an integer, or back.
static mica_value *as_type(mica_builder *builder, mica_value *value, const mica_type *type)
{
    return value && mica_value_type(value) != type
               ? only(mica_arith_bitcast_build(builder, type, value))
               : value;
}

/// The same bits: those of a byte that are there.
static mica_value *convert_bits(expansion *x, mica_builder *builder, mica_op *op)
{
    mica_value *value = mica_op_operand(op, 0);
    const mica_type *from = mica_value_type(value),
                    *to = mica_value_type(mica_op_result(op, 0));
    const uint32_t width = mica_type_bit_width(element_of(to));
    if (is_narrow_float(x, from))
        value = to_byte(x, builder, value);
    else if (width < 8)
        value = only(mica_arith_extui_build(builder, integer_like(to, 8), value));
    else
        value = as_type(builder, value, integer_like(to, width));
    if (!value || is_narrow_float(x, to))
        return value ? cast(x, builder, value, to) : NULL;
    return width < 8 ? only(mica_arith_trunci_build(builder, to, value))
                     : as_type(builder, value, to);
}

/// The type that a result is computed in. An integer of more digits than f32 has is first
/// rounded to f64, which keeps all that a narrow float can tell apart.
static const mica_type *computed_type(const expansion *x, const mica_op *op,
                                      const mica_type *type)
{
    if (!is_narrow_float(x, type))
        return type;
    const mica_type *from =
        mica_op_operand_count(op) ? element_of(mica_value_type(mica_op_operand(op, 0))) : type;
    const bool is_long = mica_type_is_integer(from) && mica_type_bit_width(from) > 24;
    return float_like(type, is_long ? MICA_FLOAT_F64 : MICA_FLOAT_F32);
}

/// The op again, on wider operands and with wider results.
static mica_op *repeat(expansion *x, mica_builder *builder, mica_op *op)
{
    mica_op_state state;
    mica_op_state_init_record(&state, x->context, mica_op_get_record(op), mica_op_location(op));
    bool ok = true;
    for (size_t i = 0; i < mica_op_operand_count(op) && ok; i++) {
        mica_value *value = mica_op_operand(op, i);
        if (is_narrow_float(x, mica_value_type(value)))
            value = widen(x, builder, value);
        ok = value != NULL;
        if (ok)
            mica_op_state_add_operand(&state, value);
    }
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        mica_op_state_add_result(&state,
                                 computed_type(x, op, mica_value_type(mica_op_result(op, i))));
    for (size_t i = 0; i < mica_op_slot_count(op); i++)
        mica_op_state_set_slot(&state, i, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        mica_op_state_set_attr_by_name(&state, entry.name, entry.value);
    }
    if (ok)
        return mica_builder_create(builder, &state);
    mica_op_state_discard(&state);
    return NULL;
}

static bool replace_repeated(expansion *x, mica_builder *builder, mica_op *op)
{
    mica_op *made = repeat(x, builder, op);
    for (size_t i = 0; made && i < mica_op_result_count(op); i++) {
        mica_value *value = mica_op_result(made, i);
        const mica_type *type = mica_value_type(mica_op_result(op, i));
        if (is_narrow_float(x, type))
            value = round_to(x, builder, value, type);
        if (!value)
            return false;
        mica_value_replace_all_uses(mica_op_result(op, i), value);
    }
    return made != NULL;
}

/// Constants of the expansion need the shape.
static bool has_open_shape(const expansion *x, const mica_type *type)
{
    (void)x;
    return mica_type_is_tensor(type) && !mica_type_has_static_shape(type);
}

/// Step 1 for one op.
static bool expand_floats(expansion *x, mica_op *op)
{
    if (touches(x, op, has_open_shape))
        return mica_op_error(op, "computes with tensors of narrow floats whose shape is open; "
                                 "linalg.generic does that with elements");
    mica_builder builder = mica_builder_before(op);
    mica_value *value = NULL;
    if (is_conversion_of_floats(op))
        value = convert_float(x, &builder, op);
    else if (mica_op_is(op, &mica_arith_bitcast_kind))
        value = convert_bits(x, &builder, op);
    else if (!replace_repeated(x, &builder, op))
        return mica_op_error(op, "computes with a narrow float in a way that is not supported");
    else {
        mica_op_erase(op);
        return true;
    }
    if (!value)
        return mica_op_error(op, "converts a narrow float in a way that is not supported");
    mica_value_replace_all_uses(mica_op_result(op, 0), value);
    mica_op_erase(op);
    return true;
}

// ---- integers
// --------------------------------------------------------------------------------

/// Step 2: an operand that is stored is cut to its bits.
static bool cut_operands(expansion *x, mica_op *op)
{
    mica_builder builder = mica_builder_before(op);
    for (size_t i = 0; i < mica_op_operand_count(op); i++) {
        mica_value *value = mica_op_operand(op, i);
        const mica_type *type = mica_value_type(value);
        const mica_op *maker = mica_value_op(value);
        if (!is_narrow_integer(x, type) || (maker && is_computing(maker)))
            continue;
        mica_value *byte = to_byte(x, &builder, value);
        mica_value *cut = byte ? only(mica_arith_trunci_build(&builder, type, byte)) : NULL;
        if (!cut)
            return false;
        mica_op_set_operand(op, i, cut);
    }
    return true;
}

static bool is_stored_use(void *user, mica_use *use)
{
    const mica_op *owner = mica_use_owner(use);
    return owner != (const mica_op *)user && !is_computing(owner);
}

/// Step 2: a result that others than computing ops use is stored.
static bool store_results(expansion *x, mica_op *op)
{
    mica_builder builder = mica_builder_after(op);
    for (size_t i = 0; i < mica_op_result_count(op); i++) {
        mica_value *value = mica_op_result(op, i);
        const mica_type *type = mica_value_type(value);
        if (!is_narrow_integer(x, type))
            continue;
        mica_value *byte = only(mica_arith_extui_build(&builder, stored_type(x, type), value));
        mica_value *stored = byte ? cast(x, &builder, byte, type) : NULL;
        if (!stored)
            return false;
        mica_value_replace_uses_if(value, stored, is_stored_use, mica_value_op(byte));
    }
    return true;
}

// ---- the rest
// --------------------------------------------------------------------------------

/// The data of dense elements with the bits above the type's cleared.
static const mica_attr *stored_elements(const mica_attr *attr, const mica_type *from,
                                        const mica_type *to)
{
    if (mica_type_bit_width(mica_type_element(from)) >= 8)
        return mica_dense_elements_attr_reshape(attr, to);
    const unsigned kept = (1u << mica_type_bit_width(mica_type_element(from))) - 1;
    mica_context *context = mica_attr_context(attr);
    size_t size;
    const unsigned char *data = mica_dense_elements_attr_data(attr, &size);
    unsigned char *copy = micai_allocate(&context->allocator, size + 1);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < size; i++)
        copy[i] = (unsigned char)(data[i] & kept);
    const mica_attr *stored =
        mica_dense_elements_attr_get(to, copy, size, mica_dense_elements_attr_is_splat(attr));
    micai_release(&context->allocator, copy, size + 1);
    return stored;
}

/// Types, and values of narrow types; others as they are. NULL when memory is out.
static const mica_attr *stored_attr(const expansion *x, const mica_attr *attr)
{
    if (mica_attr_is(attr, MICA_ATTR_TYPE)) {
        const mica_type *type = mica_type_attr_value(attr);
        type = mica_type_get_kind(type) == MICA_TYPE_FUNCTION ? stored_function(x, type)
                                                              : stored_type(x, type);
        return type ? mica_type_attr_get(type) : NULL;
    }
    const mica_attr_kind kind = mica_attr_get_kind(attr);
    if (kind != MICA_ATTR_INTEGER && kind != MICA_ATTR_FLOAT &&
        kind != MICA_ATTR_DENSE_ELEMENTS && kind != MICA_ATTR_DENSE_RESOURCE)
        return attr;
    const mica_type *from = mica_attr_type(attr), *to = stored_type(x, from);
    uint64_t bits[2] = {0, 0};
    if (from == to)
        return attr;
    if (kind == MICA_ATTR_DENSE_ELEMENTS)
        return stored_elements(attr, from, to);
    if (kind == MICA_ATTR_DENSE_RESOURCE)
        return mica_dense_resource_attr_get(to, mica_dense_resource_attr_key(attr));
    if (kind == MICA_ATTR_FLOAT)
        mica_float_attr_bits(attr, bits);
    else
        bits[0] = (uint64_t)mica_integer_attr_value(attr) &
                  ((UINT64_C(1) << mica_type_bit_width(from)) - 1);
    return mica_integer_attr_get(to, (int64_t)bits[0]);
}

static bool store_attrs(const expansion *x, mica_op *op)
{
    for (size_t i = 0; i < mica_op_slot_count(op); i++) {
        const mica_attr *attr = mica_op_slot(op, i);
        const mica_attr *stored = attr ? stored_attr(x, attr) : NULL;
        if (attr && !stored)
            return false;
        if (stored != attr)
            mica_op_set_slot(op, i, stored);
    }
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        const mica_attr *stored = stored_attr(x, entry.value);
        if (!stored)
            return false;
        if (stored != entry.value)
            mica_op_set_attr_by_name(op, entry.name, stored);
    }
    return true;
}

static void store_value(const expansion *x, mica_value *value)
{
    const mica_type *type = mica_value_type(value);
    const mica_type *stored = stored_type(x, type);
    if (stored && stored != type)
        mica_value_set_type(value, stored);
}

/// Step 3 for one op.
static mica_walk_result store(void *user, mica_op *op)
{
    expansion *x = user;
    for (size_t r = 0; r < mica_op_region_count(op); r++)
        mica_for_each_block(block, mica_op_region(op, r))
        {
            for (size_t i = 0; i < mica_block_argument_count(block); i++)
                store_value(x, mica_block_argument(block, i));
        }
    if (is_computing(op))
        return MICA_WALK_ADVANCE;
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        store_value(x, mica_op_result(op, i));
    x->ok = store_attrs(x, op);
    return x->ok ? MICA_WALK_ADVANCE : MICA_WALK_INTERRUPT;
}

static void drop_casts(expansion *x)
{
    for (size_t i = 0; i < x->casts.count; i++) {
        mica_op *op = x->casts.ops[i];
        mica_value_replace_all_uses(mica_op_result(op, 0), mica_op_operand(op, 0));
        mica_op_erase(op);
    }
}

// ---- the pass
// --------------------------------------------------------------------------------

static void search(expansion *x, mica_op *root)
{
    x->computing.count = 0;
    x->any = x->any_named = false;
    mica_op_walk_pre(root, find, x);
    x->ok = !x->computing.failed;
    if (x->refused)
        x->ok = mica_op_error(x->refused, "can't work on bytes in place of narrow elements");
}

static bool expand(expansion *x, mica_op *root)
{
    bool ok = true;
    for (size_t i = 0; i < x->computing.count && ok; i++)
        if (touches(x, x->computing.ops[i], is_narrow_float))
            ok = expand_floats(x, x->computing.ops[i]);
    if (!ok)
        return false;
    search(x, root); // what step 1 made may have narrow integers
    for (size_t i = 0; i < x->computing.count && ok; i++)
        ok = cut_operands(x, x->computing.ops[i]) && store_results(x, x->computing.ops[i]);
    if (ok)
        mica_op_walk_pre(root, store, x);
    ok = ok && x->ok && !x->casts.failed;
    if (ok)
        drop_casts(x);
    return ok;
}

static bool run_expand_narrow_types(mica_pass_run *run)
{
    mica_op *root = mica_pass_run_op(run);
    expansion x = {.context = mica_pass_run_context(run),
                   .has_bf16 =
                       mica_pass_option_bool(mica_pass_run_options(run), "include-bf16")};
    search(&x, root);
    if (x.ok && x.any_named) {
        x.ok = mica_pass_run_pipeline(
            run, mica_string_from("func.func(linalg-generalize-named-ops)"), root);
        if (x.ok)
            search(&x, root);
    }
    if (x.ok && x.any)
        x.ok = expand(&x, root);
    else if (x.ok)
        mica_pass_run_mark_unchanged(run);
    micai_op_row_free(&x.computing);
    micai_op_row_free(&x.casts);
    return x.ok;
}

static const char *const dependent_dialects[] = {"arith", NULL};

static const mica_option_def options[] = {
    {"include-bf16", MICA_OPTION_BOOL, "Store bf16 as two bytes and compute with f32", NULL,
     NULL},
};

const mica_pass_def mica_pass_expand_narrow_types = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "expand-narrow-types",
    .name = "ExpandNarrowTypes",
    .summary = "Store floats of 8 bits and less and integers of less than 8 bits as bytes",
    .description = "Arithmetic on them is done in types that machines have: floats by integer "
                   "operations around f32, integers cut to their width.",
    .anchor = "builtin.module",
    .options = options,
    .option_count = 1,
    .dependent_dialects = dependent_dialects,
    .run = run_expand_narrow_types,
};
