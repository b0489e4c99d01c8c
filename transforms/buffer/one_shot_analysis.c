// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One-shot analysis: which tensor uses may work in place?
//
// A tensor is a value, a buffer is a place. Working in place is wrong when somebody still reads
// what was there before: a read R of a value defined at D conflicts with a write W to the same
// place when W may happen between D and R. Uses are decided one after the other from the last
// op to the first (what comes last, the write into the result, gets its wish first); a use that
// would make a conflict, or write to what must not be written, is not marked in place and will
// work on a copy.
//
//   %0 = linalg.fill outs(%e)          D
//   %1 = linalg.generic outs(%0)       W   in place: nobody reads %0 afterwards
//   %2 = tensor.extract %0[..]         R   with this line the generic would be out of place
//
// The simpler way, copying at every write, is what this replaces: no copy is left in a matmul
// kernel but those that pack. The rules are those of upstream's one-shot-bufferize
// (mlir/docs/Bufferization.md). Values that may share a place are kept in a union-find
// partition whose members form rings, so that the reads and writes of one place are found by
// walking it.
#include "dialects/bufferization/bufferization_ops.h"
#include "dialects/linalg/linalg_structured.h"
#include "dialects/tensor/tensor_ops.h"
#include "ir/core/affine.h"
#include "ir/core/interfaces.h"
#include "transforms/buffer/bufferize_internal.h"

const char mica_bufferizable_interface = 0;

const mica_bufferizable *micai_bufferizable_of(const mica_op *op)
{
    const mica_bufferizable *model = mica_op_interface(op, &mica_bufferizable_interface);
    if (!model && mica_op_interface(op, &mica_destination_style_interface))
        model = &micai_destination_style_bufferizable;
    return model;
}

/// Calls and returns are ops like any unknown one while functions keep their tensors.
static const mica_bufferizable *model_of(const mica_buffer_analysis *analysis,
                                         const mica_op *op)
{
    const mica_bufferizable *model = micai_bufferizable_of(op);
    return model && model->crosses_functions && !analysis->calls ? NULL : model;
}

bool micai_buffer_use_reads(const mica_buffer_analysis *analysis, mica_use *use)
{
    mica_op *op = mica_use_owner(use);
    const mica_bufferizable *model = model_of(analysis, op);
    return !model || !model->reads || model->reads(analysis, op, use);
}

bool micai_buffer_use_writes(const mica_buffer_analysis *analysis, mica_use *use)
{
    mica_op *op = mica_use_owner(use);
    const mica_bufferizable *model = model_of(analysis, op);
    // Of an op that says nothing everything must be feared.
    return !model || (model->writes && model->writes(analysis, op, use));
}

bool micai_buffer_use_alias(const mica_buffer_analysis *analysis, mica_use *use,
                            mica_buffer_alias *alias)
{
    mica_op *op = mica_use_owner(use);
    const mica_bufferizable *model = model_of(analysis, op);
    return model && model->alias && model->alias(analysis, op, use, alias);
}

// ---- the partitions
// --------------------------------------------------------------------------

static uint32_t node_of(const mica_buffer_analysis *analysis, const mica_value *value)
{
    uint64_t index = UINT32_MAX;
    micai_pointer_map_find(&analysis->node_of, value, &index);
    return (uint32_t)index;
}

static uint32_t alias_root(const mica_buffer_analysis *analysis, uint32_t node)
{
    micai_buffer_node *nodes = analysis->nodes;
    while (nodes[node].alias_parent != node) {
        nodes[node].alias_parent = nodes[nodes[node].alias_parent].alias_parent;
        node = nodes[node].alias_parent;
    }
    return node;
}

static uint32_t equivalent_root(const mica_buffer_analysis *analysis, uint32_t node)
{
    micai_buffer_node *nodes = analysis->nodes;
    while (nodes[node].equivalent_parent != node) {
        nodes[node].equivalent_parent = nodes[nodes[node].equivalent_parent].equivalent_parent;
        node = nodes[node].equivalent_parent;
    }
    return node;
}

