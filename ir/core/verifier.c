// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verifier's walk. One pass over an op and all nested, on an explicit stack of frames, one
// for each op with regions on the way down:
//
//   enter op: its own checks -> body: blocks, their ops -> isolated nested ops, each a scope of
//   its own -> exit op: checks about regions -> (scope only) dominance fault found in the body
//
// While it goes through a body, the walk knows for each region on the way which op of it is
// being entered. A use of an outer value is judged by that, in constant time; climbing from the
// use to the definition would be quadratic in deep nests. Faults of dominance and isolation are
// only noted in passing and reported at the end of their scope, the outermost first, because
// other faults come first.
#include "ir/core/verifier.h"

#include "ir/core/dominance.h"
#include "ir/core/interfaces.h"
#include "ir/core/verifier_internal.h"
#include "ir/text/text.h"

typedef enum frame_phase { FRAME_BODY, FRAME_ISOLATED, FRAME_EXIT } frame_phase;

typedef struct frame {
    mica_op *op;
    mica_region *region; ///< that is walked now
    mica_block *block;
    mica_op *cursor;  ///< the op of `block` that comes next
    mica_op *entered; ///< the op of `block` whose regions are walked now
    frame_phase phase;
    bool is_scope;
    bool has_isolated; ///< an isolated op with regions was passed
    bool is_graph, is_reachable;
} frame;

/// A use that breaks a rule, as seen in passing.
typedef struct fault {
    mica_use *use;
    size_t depth; ///< of the frame that holds it; faults further out are reported first
} fault;

typedef struct scope {
    size_t first_frame;
    fault dominance, isolation;
    bool child_failed;
} scope;

typedef struct verifier {
    mica_context *context;
    const micai_allocator *allocator;
    frame *frames;
    size_t frame_count, frame_capacity;
    scope *scopes;
    size_t scope_count, scope_capacity;
    micai_pointer_map regions; ///< regions on the way -> index of their frame
    mica_dominance *dominance;
    micai_verified_shapes *shapes; ///< NULL: out of memory, nothing is remembered
} verifier;

// ---- one op
// ----------------------------------------------------------------------------------

static bool verify_discardable_attrs(mica_op *op)
{
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr attr = mica_op_attr_entry(op, i);
        const mica_string name = mica_identifier_text(attr.name);
        const char *dot = memchr(name.data, '.', name.length);
        const mica_string prefix = {name.data, dot ? (size_t)(dot - name.data) : 0};
        const mica_dialect_def *dialect =
            dot ? mica_context_find_dialect(op->record->context, prefix) : NULL;
        if (dialect && dialect->verify_attr && !dialect->verify_attr(op, attr))
            return false;
    }
    return true;
}

static bool verify_invariants(mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    return micai_verify_counts(op) && micai_verify_traits(op, MICAI_TRAITS_STRUCTURAL) &&
           micai_verify_constraints(op) && micai_verify_traits(op, MICAI_TRAITS_NATIVE) &&
           (!MICA_HOOK(definition, verify) || definition->hooks->verify(op));
}

static bool verify_entries(mica_op *op)
{
    const size_t count = micai_op_region_count(op);
    for (size_t i = 0; i < count; i++) {
        const mica_region *region = micai_op_regions(op)[i];
        if (op->record->definition && region->first != region->last &&
            mica_region_is_graph(region))
            return mica_op_error(op, "expects graph region #%zu to have 0 or 1 blocks", i);
        if (region->first && region->first->first_use)
            return mica_diagnostic_emit(
                mica_error(op->record->context, op->location,
                           "entry block of region may not have predecessors"));
    }
    return true;
}

/// What is checked before the nested ops.
static bool verify_entrance(mica_op *op)
{
    for (size_t i = 0; i < op->operand_count; i++)
        if (!op->operands[i].value)
            return mica_diagnostic_emit(
                mica_error(op->record->context, op->location, "null operand found"));
    if (op->attrs && !verify_discardable_attrs(op))
        return false;
    if (op->record->definition && !verify_invariants(op))
        return false;
    return verify_entries(op);
}

static bool verify_unregistered(mica_op *op)
{
    mica_context *context = op->record->context;
    const mica_dialect_def *dialect = op->record->dialect;
    if (dialect) {
        const mica_string name = mica_op_name(op);
        return mica_diagnostic_emit(
            mica_error(context, op->location,
                       "unregistered operation '%.*s' found in dialect ('%s') that does not "
                       "allow unknown operations",
                       MICA_STRING_ARG(name), dialect->name));
    }
    if (mica_context_allows_unregistered(context))
        return true;
    return mica_op_error(op, "created with unregistered dialect. If this is intended, please "
                             "call allowUnregisteredDialects() on the MLIRContext, or use "
                             "-allow-unregistered-dialect with the MLIR opt tool used");
}

