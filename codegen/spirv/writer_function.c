// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions. Blocks become labels and block arguments become phis, whose parents are filled in
// when the predecessors have been written (a block that holds a selection ends under another
// label than its own). The regions of selections and loops are unfolded:
//
//   ops before                        ops before
//   spirv.mlir.loop {                 OpBranch %header
//     Branch ^header                  %header = OpLabel, phis
//   ^header: ... BranchConditional    ... OpLoopMerge %merge %continue, OpBranchConditional
//   ^body: ...                        %body = OpLabel ...
//   ^continue: Branch ^header         %continue = OpLabel ... OpBranch %header
//   ^merge: mlir.merge }              %merge = OpLabel
//   ops after                         ops after
#include <stdlib.h>

#include "codegen/spirv/writer_internal.h"
#include "ir/core/dominance.h"

#define MOST_NESTING 256

static bool is(const mica_op *op, const char *name)
{
    return op && mica_string_is(mica_op_name(op), name);
}

static void put(writer *w, uint32_t opcode, const uint32_t *operands, size_t count)
{
    micai_spirv_writer_put(w, &w->body, opcode, operands, count);
}

static void start_label(writer *w, uint32_t id)
{
    put(w, MICAI_SPIRV_OP_LABEL, &id, 1);
    w->label = id;
}

static void branch(writer *w, uint32_t target)
{
    put(w, MICAI_SPIRV_OP_BRANCH, &target, 1);
}

// ---- phis

// The operand that `terminator` passes to argument `index` of its successor `successor`.
static mica_value *passed(mica_op *terminator, size_t successor, size_t index)
{
    size_t start, count;
    const size_t spec = is(terminator, "spirv.BranchConditional") ? 1 + successor : 0;
    mica_op_operand_range(terminator, spec, &start, &count);
    return index < count ? mica_op_operand(terminator, start + index) : NULL;
}

static bool add_fix(writer *w, size_t at, const mica_op *terminator)
{
    if (w->fix_count == w->fix_capacity) {
        const size_t wanted = w->fix_capacity ? 2 * w->fix_capacity : 16;
        parent_fix *larger = mica_realloc(w->fixes, wanted * sizeof *larger);
        if (!larger)
            return !(w->failed = true);
        w->fixes = larger;
        w->fix_capacity = wanted;
    }
    w->fixes[w->fix_count++] = (parent_fix){at, terminator};
    return true;
}

static bool put_phi(writer *w, mica_block *block, size_t index)
{
    mica_value *argument = mica_block_argument(block, index);
    mica_op *parent = mica_block_parent_op(block);
    const uint32_t type = micai_spirv_writer_type(w, mica_value_type(argument), parent);
    const size_t start = micai_spirv_writer_begin(w, &w->body, MICAI_SPIRV_OP_PHI);
    micai_spirv_writer_word(w, &w->body, type);
    micai_spirv_writer_word(w, &w->body, micai_spirv_writer_value(w, argument));
    for (mica_block_use *use = mica_block_first_use(block); use;
         use = mica_block_use_next(use)) {
        mica_op *terminator = mica_block_use_owner(use);
        mica_value *value = passed(terminator, mica_block_use_index(use), index);
        if (!value)
            return mica_op_error(terminator, "passes too few operands to its successor");
        if (mica_op_successor_count(terminator) == 2 &&
            mica_op_successor(terminator, 0) == mica_op_successor(terminator, 1)) {
            if (passed(terminator, 0, index) != passed(terminator, 1, index))
                return mica_op_error(terminator,
                                     "passes different operands to one block twice, "
                                     "which OpPhi can't say");
            if (mica_block_use_index(use) == 1)
                continue;
        }
        micai_spirv_writer_word(w, &w->body, micai_spirv_writer_value(w, value));
        add_fix(w, w->body.count, terminator);
        micai_spirv_writer_word(w, &w->body, 0);
    }
    micai_spirv_writer_end(w, &w->body, start);
    return type != 0;
}

static bool put_phis(writer *w, mica_block *block)
{
    for (size_t i = 0; i < mica_block_argument_count(block); ++i)
        if (!put_phi(w, block, i))
            return false;
    return true;
}