static void unite(mica_buffer_analysis *analysis, uint32_t a, uint32_t b, bool equivalent)
{
    micai_buffer_node *nodes = analysis->nodes;
    const uint32_t root_a = alias_root(analysis, a), root_b = alias_root(analysis, b);
    if (root_a != root_b) {
        nodes[root_b].alias_parent = root_a;
        const uint32_t next = nodes[root_a].alias_next; // two rings become one
        nodes[root_a].alias_next = nodes[root_b].alias_next;
        nodes[root_b].alias_next = next;
    }
    if (equivalent)
        nodes[equivalent_root(analysis, b)].equivalent_parent = equivalent_root(analysis, a);
}

static bool add_value(mica_buffer_analysis *analysis, mica_value *value)
{
    if (!micai_is_tensor_value(value))
        return true;
    void *nodes = analysis->nodes;
    const bool room =
        micai_array_reserve(&analysis->context->allocator, &nodes, &analysis->node_capacity,
                            analysis->node_count + 1, sizeof *analysis->nodes);
    analysis->nodes = nodes;
    if (!room || !micai_pointer_map_set(&analysis->node_of, value, analysis->node_count))
        return false;
    const uint32_t index = (uint32_t)analysis->node_count++;
    analysis->nodes[index] = (micai_buffer_node){value, index, index, index};
    return true;
}

// ---- where things stand
// ----------------------------------------------------------------------

static mica_region *region_of_value(const mica_value *value)
{
    return mica_block_region(mica_value_block(value));
}

/// Does the region run more than once for one run of the op that holds it?
static bool is_repetitive(const mica_region *region)
{
    const mica_op *op = mica_region_parent(region);
    return op && mica_op_has_trait(op, MICA_TRAIT_LOOP_LIKE);
}

/// Is `a` over before `b` begins, each time? Ops that hold each other are never in order.
static bool happens_before(const mica_buffer_analysis *analysis, mica_op *a, mica_op *b)
{
    for (; a; a = mica_op_parent(a)) {
        if (mica_op_is_ancestor(a, b))
            return false;
        mica_region *region = mica_op_parent_region(a);
        mica_op *other = region ? mica_region_find_ancestor(region, b) : NULL;
        if (other)
            return mica_op_block(a) == mica_op_block(other)
                       ? mica_op_is_before(a, other)
                       : mica_block_dominates(analysis->dominance, mica_op_block(a),
                                              mica_op_block(other));
    }
    return false;
}

/// Are there branches in `region` that may lead back to the read or the write without passing
/// the definition?
static bool has_blocks_between(mica_region *region, mica_op *read, mica_op *write,
                               const mica_value *definition)
{
    if (!mica_block_next(mica_region_first(region)))
        return false;
    const mica_block *block = mica_value_block(definition);
    const mica_op *reader = mica_region_find_ancestor(region, read);
    const mica_op *writer = mica_region_find_ancestor(region, write);
    return !reader || !writer || mica_op_block(reader) != block ||
           mica_op_block(writer) != block;
}

/// The program order of `read` and `write` says nothing when a loop around both runs again
/// without passing the definition.
static bool order_is_meaningful(mica_op *read, mica_op *write, const mica_value *definition)
{
    const mica_region *defined_in = region_of_value(definition);
    for (mica_region *region = mica_op_parent_region(read); region;) {
        if (mica_region_is_ancestor(region, defined_in))
            return region != defined_in || !has_blocks_between(region, read, write, definition);
        if ((is_repetitive(region) || has_blocks_between(region, read, write, definition)) &&
            mica_region_is_ancestor(region, mica_op_parent_region(write)))
            return false;
        mica_op *parent = mica_region_parent(region);
        region = parent ? mica_op_parent_region(parent) : NULL;
    }
    return true;
}

