// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Equivalence of ops: field by field, and for regions a walk of both in step, in which values
// defined inside of the one stand for those of the other.
#include "transforms/cleanup/op_equivalence_internal.h"

#include "ir/core/definition.h"
#include "ir/support/hash_internal.h"
#include "ir/support/pointer_map_internal.h"

enum {
    DEEPEST_REGION = 8,
    MOST_COMMUTED = 8, ///< operands of commutative ops that are compared in any order
};

static uint64_t hash_pointer(uint64_t hash, const void *pointer)
{
    return micai_hash_step(hash, (uint64_t)(uintptr_t)pointer);
}

/// Blobs of equal contents have one address of bytes, not of attributes.
static uint64_t hash_attr(uint64_t hash, const mica_attr *attr)
{
    if (attr && mica_attr_is_blob(attr)) {
        size_t size;
        return hash_pointer(hash, mica_dense_elements_attr_data(attr, &size));
    }
    return hash_pointer(hash, attr);
}

static uint64_t hash_operands(uint64_t hash, const mica_op *op)
{
    const size_t count = mica_op_operand_count(op);
    if (!mica_op_has_trait(op, MICA_TRAIT_COMMUTATIVE)) {
        for (size_t i = 0; i < count; i++)
            hash = hash_pointer(hash, mica_op_operand(op, i));
        return hash;
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += hash_pointer(0, mica_op_operand(op, i));
    return micai_hash_step(hash, sum);
}

uint64_t micai_op_hash(const mica_op *op)
{
    uint64_t hash = hash_operands(hash_pointer(0, mica_op_get_record(op)), op);
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        hash = hash_pointer(hash, mica_value_type(mica_op_result(op, i)));
    for (size_t i = 0; i < mica_op_slot_count(op); i++)
        hash = hash_attr(hash, mica_op_slot(op, i));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr entry = mica_op_attr_entry(op, i);
        hash = hash_attr(hash_pointer(hash, entry.name), entry.value);
    }
    return hash;
}

static bool attrs_equal(const mica_op *a, const mica_op *b)
{
    if (mica_op_attr_count(a) != mica_op_attr_count(b))
        return false;
    for (size_t i = 0; i < mica_op_slot_count(a); i++)
        if (!mica_attr_equal(mica_op_slot(a, i), mica_op_slot(b, i)))
            return false;
    for (size_t i = 0; i < mica_op_attr_count(a); i++) {
        const mica_named_attr left = mica_op_attr_entry(a, i);
        const mica_named_attr right = mica_op_attr_entry(b, i);
        if (left.name != right.name || !mica_attr_equal(left.value, right.value))
            return false;
    }
    return true;
}

/// What stands for a value of the left op in the right one. `same` may be NULL.
static const mica_value *counterpart(const micai_pointer_map *same, const mica_value *value)
{
    const mica_value *other = same ? micai_pointer_map_get(same, value) : NULL;
    return other ? other : value;
}

static bool is_permutation(const micai_pointer_map *same, const mica_op *a, const mica_op *b)
{
    const size_t count = mica_op_operand_count(a);
    bool taken[MOST_COMMUTED] = {false};
    if (count > MOST_COMMUTED)
        return false;
    for (size_t i = 0; i < count; i++) {
        const mica_value *wanted = counterpart(same, mica_op_operand(a, i));
        size_t k = 0;
        while (k < count && (taken[k] || mica_op_operand(b, k) != wanted))
            k++;
        if (k == count)
            return false;
        taken[k] = true;
    }
    return true;
}

static bool operands_equal(const micai_pointer_map *same, const mica_op *a, const mica_op *b)
{
    const size_t count = mica_op_operand_count(a);
    if (count != mica_op_operand_count(b))
        return false;
    size_t i = 0;
    while (i < count && counterpart(same, mica_op_operand(a, i)) == mica_op_operand(b, i))
        i++;
    return i == count ||
           (mica_op_has_trait(a, MICA_TRAIT_COMMUTATIVE) && is_permutation(same, a, b));
}