static void fix_parents(writer *w)
{
    for (size_t i = 0; i < w->fix_count; ++i)
        w->body.data[w->fixes[i].at] =
            micai_spirv_writer_find(&w->terminator_labels, w->fixes[i].terminator, NULL);
    w->fix_count = 0;
}

// ---- terminators

static void note_end(writer *w, mica_op *terminator)
{
    micai_spirv_writer_note(w, &w->terminator_labels, terminator, NULL, w->label);
}

static void put_conditional(writer *w, mica_op *op)
{
    const mica_attr *weights = mica_op_attr(op, "branch_weights");
    uint32_t operands[5] = {micai_spirv_writer_value(w, mica_op_operand(op, 0)),
                            micai_spirv_writer_block(w, mica_op_successor(op, 0)),
                            micai_spirv_writer_block(w, mica_op_successor(op, 1))};
    for (size_t i = 0; weights && i < 2; ++i)
        operands[3 + i] =
            (uint32_t)mica_integer_attr_value(mica_array_attr_element(weights, i));
    put(w, MICAI_SPIRV_OP_BRANCH_CONDITIONAL, operands, weights ? 5 : 3);
}

// ---- ops

static bool put_block_ops(writer *w, mica_block *block, const uint32_t *merge,
                          size_t merge_count);
static bool put_structured(writer *w, mica_op *op);

static bool put_variable(writer *w, mica_op *op)
{
    mica_value *result = mica_op_result(op, 0);
    const uint32_t id = micai_spirv_writer_value(w, result);
    uint32_t operands[4] = {micai_spirv_writer_type(w, mica_value_type(result), op), id,
                            mica_spirv_enum_attr_value(mica_op_attr(op, "storage_class"))};
    const bool initialized = mica_op_operand_count(op) != 0;
    if (initialized)
        operands[3] = micai_spirv_writer_value(w, mica_op_operand(op, 0));
    micai_spirv_writer_put(w, &w->variables, MICAI_SPIRV_OP_VARIABLE, operands,
                           initialized ? 4 : 3);
    micai_spirv_writer_decorate(w, op, id);
    return operands[0] != 0;
}

static bool put_call(writer *w, mica_op *op)
{
    const bool has_result = mica_op_result_count(op) != 0;
    const uint32_t type =
        has_result ? micai_spirv_writer_type(w, mica_value_type(mica_op_result(op, 0)), op)
                   : micai_spirv_writer_void(w);
    const uint32_t id = has_result ? micai_spirv_writer_value(w, mica_op_result(op, 0))
                                   : micai_spirv_writer_new_id(w);
    const mica_string callee = mica_symbol_ref_attr_root(mica_op_attr(op, "callee"));
    const size_t start = micai_spirv_writer_begin(w, &w->body, MICAI_SPIRV_OP_FUNCTION_CALL);
    micai_spirv_writer_word(w, &w->body, type);
    micai_spirv_writer_word(w, &w->body, id);
    micai_spirv_writer_word(w, &w->body, micai_spirv_writer_symbol(w, callee));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        micai_spirv_writer_word(w, &w->body,
                                micai_spirv_writer_value(w, mica_op_operand(op, i)));
    micai_spirv_writer_end(w, &w->body, start);
    return type != 0;
}

static bool put_undef(writer *w, mica_op *op)
{
    const uint32_t operands[] = {
        micai_spirv_writer_type(w, mica_value_type(mica_op_result(op, 0)), op),
        micai_spirv_writer_value(w, mica_op_result(op, 0))};
    put(w, MICAI_SPIRV_OP_UNDEF, operands, 2);
    return operands[0] != 0;
}

static bool put_constant(writer *w, mica_op *op)
{
    mica_value *result = mica_op_result(op, 0);
    const uint32_t id =
        micai_spirv_writer_constant(w, mica_op_attr(op, "value"), mica_value_type(result), op);
    return id && micai_spirv_writer_note(w, &w->ids, result, NULL, id);
}

static bool put_reference(writer *w, mica_op *op, const char *attr)
{
    const mica_string name = mica_symbol_ref_attr_root(mica_op_attr(op, attr));
    return micai_spirv_writer_note(w, &w->ids, mica_op_result(op, 0), NULL,
                                   micai_spirv_writer_symbol(w, name));
}