/// In different regions of an op of which one run takes only one (the branches of scf.if)?
static bool are_exclusive(mica_op *a, mica_op *b)
{
    for (mica_region *region = mica_op_parent_region(a); region;) {
        mica_op *parent = mica_region_parent(region);
        if (!parent)
            return false;
        if (mica_op_is_ancestor(parent, b) && parent != b) {
            mica_region *other = mica_op_parent_region(b);
            while (mica_region_parent(other) != parent)
                other = mica_op_parent_region(mica_region_parent(other));
            return other != region && mica_op_has_trait(parent, MICA_TRAIT_REGION_BRANCH) &&
                   !mica_op_has_trait(parent, MICA_TRAIT_LOOP_LIKE);
        }
        region = mica_op_parent_region(parent);
    }
    return false;
}

// ---- definitions
// -----------------------------------------------------------------------------

/// A value, and the terminator of a branch that it came through (NULL: none, or several).
typedef struct reached_value {
    mica_value *value;
    mica_op *through;
} reached_value;

typedef struct value_list {
    const micai_allocator *allocator;
    reached_value *data;
    size_t count, capacity;
} value_list;

static bool list_add(value_list *list, mica_value *value, mica_op *through)
{
    for (size_t i = 0; i < list->count; ++i) {
        if (list->data[i].value != value)
            continue;
        if (list->data[i].through != through)
            list->data[i].through = NULL;
        return true;
    }
    void *data = list->data;
    const bool room = micai_array_reserve(list->allocator, &data, &list->capacity,
                                          list->count + 1, sizeof(reached_value));
    list->data = data;
    if (room)
        list->data[list->count++] = (reached_value){value, through};
    return room;
}

static void list_free(value_list *list)
{
    micai_release(list->allocator, list->data, list->capacity * sizeof(reached_value));
}

/// Calls `visit` for the uses that `result` may alias: operands of its op, and operands of the
/// terminators of its regions.
static void for_each_source(const mica_buffer_analysis *analysis, mica_value *result,
                            void (*visit)(void *user, mica_use *use), void *user)
{
    mica_op *op = mica_value_op(result);
    mica_buffer_alias alias;
    for (size_t i = 0; i < mica_op_operand_count(op); ++i) {
        mica_use *use = mica_op_operand_use(op, i);
        if (micai_is_tensor_value(mica_use_value(use)) &&
            micai_buffer_use_alias(analysis, use, &alias) && alias.value == result)
            visit(user, use);
    }
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        mica_for_each_block(block, mica_op_region(op, r))
        {
            mica_op *last = mica_block_last(block);
            for (size_t i = 0; last && i < mica_op_operand_count(last); ++i) {
                mica_use *use = mica_op_operand_use(last, i);
                if (micai_is_tensor_value(mica_use_value(use)) &&
                    micai_buffer_use_alias(analysis, use, &alias) && alias.value == result)
                    visit(user, use);
            }
        }
    }
}

typedef struct source_scan {
    const mica_buffer_analysis *analysis;
    value_list *work;
    mica_op *through;   ///< of the value that is looked behind
    mica_value *source; ///< the last one met
    size_t sources;
    bool written;
    bool ok;
} source_scan;

static void scan_writes(void *user, mica_use *use)
{
    source_scan *scan = user;
    ++scan->sources;
    scan->written |= micai_buffer_use_writes(scan->analysis, use);
}

static void scan_values(void *user, mica_use *use)
{
    source_scan *scan = user;
    mica_op *owner = mica_use_owner(use);
    const bool ends_branch = mica_op_has_trait(owner, MICA_TRAIT_TERMINATOR);
    scan->ok &= list_add(scan->work, mica_use_value(use), ends_branch ? owner : scan->through);
}

bool micai_has_undefined_contents(const mica_value *value)
{
    const mica_op *op = mica_value_op(value);
    return mica_op_is(op, &mica_tensor_empty_kind) ||
           (mica_op_is(op, &mica_bufferization_alloc_tensor_kind) &&
            !mica_bufferization_alloc_tensor_copy(op));
}