static bool fields_equal(const micai_pointer_map *same, const mica_op *a, const mica_op *b)
{
    if (mica_op_get_record(a) != mica_op_get_record(b) ||
        mica_op_result_count(a) != mica_op_result_count(b) ||
        mica_op_region_count(a) != mica_op_region_count(b) ||
        mica_op_successor_count(a) != mica_op_successor_count(b))
        return false;
    for (size_t i = 0; i < mica_op_successor_count(a); i++)
        if (mica_op_successor(a, i) != mica_op_successor(b, i))
            return false;
    for (size_t i = 0; i < mica_op_result_count(a); i++)
        if (mica_value_type(mica_op_result(a, i)) != mica_value_type(mica_op_result(b, i)))
            return false;
    return attrs_equal(a, b) && operands_equal(same, a, b);
}

static bool pair_arguments(micai_pointer_map *same, const mica_block *a, const mica_block *b)
{
    const size_t count = mica_block_argument_count(a);
    if (count != mica_block_argument_count(b))
        return false;
    for (size_t i = 0; i < count; i++) {
        const mica_value *left = mica_block_argument(a, i);
        const mica_value *right = mica_block_argument(b, i);
        if (mica_value_type(left) != mica_value_type(right) ||
            !micai_pointer_map_put(same, left, right))
            return false;
    }
    return true;
}

static bool regions_equal(micai_pointer_map *same, mica_op *a, mica_op *b, int depth);

static bool nested_ops_equal(micai_pointer_map *same, mica_op *a, mica_op *b, int depth)
{
    if (!fields_equal(same, a, b) || !regions_equal(same, a, b, depth + 1))
        return false;
    for (size_t i = 0; i < mica_op_result_count(a); i++)
        if (!micai_pointer_map_put(same, mica_op_result(a, i), mica_op_result(b, i)))
            return false;
    return true;
}

static bool blocks_equal(micai_pointer_map *same, const mica_block *a, const mica_block *b,
                         int depth)
{
    if (!pair_arguments(same, a, b))
        return false;
    mica_op *left = mica_block_first(a);
    mica_op *right = mica_block_first(b);
    while (left && right && nested_ops_equal(same, left, right, depth)) {
        left = mica_op_next(left);
        right = mica_op_next(right);
    }
    return !left && !right;
}

/// Regions of one block each.
static bool regions_equal(micai_pointer_map *same, mica_op *a, mica_op *b, int depth)
{
    if (mica_op_region_count(a) == 0)
        return true;
    if (depth > DEEPEST_REGION)
        return false;
    for (size_t i = 0; i < mica_op_region_count(a); i++) {
        const mica_region *left = mica_op_region(a, i);
        const mica_region *right = mica_op_region(b, i);
        if (mica_region_is_empty(left) && mica_region_is_empty(right))
            continue;
        if (!mica_region_has_one_block(left) || !mica_region_has_one_block(right) ||
            !blocks_equal(same, mica_region_first(left), mica_region_first(right), depth))
            return false;
    }
    return true;
}

bool micai_blocks_equivalent(const micai_allocator *allocator, const mica_block *a,
                             const mica_block *b)
{
    micai_pointer_map same = micai_pointer_map_on(allocator);
    const bool equal = blocks_equal(&same, a, b, 0);
    micai_pointer_map_free(&same);
    return equal;
}

bool micai_ops_equivalent(const micai_allocator *allocator, mica_op *a, mica_op *b)
{
    if (!fields_equal(NULL, a, b))
        return false;
    if (mica_op_region_count(a) == 0)
        return true;
    micai_pointer_map same = micai_pointer_map_on(allocator);
    const bool equal = regions_equal(&same, a, b, 0);
    micai_pointer_map_free(&same);
    return equal;
}
