// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Slices that are taken out, changed and written back to where they came from:
//
//   %s = tensor.extract_slice %d[%i] [4] [1]
//   %t = linalg.fill outs(%s)
//   %r = tensor.insert_slice %t into %d[%i] [4] [1]
//
// Here the insertion does not read the part of %d that the fill changes, and nothing is copied.
#include "dialects/tensor/tensor_ops.h"
#include "transforms/buffer/one_shot_analysis_internal.h"

static const micai_subset_ops insertions[] = {
    {&mica_tensor_insert_slice_kind, 0, 1},
    {&mica_tensor_parallel_insert_slice_kind, 0, 1},
};

const micai_subset_ops *micai_subset_ops_of(const mica_op *op)
{
    for (size_t i = 0; i < sizeof insertions / sizeof *insertions; ++i) {
        if (mica_op_is(op, insertions[i].op))
            return &insertions[i];
    }
    return NULL;
}

/// The first operand after source and destination: offsets, sizes and strides.
enum { EXTRACT_FIRST = 1, INSERT_FIRST = 2 };

static bool same_positions(const mica_op *extraction, const mica_op *insertion)
{
    static const char *const statics[] = {"static_offsets", "static_sizes", "static_strides"};
    for (size_t i = 0; i < 3; ++i) {
        if (mica_op_attr(extraction, statics[i]) != mica_op_attr(insertion, statics[i]))
            return false;
    }
    const size_t count = mica_op_operand_count(extraction) - EXTRACT_FIRST;
    if (mica_op_operand_count(insertion) - INSERT_FIRST != count)
        return false;
    for (size_t i = 0; i < count; ++i) {
        if (mica_op_operand(extraction, EXTRACT_FIRST + i) !=
            mica_op_operand(insertion, INSERT_FIRST + i))
            return false;
    }
    return true;
}

typedef struct slice_search {
    const mica_buffer_analysis *analysis;
    mica_value *value;
    mica_op *insertion;
    mica_value *destination;
    bool must_share; ///< the extraction, decided already, must not have made a copy
} slice_search;

static bool is_the_slice(void *user, mica_value *alias)
{
    const slice_search *search = user;
    const mica_op *op = mica_value_op(alias);
    return mica_op_is(op, &mica_tensor_extract_slice_kind) &&
           same_positions(op, search->insertion) &&
           (!search->must_share ||
            mica_buffer_is_in_place(search->analysis, mica_op_operand_use(op, 0))) &&
           mica_buffer_are_equivalent(search->analysis, alias, search->value) &&
           mica_buffer_are_equivalent(search->analysis, mica_op_operand(op, 0),
                                      search->destination);
}

static bool find_slice(const mica_buffer_analysis *analysis, mica_value *value,
                       mica_op *insertion, bool must_share)
{
    const micai_subset_ops *subset = micai_subset_ops_of(insertion);
    slice_search search = {analysis, value, insertion,
                           mica_op_operand(insertion, subset->destination), must_share};
    return micai_buffer_find_alias(analysis, value, is_the_slice, &search);
}

bool micai_subset_is_matching_slice(const mica_buffer_analysis *analysis, mica_value *value,
                                    mica_op *insertion)
{
    return find_slice(analysis, value, insertion, false);
}

bool micai_subset_is_written_in_place(const mica_buffer_analysis *analysis, mica_value *value,
                                      mica_op *insertion)
{
    return find_slice(analysis, value, insertion, true);
}