/// The values whose contents `value` shows: itself where it is written or made, else what it is
/// a view of.
static bool find_definitions(const mica_buffer_analysis *analysis, mica_value *value,
                             value_list *definitions)
{
    value_list work = {definitions->allocator, NULL, 0, 0};
    bool ok = list_add(&work, value, NULL);
    for (size_t i = 0; i < work.count && ok; ++i) {
        mica_value *current = work.data[i].value;
        mica_op *through = work.data[i].through;
        source_scan scan = {
            .analysis = analysis, .work = &work, .through = through, .ok = true};
        if (mica_value_op(current))
            for_each_source(analysis, current, scan_writes, &scan);
        if (scan.sources == 0 || scan.written) {
            // Who reads what is not defined can't be disturbed.
            ok = micai_has_undefined_contents(current) ||
                 list_add(definitions, current, through);
            continue;
        }
        for_each_source(analysis, current, scan_values, &scan);
        ok = scan.ok;
    }
    list_free(&work);
    return ok;
}

// ---- conflicts
// -------------------------------------------------------------------------------

/// Ops that write a slice back: they read the rest of their destination, not the slice itself.
/// `tensor.insert_slice %s into %d[o][s][t]` does not read in %d what a write to
/// `tensor.extract_slice %d[o][s][t]`, the same part, has changed.
static bool is_same_slice_written_back(const mica_buffer_analysis *analysis, mica_use *read,
                                       mica_use *write)
{
    const micai_subset_ops *subset = micai_subset_ops_of(mica_use_owner(read));
    if (!subset)
        return false;
    mica_op *insertion = mica_use_owner(read);
    mica_value *written = mica_use_value(write);
    // Read of the destination, write to the matching slice of an equivalent value.
    if (mica_use_index(read) == subset->destination)
        return micai_subset_is_matching_slice(analysis, written, insertion);
    // Read of the source, write to the destination by the insertion itself, where the source is
    // that very slice: it writes what is there already.
    return mica_use_owner(write) == insertion &&
           micai_subset_is_matching_slice(analysis, mica_use_value(read), insertion);
}

static void note_equivalent_source(void *user, mica_use *use)
{
    source_scan *scan = user;
    mica_buffer_alias alias;
    micai_buffer_use_alias(scan->analysis, use, &alias);
    scan->ok &= alias.is_equivalent;
    scan->sources++;
    scan->source = mica_use_value(use);
}

/// Is `value` the very buffer of `origin`, if it shares it at all: equivalent already, or made
/// from it by ops that work on their destination as a whole?
static bool has_origin(const mica_buffer_analysis *analysis, mica_value *value,
                       const mica_value *origin)
{
    enum { LENGTH_LIMIT = 32 };
    for (size_t i = 0; i < LENGTH_LIMIT; ++i) {
        if (mica_buffer_are_equivalent(analysis, value, origin))
            return true;
        source_scan scan = {.analysis = analysis, .ok = true};
        if (mica_value_op(value))
            for_each_source(analysis, value, note_equivalent_source, &scan);
        if (scan.sources != 1 || !scan.ok)
            return false;
        value = scan.source;
    }
    return false;
}

/// An op that computes each element of a result from the same elements of its operands reads
/// an element before it writes it: `linalg.exp ins(%a) outs(%a)`.
static bool is_elementwise(const mica_buffer_analysis *analysis, mica_use *read,
                           mica_use *write)
{
    mica_op *op = mica_use_owner(read);
    if (op != mica_use_owner(write) || !mica_structured_get(op) ||
        mica_structured_parallel_count(op) != mica_structured_loop_count(op))
        return false;
    const mica_attr *map = mica_structured_map(op, mica_use_index(read));
    return map == mica_structured_map(op, mica_use_index(write)) &&
           mica_affine_map_is_permutation(map) &&
           has_origin(analysis, mica_use_value(read), mica_use_value(write));
}