/// What is checked after them.
static bool verify_exit(mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    if (!definition)
        return verify_unregistered(op);
    return micai_verify_traits(op, MICAI_TRAITS_REGIONS) &&
           (!MICA_HOOK(definition, verify_regions) || definition->hooks->verify_regions(op));
}

// ---- one block
// -------------------------------------------------------------------------------

static bool may_lack_terminator(const mica_block *block)
{
    const mica_region *region = block->region;
    if (!region)
        return true;
    if (region->first != region->last)
        return false;
    const mica_op *parent = region->parent;
    return !parent || !parent->record->definition ||
           micai_op_has_trait(parent, MICA_TRAIT_NO_TERMINATOR);
}

static mica_location block_location(const mica_block *block)
{
    if (block->argument_count)
        return mica_value_location(block->arguments[0]);
    const mica_op *parent = mica_block_parent_op(block);
    return parent ? parent->location : mica_location_unknown();
}

static bool verify_block_entrance(const mica_block *block)
{
    if (!block->first)
        return may_lack_terminator(block) ||
               mica_diagnostic_emit(mica_error(block->context, block_location(block),
                                               "empty block: expect at least a terminator"));
    for (const mica_op *op = block->first; op; op = op->next)
        if (op->next && micai_op_successor_count(op))
            return mica_diagnostic_emit(
                mica_error(block->context, op->location,
                           "operation with block successors must terminate its parent block"));
    return true;
}

static bool append_piece(void *user, const char *data, size_t size)
{
    mica_diagnostic_append(user, "%.*s", (int)size, data);
    return true;
}

void micai_diagnostic_append_op(mica_diagnostic *diagnostic, mica_op *op)
{
    const mica_print_options options = {
        .struct_size = sizeof options, .generic = true, .local_scope = true};
    if (diagnostic)
        mica_print_op(op, &options, append_piece, diagnostic);
}

static bool verify_block_exit(const mica_block *block)
{
    mica_op *last = block->last;
    const size_t count = last ? micai_op_successor_count(last) : 0;
    for (size_t i = 0; i < count; i++) {
        const mica_block *successor = micai_op_successors(last)[i].block;
        if (!successor || successor->region != block->region)
            return mica_op_error(last, "branching to block of a different region");
    }
    if (may_lack_terminator(block) || mica_block_terminator(block))
        return true;
    mica_diagnostic *diagnostic =
        mica_error(block->context, last->location, "block with no terminator, has ");
    micai_diagnostic_append_op(diagnostic, last);
    return mica_diagnostic_emit(diagnostic);
}

// ---- dominance and isolation
// -----------------------------------------------------------------

static void note_fault(fault *found, mica_use *use, size_t depth)
{
    if (found->use && found->depth <= depth)
        return;
    found->use = use;
    found->depth = depth;
}

/// Is a definition in the block and region of `user` before it?
static bool precedes(verifier *v, const frame *top, mica_value *value, mica_op *user)
{
    mica_op *definition = mica_value_op(value);
    mica_block *block = mica_value_block(value);
    if (block != user->block)
        return mica_block_dominates(v->dominance, block, user->block);
    return !definition || top->is_graph ||
           (definition != user && mica_op_is_before(definition, user));
}

/// Judges a use of a value that is defined in another region.
static void check_outer_use(verifier *v, mica_use *use, mica_region *region, size_t depth)
{
    scope *current = &v->scopes[v->scope_count - 1];
    const frame *root = &v->frames[current->first_frame];
    uint64_t place = 0;
    const bool on_the_way = region && micai_pointer_map_find(&v->regions, region, &place) &&
                            place >= current->first_frame;
    if (on_the_way) {
        const frame *outer = &v->frames[place];
        if (!outer->is_reachable || precedes(v, outer, use->value, outer->entered))
            return;
        note_fault(&current->dominance, use, depth);
        return;
    }
    if (!micai_op_has_trait(root->op, MICA_TRAIT_ISOLATED_FROM_ABOVE)) {
        if (!mica_value_dominates(v->dominance, use->value, use->owner))
            note_fault(&current->dominance, use, depth);
        return;
    }
    // Inside the isolated op but not above the use, or outside of it? Only faulty IR comes
    // here, so it may climb; once for each scope and kind is enough.
    if (current->isolation.use && current->isolation.depth <= depth)
        return;
    bool inside = false;
    for (const mica_region *up = region; up && !inside;
         up = up->parent ? mica_op_parent_region(up->parent) : NULL)
        inside = up->parent == root->op;
    note_fault(inside ? &current->dominance : &current->isolation, use, depth);
}