static bool put_op(writer *w, mica_op *op)
{
    if (is(op, "spirv.Constant"))
        return put_constant(w, op);
    if (is(op, "spirv.mlir.addressof"))
        return put_reference(w, op, "variable");
    if (is(op, "spirv.mlir.referenceof"))
        return put_reference(w, op, "spec_const");
    if (is(op, "spirv.Variable"))
        return put_variable(w, op);
    if (is(op, "spirv.FunctionCall"))
        return put_call(w, op);
    if (is(op, "spirv.Undef"))
        return put_undef(w, op);
    if (is(op, "spirv.SpecConstantOperation"))
        return micai_spirv_writer_spec_operation(w, op);
    if (is(op, "spirv.mlir.selection") || is(op, "spirv.mlir.loop"))
        return put_structured(w, op);
    if (is(op, "spirv.Branch")) {
        note_end(w, op);
        branch(w, micai_spirv_writer_block(w, mica_op_successor(op, 0)));
        return true;
    }
    if (is(op, "spirv.BranchConditional")) {
        note_end(w, op);
        put_conditional(w, op);
        return true;
    }
    return micai_spirv_writer_op(w, &w->body, op);
}

static bool has_structured_op(const mica_block *block)
{
    mica_for_each_op(op, block) if (is(op, "spirv.mlir.selection") ||
                                    is(op, "spirv.mlir.loop")) return true;
    return false;
}

// The block's ops under the label that is open; `merge` is a merge instruction (opcode and
// operands) that goes before the terminator.
static bool put_block_ops(writer *w, mica_block *block, const uint32_t *merge,
                          size_t merge_count)
{
    bool written = true;
    mica_for_each_op(op, block)
    {
        if (merge && op == mica_block_last(block))
            put(w, merge[0], merge + 1, merge_count - 1);
        written &= put_op(w, op);
    }
    return written;
}

// ---- structured control flow

// Blocks between the header and the merge block, in an order where dominators come first; the
// continue target of a loop last.
static bool put_inner_blocks(writer *w, mica_region *region, const mica_block *header,
                             const mica_block *last)
{
    mica_dominance *dominance = mica_dominance_create(w->context);
    size_t count = 0;
    mica_block *const *order =
        dominance ? mica_dominance_order(dominance, region, &count) : NULL;
    bool written = order != NULL;
    for (size_t pass = 0; written && pass < 2; ++pass) {
        for (size_t i = 0; i < count && written; ++i) {
            mica_block *block = order[i];
            if (block == header || block == mica_region_first(region) ||
                block == mica_region_last(region) || (block == last) != (pass == 1))
                continue;
            start_label(w, micai_spirv_writer_block(w, block));
            written = put_phis(w, block) && put_block_ops(w, block, NULL, 0);
        }
    }
    mica_dominance_destroy(dominance);
    return written;
}

static bool put_selection(writer *w, mica_op *op, mica_region *region)
{
    mica_block *header = mica_region_first(region);
    const uint32_t merge = micai_spirv_writer_block(w, mica_region_last(region));
    const uint32_t instruction[] = {
        MICAI_SPIRV_OP_SELECTION_MERGE, merge,
        mica_spirv_enum_attr_value(mica_op_attr(op, "selection_control"))};
    branch(w, micai_spirv_writer_block(w, header));
    start_label(w, micai_spirv_writer_block(w, header));
    // A header that does not choose needs no merge.
    const bool chooses = mica_op_successor_count(mica_block_last(header)) > 1;
    return put_block_ops(w, header, chooses ? instruction : NULL, 3) &&
           put_inner_blocks(w, region, header, NULL);
}