/// Does the write come between the definition and the read?
static bool is_between(const mica_buffer_analysis *analysis, mica_use *read, mica_use *write,
                       const reached_value *defined)
{
    mica_op *reader = mica_use_owner(read), *writer = mica_use_owner(write);
    mica_value *definition = defined->value;
    if (order_is_meaningful(reader, writer, definition)) {
        // The read is over before the write. One inside of the op that writes is not: loops
        // write to what they carry in each iteration, structured ops element by element.
        if (happens_before(analysis, reader, writer))
            return false;
        // One run takes the way to the read or the way to the write.
        if ((reader != writer && are_exclusive(reader, writer)) ||
            (defined->through && are_exclusive(defined->through, writer)))
            return false;
    }
    mica_op *definer = mica_value_op(definition);
    if (definer && happens_before(analysis, writer, definer))
        return false;
    if (!definer &&
        !mica_region_is_ancestor(region_of_value(definition), mica_op_parent_region(writer)))
        return happens_before(analysis, writer,
                              mica_block_parent_op(mica_value_block(definition)))
                   ? false
                   : !mica_op_is_ancestor(writer,
                                          mica_block_parent_op(mica_value_block(definition)));
    mica_buffer_alias alias;
    return !(micai_buffer_use_alias(analysis, write, &alias) && alias.value == definition);
}

typedef struct conflict_search {
    const mica_buffer_analysis *analysis;
    mica_use **reads, **writes;
    size_t read_count, read_capacity, write_count, write_capacity;
    bool failed;
} conflict_search;

static void push_use(conflict_search *search, mica_use ***list, size_t *count, size_t *capacity,
                     mica_use *use)
{
    void *data = *list;
    if (!micai_array_reserve(&search->analysis->context->allocator, &data, capacity, *count + 1,
                             sizeof(mica_use *)))
        search->failed = true;
    else
        ((mica_use **)data)[(*count)++] = use;
    *list = data;
}

/// Notes the uses of every value that may share the place of `node`. `self` is under decision
/// and taken as in place.
static void collect_uses(conflict_search *search, uint32_t node, const mica_use *self)
{
    const mica_buffer_analysis *analysis = search->analysis;
    uint32_t current = node;
    do {
        mica_for_each_use(use, analysis->nodes[current].value)
        {
            if (micai_buffer_use_reads(analysis, use))
                push_use(search, &search->reads, &search->read_count, &search->read_capacity,
                         use);
            const bool in_place = use == self || mica_buffer_is_in_place(analysis, use);
            if (in_place && micai_buffer_use_writes(analysis, use))
                push_use(search, &search->writes, &search->write_count, &search->write_capacity,
                         use);
        }
        current = analysis->nodes[current].alias_next;
    } while (current != node);
}

static bool read_conflicts(conflict_search *search, mica_use *read)
{
    const mica_buffer_analysis *analysis = search->analysis;
    value_list definitions = {&analysis->context->allocator, NULL, 0, 0};
    if (!find_definitions(analysis, mica_use_value(read), &definitions))
        search->failed = true;
    bool found = false;
    for (size_t w = 0; w < search->write_count && !found; ++w) {
        mica_use *write = search->writes[w];
        if (write == read || is_same_slice_written_back(analysis, read, write) ||
            is_elementwise(analysis, read, write))
            continue;
        for (size_t d = 0; d < definitions.count && !found; ++d)
            found = is_between(analysis, read, write, &definitions.data[d]);
    }
    list_free(&definitions);
    return found;
}

/// {bufferization.writable = false} on the function's argument.
static bool is_declared_read_only(const mica_op *function, const mica_value *argument)
{
    const mica_attr *attrs = mica_function_argument_attrs(function, mica_value_index(argument));
    const mica_attr *writable =
        attrs ? mica_dictionary_attr_find(attrs, mica_string_from("bufferization.writable"))
              : NULL;
    return writable && mica_integer_attr_value(writable) == 0;
}

static bool is_writable(const mica_buffer_analysis *analysis, mica_value *value)
{
    mica_op *op = mica_value_op(value);
    if (!op)
        op = mica_block_parent_op(mica_value_argument_block(value));
    if (!mica_value_op(value) && mica_op_interface(op, &mica_function_like_interface))
        return mica_block_previous(mica_value_argument_block(value)) ||
               (analysis->calls && !is_declared_read_only(op, value));
    const mica_bufferizable *model = model_of(analysis, op);
    return model && (!model->is_writable || model->is_writable(analysis, op, value));
}