static void check_uses(verifier *v, mica_op *op)
{
    const size_t depth = v->frame_count - 1;
    const frame *top = &v->frames[depth];
    for (size_t i = 0; i < op->operand_count; i++) {
        mica_use *use = &op->operands[i];
        if (!use->value)
            continue;
        const mica_block *block = mica_value_block(use->value);
        mica_region *region = block ? block->region : NULL;
        if (region != top->region || !region)
            check_outer_use(v, use, region, depth);
        else if (top->is_reachable && !precedes(v, top, use->value, op))
            note_fault(&v->scopes[v->scope_count - 1].dominance, use, depth);
    }
}

static bool report_isolation(const scope *current, mica_op *root)
{
    if (!current->isolation.use)
        return true;
    mica_op *user = current->isolation.use->owner;
    mica_diagnostic *diagnostic =
        mica_op_error_begin(user, "using value defined outside the region");
    mica_diagnostic_note(diagnostic, root->location,
                         "required by region isolation constraints");
    return mica_diagnostic_emit(diagnostic);
}

/// Where a definition's region lies, seen from the use's.
static const char *relation(const mica_region *of_definition, const mica_region *of_use)
{
    if (of_definition == of_use)
        return "in the same region";
    if (mica_region_is_ancestor(of_definition, of_use))
        return "in a parent region";
    if (mica_region_is_ancestor(of_use, of_definition))
        return "in a child region";
    return NULL;
}

static void note_definition(mica_diagnostic *diagnostic, const mica_use *use)
{
    mica_value *value = use->value;
    const mica_op *definition = mica_value_op(value);
    mica_block *block = mica_value_block(value);
    const mica_region *of_use = mica_op_parent_region(use->owner);
    const char *place = block ? relation(block->region, of_use) : NULL;
    if (definition) {
        if (block == use->owner->block)
            place = "in the same block";
        else if (!place)
            place = "is neither in a parent nor in a child region";
        mica_diagnostic_note(diagnostic, definition->location, "operand defined here (op %s)",
                             place);
        return;
    }
    const mica_op *parent = mica_block_parent_op(block);
    const mica_location location = parent ? parent->location : mica_location_unknown();
    if (!block->region)
        mica_diagnostic_note(diagnostic, location, " (block without parent)");
    else
        mica_diagnostic_note(diagnostic, location,
                             "operand defined as a block argument (block #%u %s)",
                             micai_block_number(block),
                             place ? place : "neither in a parent nor in a child region");
}

static bool report_dominance(const scope *current)
{
    const mica_use *use = current->dominance.use;
    if (!use)
        return true;
    mica_diagnostic *diagnostic =
        mica_error(use->owner->record->context, use->owner->location,
                   "operand #%zu does not dominate this use", mica_use_index(use));
    note_definition(diagnostic, use);
    return mica_diagnostic_emit(diagnostic);
}

// ---- the walk
// --------------------------------------------------------------------------------

static bool push_frame(verifier *v, mica_op *op, bool is_scope)
{
    void *frames = v->frames, *scopes = v->scopes;
    const bool room =
        micai_array_reserve(v->allocator, &frames, &v->frame_capacity, v->frame_count + 1,
                            sizeof *v->frames) &&
        (!is_scope || micai_array_reserve(v->allocator, &scopes, &v->scope_capacity,
                                          v->scope_count + 1, sizeof *v->scopes));
    v->frames = frames;
    v->scopes = scopes;
    if (!room)
        return false;
    if (is_scope) {
        const scope opened = {.first_frame = v->frame_count};
        v->scopes[v->scope_count++] = opened;
    }
    const frame entered = {.op = op, .is_scope = is_scope};
    v->frames[v->frame_count++] = entered;
    return true;
}

/// Leaves a failed scope with all frames in it; the scope around it fails later in its turn.
static void abandon_scope(verifier *v)
{
    const scope failed = v->scopes[--v->scope_count];
    for (size_t i = failed.first_frame; i < v->frame_count; i++)
        if (v->frames[i].region)
            micai_pointer_map_erase(&v->regions, v->frames[i].region);
    v->frame_count = failed.first_frame;
    if (v->scope_count)
        v->scopes[v->scope_count - 1].child_failed = true;
}

/// Moves a frame to its next region; false when there is none left.
static bool enter_next_region(verifier *v, frame *top)
{
    const size_t index = top->region ? top->region->index + (size_t)1 : 0;
    if (top->region)
        micai_pointer_map_erase(&v->regions, top->region);
    top->region = NULL;
    if (index >= micai_op_region_count(top->op))
        return false;
    top->region = micai_op_regions(top->op)[index];
    top->block = NULL;
    top->is_graph = mica_region_is_graph(top->region);
    return micai_pointer_map_set(&v->regions, top->region, v->frame_count - 1);
}

static bool enter_block(verifier *v, frame *top, mica_block *block)
{
    top->block = block;
    top->cursor = block->first;
    top->is_reachable = mica_dominance_is_reachable(v->dominance, block);
    return verify_block_entrance(block);
}