static bool put_loop(writer *w, mica_op *op, mica_region *region)
{
    mica_block *entry = mica_region_first(region);
    mica_block *header = mica_block_next(entry);
    mica_block *latch = mica_block_previous(mica_region_last(region));
    const uint32_t instruction[] = {
        MICAI_SPIRV_OP_LOOP_MERGE, micai_spirv_writer_block(w, mica_region_last(region)),
        micai_spirv_writer_block(w, latch),
        mica_spirv_enum_attr_value(mica_op_attr(op, "loop_control"))};
    if (!put_block_ops(w, entry, NULL, 0))
        return false;
    start_label(w, micai_spirv_writer_block(w, header));
    if (!put_phis(w, header))
        return false;
    // The merge instruction must stand in the block that the back edge enters.
    const bool split = has_structured_op(header);
    if (split) {
        const uint32_t rest = micai_spirv_writer_new_id(w);
        put(w, instruction[0], instruction + 1, 3);
        branch(w, rest);
        start_label(w, rest);
    }
    return put_block_ops(w, header, split ? NULL : instruction, 4) &&
           put_inner_blocks(w, region, header, latch);
}

static bool put_structured(writer *w, mica_op *op)
{
    mica_region *region = mica_op_region(op, 0);
    if (mica_region_is_empty(region))
        return true;
    if (++w->depth > MOST_NESTING)
        return mica_op_error(op, "is nested deeper than %d levels", MOST_NESTING);
    const bool written =
        is(op, "spirv.mlir.loop") ? put_loop(w, op, region) : put_selection(w, op, region);
    --w->depth;
    mica_block *merge = mica_region_last(region);
    start_label(w, micai_spirv_writer_block(w, merge));
    return written && put_phis(w, merge);
}

// ---- functions

static void append(writer *w, const words *from)
{
    for (size_t i = 0; i < from->count; ++i)
        micai_spirv_writer_word(w, &w->functions, from->data[i]);
}

static bool put_body(writer *w, mica_region *region)
{
    mica_block *entry = mica_region_first(region);
    uint32_t entry_id = micai_spirv_writer_block(w, entry);
    w->label = entry_id;
    w->body.count = w->variables.count = 0;
    bool written = put_block_ops(w, entry, NULL, 0) && put_inner_blocks(w, region, entry, NULL);
    if (written && mica_region_last(region) != entry) {
        start_label(w, micai_spirv_writer_block(w, mica_region_last(region)));
        written = put_phis(w, mica_region_last(region)) &&
                  put_block_ops(w, mica_region_last(region), NULL, 0);
    }
    fix_parents(w);
    micai_spirv_writer_put(w, &w->functions, MICAI_SPIRV_OP_LABEL, &entry_id, 1);
    append(w, &w->variables);
    append(w, &w->body);
    return written;
}

static void put_parameters(writer *w, mica_op *function, const mica_type *type)
{
    mica_block *entry = mica_region_first(mica_op_region(function, 0));
    for (size_t i = 0; i < mica_function_type_input_count(type); ++i) {
        const uint32_t operands[] = {
            micai_spirv_writer_type(w, mica_function_type_input(type, i), function),
            entry ? micai_spirv_writer_value(w, mica_block_argument(entry, i))
                  : micai_spirv_writer_new_id(w)};
        micai_spirv_writer_put(w, &w->functions, MICAI_SPIRV_OP_FUNCTION_PARAMETER, operands,
                               2);
    }
}

bool micai_spirv_writer_function(writer *w, mica_op *function)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(function, "function_type"));
    const mica_string name = mica_string_attr_text(mica_op_attr(function, "sym_name"));
    const uint32_t id = micai_spirv_writer_symbol(w, name);
    const uint32_t type_id = micai_spirv_writer_function_type(w, type, function);
    const uint32_t operands[] = {
        mica_function_type_result_count(type)
            ? micai_spirv_writer_type(w, mica_function_type_result(type, 0), function)
            : micai_spirv_writer_void(w),
        id, mica_spirv_enum_attr_value(mica_op_attr(function, "function_control")), type_id};
    micai_spirv_writer_put(w, &w->functions, MICAI_SPIRV_OP_FUNCTION, operands, 4);
    put_parameters(w, function, type);
    const bool written = mica_region_is_empty(mica_op_region(function, 0)) ||
                         put_body(w, mica_op_region(function, 0));
    micai_spirv_writer_put(w, &w->functions, MICAI_SPIRV_OP_FUNCTION_END, NULL, 0);
    micai_spirv_writer_decorate(w, function, id);
    return written && !w->failed;
}