/// Is some value in the ring of `node` not to be written?
static bool has_read_only(const mica_buffer_analysis *analysis, uint32_t node)
{
    uint32_t current = node;
    do {
        if (!is_writable(analysis, analysis->nodes[current].value))
            return true;
        current = analysis->nodes[current].alias_next;
    } while (current != node);
    return false;
}

bool micai_buffer_is_read_only(const mica_buffer_analysis *analysis, const mica_value *value)
{
    return has_read_only(analysis, node_of(analysis, value));
}

/// May the use be in place, given all that was decided before?
static bool can_be_in_place(mica_buffer_analysis *analysis, mica_use *use, bool *failed)
{
    conflict_search search = {.analysis = analysis};
    const uint32_t node = node_of(analysis, mica_use_value(use));
    mica_buffer_alias alias;
    collect_uses(&search, node, use);
    uint32_t other = UINT32_MAX;
    if (micai_buffer_use_alias(analysis, use, &alias)) {
        other = node_of(analysis, alias.value);
        if (alias_root(analysis, other) != alias_root(analysis, node))
            collect_uses(&search, other, use);
        else
            other = UINT32_MAX;
    }
    bool conflict = false;
    if (search.write_count) {
        conflict = has_read_only(analysis, node) ||
                   (other != UINT32_MAX && has_read_only(analysis, other));
        for (size_t r = 0; r < search.read_count && !conflict; ++r)
            conflict = read_conflicts(&search, search.reads[r]);
    }
    *failed |= search.failed;
    const micai_allocator *allocator = &analysis->context->allocator;
    micai_release(allocator, search.reads, search.read_capacity * sizeof(mica_use *));
    micai_release(allocator, search.writes, search.write_capacity * sizeof(mica_use *));
    return !conflict;
}

static bool take_in_place(mica_buffer_analysis *analysis, mica_use *use)
{
    mica_buffer_alias alias;
    if (micai_buffer_use_alias(analysis, use, &alias))
        unite(analysis, node_of(analysis, mica_use_value(use)), node_of(analysis, alias.value),
              alias.is_equivalent);
    return micai_pointer_map_set(&analysis->in_place, use, 1);
}

static bool decide(mica_buffer_analysis *analysis, mica_use *use)
{
    mica_op *op = mica_use_owner(use);
    const mica_bufferizable *model = model_of(analysis, op);
    const bool forced = model && model->must_be_in_place && model->must_be_in_place(op, use);
    bool failed = false;
    if (forced || !can_be_in_place(analysis, use, &failed))
        return !failed;
    return take_in_place(analysis, use) && !failed;
}

/// Uses that have no choice come first, so that all other decisions know of them.
static bool decide_forced(mica_buffer_analysis *analysis, mica_use *use)
{
    mica_op *op = mica_use_owner(use);
    const mica_bufferizable *model = model_of(analysis, op);
    return !model || !model->must_be_in_place || !model->must_be_in_place(op, use) ||
           take_in_place(analysis, use);
}

// ---- the walk
// --------------------------------------------------------------------------------

typedef struct op_list {
    mica_buffer_analysis *analysis;
    mica_op **ops;
    size_t count, capacity;
    bool ok;
} op_list;

static mica_walk_result collect_op(void *user, mica_op *op)
{
    op_list *list = user;
    mica_buffer_analysis *analysis = list->analysis;
    void *ops = list->ops;
    list->ok &= micai_array_reserve(&analysis->context->allocator, &ops, &list->capacity,
                                    list->count + 1, sizeof(mica_op *));
    list->ops = ops;
    for (size_t i = 0; list->ok && i < mica_op_result_count(op); ++i)
        list->ok = add_value(analysis, mica_op_result(op, i));
    for (size_t r = 0; r < mica_op_region_count(op); ++r) {
        mica_for_each_block(block, mica_op_region(op, r))
        {
            for (size_t i = 0; list->ok && i < mica_block_argument_count(block); ++i)
                list->ok = add_value(analysis, mica_block_argument(block, i));
        }
    }
    if (!list->ok)
        return MICA_WALK_INTERRUPT;
    list->ops[list->count++] = op;
    return MICA_WALK_ADVANCE;
}

