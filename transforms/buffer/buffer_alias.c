// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See buffer_alias.h.
#include "transforms/buffer/buffer_alias.h"

#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/side_effects.h"

// ---- buffers

static bool is_buffer(const mica_value *value)
{
    return mica_type_is_memref(mica_value_type(value));
}

/// What a view looks at; NULL: the op is none.
static mica_value *source_of(mica_op *op)
{
    const mica_view_like *view = mica_op_interface(op, &mica_view_like_interface);
    if (view)
        return view->source(op);
    // memref.transpose, memref.cast: of no interface, but free of effects with one buffer.
    if (mica_op_region_count(op) || mica_op_operand_count(op) != 1 ||
        !mica_op_is_memory_effect_free(op) || !is_buffer(mica_op_operand(op, 0)))
        return NULL;
    return mica_op_operand(op, 0);
}

mica_value *micai_buffer_source(mica_value *memref)
{
    mica_op *op = mica_value_op(memref);
    return op ? source_of(op) : NULL;
}

mica_value *micai_buffer_root(mica_value *memref)
{
    for (mica_value *source; (source = micai_buffer_source(memref)) != NULL;)
        memref = source;
    return memref;
}

typedef enum root_kind { ALLOCATION, CONSTANT_GLOBAL, GLOBAL, ARGUMENT, OTHER } root_kind;

static root_kind kind_of(const mica_value *root)
{
    mica_op *op = mica_value_op(root);
    if (!op) {
        mica_op *parent = mica_block_parent_op(mica_value_argument_block(root));
        const bool is_function = parent &&
                                 mica_op_interface(parent, &mica_function_like_interface) &&
                                 mica_block_is_entry(mica_value_argument_block(root));
        return is_function ? ARGUMENT : OTHER;
    }
    const mica_string name = mica_op_name(op);
    if (mica_string_is(name, "memref.alloc") || mica_string_is(name, "memref.alloca"))
        return ALLOCATION;
    if (!mica_string_is(name, "memref.get_global"))
        return OTHER;
    const mica_op *global = mica_symbol_resolve(op, mica_op_attr(op, "name"));
    return global && mica_op_attr(global, "constant") ? CONSTANT_GLOBAL : GLOBAL;
}

bool micai_buffers_may_alias(mica_value *a, mica_value *b)
{
    a = micai_buffer_root(a);
    b = micai_buffer_root(b);
    if (a == b)
        return true;
    const root_kind x = kind_of(a), y = kind_of(b);
    const bool is_global = x == GLOBAL || x == CONSTANT_GLOBAL;
    if (is_global && (y == GLOBAL || y == CONSTANT_GLOBAL))
        return mica_op_attr(mica_value_op(a), "name") == mica_op_attr(mica_value_op(b), "name");
    if (x == OTHER || y == OTHER)
        return true;
    return x != ALLOCATION && y != ALLOCATION && x != CONSTANT_GLOBAL && y != CONSTANT_GLOBAL;
}

// ---- elements

bool micai_element_access_get(mica_op *op, micai_element_access *access)
{
    const mica_string name = mica_op_name(op);
    const bool is_load = mica_string_is(name, "memref.load");
    if (!is_load && !mica_string_is(name, "memref.store"))
        return false;
    const size_t memref = is_load ? 0 : 1;
    *access = (micai_element_access){.op = op,
                                     .memref = mica_op_operand(op, memref),
                                     .first_index = memref + 1,
                                     .rank = mica_op_operand_count(op) - memref - 1,
                                     .is_store = !is_load};
    return true;
}

mica_value *micai_element_index(const micai_element_access *access, size_t dimension)
{
    return mica_op_operand(access->op, access->first_index + dimension);
}

bool micai_same_index(const mica_value *a, const mica_value *b)
{
    int64_t x, y;
    return a == b ||
           (mica_value_constant_int(a, &x) && mica_value_constant_int(b, &y) && x == y);
}

bool micai_same_element(const micai_element_access *a, const micai_element_access *b)
{
    if (a->memref != b->memref || a->rank != b->rank)
        return false;
    for (size_t i = 0; i < a->rank; ++i)
        if (!micai_same_index(micai_element_index(a, i), micai_element_index(b, i)))
            return false;
    return true;
}

micai_access_kind micai_access_of(mica_op *op, micai_element_access *access)
{
    if (micai_element_access_get(op, access))
        return MICAI_ACCESS_ELEMENT;
    if (mica_op_has_trait(op, MICA_TRAIT_RECURSIVE_MEMORY_EFFECTS) ||
        mica_op_has_trait(op, MICA_TRAIT_TERMINATOR))
        return MICAI_ACCESS_NONE;
    return mica_op_is_memory_effect_free(op) ? MICAI_ACCESS_NONE : MICAI_ACCESS_UNKNOWN;
}