/// Checks the ops of the frame's block up to one with regions, for which it pushes a frame.
static bool walk_block(verifier *v, size_t depth)
{
    while (v->frames[depth].cursor) {
        frame *top = &v->frames[depth];
        mica_op *op = top->cursor;
        top->cursor = op->next;
        check_uses(v, op);
        const bool has_regions = micai_op_region_count(op) != 0;
        if (has_regions && micai_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE)) {
            top->has_isolated = true;
            continue;
        }
        if (has_regions) {
            top->entered = op;
            return verify_entrance(op) && push_frame(v, op, false);
        }
        if (micai_verified_shape_find(v->shapes, op))
            continue;
        if (!verify_entrance(op) || !verify_exit(op))
            return false;
        micai_verified_shape_add(v->shapes, op);
    }
    return verify_block_exit(v->frames[depth].block);
}

/// One step of the body: finishes a block, or begins the next block or region.
static bool step_body(verifier *v)
{
    const size_t depth = v->frame_count - 1;
    frame *top = &v->frames[depth];
    if (!top->block) {
        // Before the first region, or after the last block of one.
        if (!enter_next_region(v, top)) {
            top->phase = FRAME_ISOLATED;
            return !mica_context_out_of_memory(v->context);
        }
        return !top->region->first || enter_block(v, top, top->region->first);
    }
    if (!walk_block(v, depth))
        return false;
    if (v->frame_count - 1 != depth)
        return true;
    top = &v->frames[depth];
    mica_block *next = top->block->next;
    top->block = NULL;
    return !next || enter_block(v, top, next);
}

/// The first op after `op` in pre-order among the direct ops of the frame's regions.
static mica_op *next_direct_op(const mica_op *parent, mica_op *op)
{
    if (op && op->next)
        return op->next;
    const mica_block *block = op ? op->block->next : NULL;
    size_t index = op ? op->block->region->index : 0;
    if (!op)
        block = micai_op_regions(parent)[0]->first;
    for (;;) {
        for (; block; block = block->next)
            if (block->first)
                return block->first;
        if (++index >= micai_op_region_count(parent))
            return NULL;
        block = micai_op_regions(parent)[index]->first;
    }
}

/// One step through the isolated ops: opens the scope of the next one.
static bool step_isolated(verifier *v)
{
    frame *top = &v->frames[v->frame_count - 1];
    mica_op *op = top->cursor;
    if (top->has_isolated)
        op = next_direct_op(top->op, op);
    while (op && !(micai_op_region_count(op) &&
                   micai_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE)))
        op = next_direct_op(top->op, op);
    top->cursor = op;
    if (!op || !top->has_isolated) {
        top->phase = FRAME_EXIT;
        return !v->scopes[v->scope_count - 1].child_failed;
    }
    if (!push_frame(v, op, true))
        return false;
    return verify_entrance(op);
}

static bool step_exit(verifier *v)
{
    const frame top = v->frames[v->frame_count - 1];
    const scope *current = &v->scopes[v->scope_count - 1];
    if (top.is_scope && !report_isolation(current, top.op))
        return false;
    if (!verify_exit(top.op))
        return false;
    if (top.is_scope && !report_dominance(current))
        return false;
    v->frame_count--;
    v->scope_count -= top.is_scope;
    return true;
}

static bool run(verifier *v, mica_op *root)
{
    bool succeeded = push_frame(v, root, true);
    if (succeeded && !verify_entrance(root)) {
        abandon_scope(v);
        succeeded = false;
    }
    while (v->frame_count) {
        bool (*const steps[])(verifier *) = {step_body, step_isolated, step_exit};
        if (steps[v->frames[v->frame_count - 1].phase](v))
            continue;
        succeeded = false;
        abandon_scope(v);
    }
    return succeeded && !mica_context_out_of_memory(v->context);
}

bool mica_op_verify(mica_op *op)
{
    mica_context *context = op->record->context;
    verifier v = {.context = context, .allocator = &context->allocator};
    v.regions = micai_pointer_map_on(v.allocator);
    v.dominance = mica_dominance_create(context);
    v.shapes = micai_verified_shapes_create(v.allocator);
    const bool succeeded = v.dominance && run(&v, op);
    micai_verified_shapes_destroy(v.allocator, v.shapes);
    mica_dominance_destroy(v.dominance);
    micai_pointer_map_free(&v.regions);
    micai_release(v.allocator, v.frames, v.frame_capacity * sizeof *v.frames);
    micai_release(v.allocator, v.scopes, v.scope_capacity * sizeof *v.scopes);
    return succeeded;
}

bool mica_op_verify_shallow(mica_op *op)
{
    return verify_entrance(op) && verify_exit(op);
}