/// Calls `decision` for every tensor use, the last op first.
static void decide_all(op_list *list, bool (*decision)(mica_buffer_analysis *, mica_use *))
{
    for (size_t i = list->count; i-- > 0 && list->ok;) {
        mica_op *op = list->ops[i];
        for (size_t k = 0; k < mica_op_operand_count(op) && list->ok; ++k) {
            mica_use *use = mica_op_operand_use(op, k);
            if (micai_is_tensor_value(mica_use_value(use)))
                list->ok = decision(list->analysis, use);
        }
    }
}

bool micai_buffer_analyse(mica_buffer_analysis *analysis, mica_op *function,
                          const micai_call_graph *calls)
{
    mica_context *context = mica_op_context(function);
    memset(analysis, 0, sizeof *analysis);
    analysis->context = context;
    analysis->node_of = micai_pointer_map_on(&context->allocator);
    analysis->in_place = micai_pointer_map_on(&context->allocator);
    analysis->calls = calls;
    analysis->dominance = mica_dominance_create(context);
    if (!analysis->dominance)
        return false;
    op_list list = {analysis, NULL, 0, 0, true};
    mica_op_walk_pre(function, collect_op, &list);
    decide_all(&list, decide_forced);
    decide_all(&list, decide);
    micai_release(&context->allocator, list.ops, list.capacity * sizeof(mica_op *));
    return list.ok;
}

void micai_buffer_analysis_free(mica_buffer_analysis *analysis)
{
    mica_dominance_destroy(analysis->dominance);
    micai_release(&analysis->context->allocator, analysis->nodes,
                  analysis->node_capacity * sizeof *analysis->nodes);
    micai_pointer_map_free(&analysis->node_of);
    micai_pointer_map_free(&analysis->in_place);
}

bool mica_buffer_is_in_place(const mica_buffer_analysis *analysis, const mica_use *use)
{
    return micai_pointer_map_find(&analysis->in_place, use, NULL);
}

bool mica_buffer_are_equivalent(const mica_buffer_analysis *analysis, const mica_value *a,
                                const mica_value *b)
{
    return a == b || equivalent_root(analysis, node_of(analysis, a)) ==
                         equivalent_root(analysis, node_of(analysis, b));
}

bool mica_buffer_may_alias(const mica_buffer_analysis *analysis, const mica_value *a,
                           const mica_value *b)
{
    return a == b || alias_root(analysis, node_of(analysis, a)) ==
                         alias_root(analysis, node_of(analysis, b));
}

bool mica_buffer_value_is_read(const mica_buffer_analysis *analysis, mica_value *value)
{
    value_list work = {&analysis->context->allocator, NULL, 0, 0};
    bool is_read = !list_add(&work, value, NULL);
    for (size_t i = 0; i < work.count && !is_read; ++i) {
        mica_for_each_use(use, work.data[i].value)
        {
            mica_buffer_alias alias;
            if (micai_buffer_use_reads(analysis, use)) {
                is_read = true;
                break;
            }
            // Only what the use passes on untouched counts: after a write it is another value.
            if (!micai_buffer_use_writes(analysis, use) &&
                micai_buffer_use_alias(analysis, use, &alias))
                is_read |= !list_add(&work, alias.value, NULL);
        }
    }
    list_free(&work);
    return is_read;
}

bool micai_buffer_find_alias(const mica_buffer_analysis *analysis, mica_value *value,
                             bool (*visit)(void *user, mica_value *alias), void *user)
{
    const uint32_t node = node_of(analysis, value);
    uint32_t current = node;
    do {
        if (visit(user, analysis->nodes[current].value))
            return true;
        current = analysis->nodes[current].alias_next;
    } while (current != node);
    return false;
}
