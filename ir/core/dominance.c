// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominator trees by the Semi-NCA algorithm (Georgiadis 2005): a depth-first walk numbers the
// blocks, semidominators follow with path compression, and the immediate dominator is the
// nearest common ancestor that they leave. The iterative method of Cooper, Harvey and Kennedy
// is shorter but quadratic on ladders of branches. Every block gets an interval of the tree's
// pre-order, so that a query is two comparisons. All walks use arrays, not the C stack.
#include "ir/core/dominance.h"

#include "ir/core/interfaces.h"
#include "ir/core/operation_internal.h"

#define UNREACHABLE UINT32_MAX

/// Of one region. Arrays have one entry a block, by micai_block_number: `first`/`end` are the
/// block's interval in tree order, `dominator` its immediate dominator's number (UNREACHABLE
/// for the entry and for unreachable blocks).
typedef struct dominator_tree {
    struct dominator_tree *next; ///< all trees of a mica_dominance
    const mica_region *region;
    uint32_t block_count;
    uint32_t reachable_count;
    uint32_t *first, *end, *dominator;
    mica_block **order; ///< reachable blocks in tree order
} dominator_tree;

struct mica_dominance {
    mica_context *context;
    micai_pointer_map trees; ///< region -> dominator_tree
    dominator_tree *all;
};

mica_dominance *mica_dominance_create(mica_context *context)
{
    mica_dominance *dominance = micai_allocate_zeroed(&context->allocator, sizeof *dominance);
    if (!dominance)
        return NULL;
    dominance->context = context;
    dominance->trees = micai_pointer_map_on(&context->allocator);
    return dominance;
}

// ---- making a tree
// ---------------------------------------------------------------------------

static size_t tree_bytes(size_t blocks)
{
    return sizeof(dominator_tree) + blocks * (sizeof(mica_block *) + 3 * sizeof(uint32_t));
}

static void free_tree(const mica_context *context, dominator_tree *tree)
{
    micai_release(&context->allocator, tree, tree_bytes(tree->block_count));
}

static dominator_tree *allocate_tree(const mica_context *context, const mica_region *region,
                                     uint32_t blocks)
{
    dominator_tree *tree = micai_allocate_zeroed(&context->allocator, tree_bytes(blocks));
    if (!tree)
        return NULL;
    tree->region = region;
    tree->block_count = blocks;
    tree->order = (mica_block **)(tree + 1);
    tree->first = (uint32_t *)(tree->order + blocks);
    tree->end = tree->first + blocks;
    tree->dominator = tree->end + blocks;
    for (uint32_t i = 0; i < blocks; i++)
        tree->first[i] = tree->dominator[i] = UNREACHABLE;
    return tree;
}

/// Work arrays by depth-first number (`number` alone is by block number). `label` is the vertex
/// of least semidominator on the compressed path up to `ancestor`.
typedef struct workspace {
    mica_block **vertex;
    uint32_t *number, *parent, *semi, *label, *ancestor, *dominator, *size, *stack, *edge;
    uint32_t count;
} workspace;

enum { WORK_ARRAYS = 9 };

static size_t workspace_bytes(size_t blocks)
{
    return blocks * (sizeof(mica_block *) + WORK_ARRAYS * sizeof(uint32_t));
}

static void lay_out(workspace *work, void *memory, size_t blocks)
{
    work->vertex = memory;
    uint32_t *next = (uint32_t *)(work->vertex + blocks);
    uint32_t **const arrays[WORK_ARRAYS] = {&work->number, &work->parent,   &work->semi,
                                            &work->label,  &work->ancestor, &work->dominator,
                                            &work->size,   &work->stack,    &work->edge};
    for (size_t i = 0; i < WORK_ARRAYS; i++, next += blocks)
        *arrays[i] = next;
    for (size_t i = 0; i < blocks; i++)
        work->number[i] = UNREACHABLE;
    work->count = 0;
}

static void number_block(workspace *work, mica_block *block, uint32_t parent)
{
    const uint32_t number = work->count++;
    work->vertex[number] = block;
    work->number[micai_block_number(block)] = number;
    work->parent[number] = parent;
    work->semi[number] = parent;
    work->label[number] = number;
    work->ancestor[number] = UNREACHABLE;
    work->size[number] = 1;
}

/// Depth-first numbering from the entry; stack[d] is the vertex at depth d, edge[d] its next
/// successor.
static void number_blocks(workspace *work, const mica_region *region)
{
    number_block(work, region->first, UNREACHABLE);
    work->stack[0] = 0;
    work->edge[0] = 0;
    for (uint32_t depth = 1; depth > 0;) {
        const uint32_t vertex = work->stack[depth - 1];
        const mica_op *last = work->vertex[vertex]->last;
        const uint32_t edge = work->edge[depth - 1]++;
        if (!last || edge >= micai_op_successor_count(last)) {
            depth--;
            continue;
        }
        mica_block *successor = micai_op_successors(last)[edge].block;
        if (!successor || successor->region != region ||
            work->number[micai_block_number(successor)] != UNREACHABLE)
            continue;
        work->stack[depth] = work->count;
        work->edge[depth] = 0;
        depth++;
        number_block(work, successor, vertex);
    }
}

/// The vertex of least semidominator on the way from `vertex` up to its linked root; the way is
/// compressed.
static uint32_t find_least(workspace *work, uint32_t vertex)
{
    if (work->ancestor[vertex] == UNREACHABLE)
        return vertex;
    uint32_t depth = 0;
    while (work->ancestor[work->ancestor[vertex]] != UNREACHABLE) {
        work->stack[depth++] = vertex;
        vertex = work->ancestor[vertex];
    }
    while (depth > 0) {
        const uint32_t below = work->stack[--depth];
        if (work->semi[work->label[vertex]] < work->semi[work->label[below]])
            work->label[below] = work->label[vertex];
        work->ancestor[below] = work->ancestor[vertex];
        vertex = below;
    }
    return work->label[vertex];
}

static void find_semidominators(workspace *work, const mica_region *region)
{
    for (uint32_t vertex = work->count - 1; vertex > 0; vertex--) {
        const mica_block_use *use = work->vertex[vertex]->first_use;
        for (; use; use = use->next) {
            mica_block *from = use->owner->block;
            if (!from || from->region != region || from->last != use->owner)
                continue;
            const uint32_t predecessor = work->number[micai_block_number(from)];
            if (predecessor == UNREACHABLE)
                continue;
            const uint32_t least = find_least(work, predecessor);
            const uint32_t semi =
                work->ancestor[predecessor] == UNREACHABLE ? predecessor : work->semi[least];
            if (semi < work->semi[vertex])
                work->semi[vertex] = semi;
        }
        work->ancestor[vertex] = work->parent[vertex];
    }
}

static void find_dominators(workspace *work)
{
    work->dominator[0] = UNREACHABLE;
    for (uint32_t vertex = 1; vertex < work->count; vertex++) {
        uint32_t dominator = work->parent[vertex];
        while (dominator > work->semi[vertex])
            dominator = work->dominator[dominator];
        work->dominator[vertex] = dominator;
    }
}

/// Gives every block its interval. A dominator has a smaller depth-first number than what it
/// dominates, so sizes add up backwards and places are dealt out forwards.
static void place_blocks(workspace *work, dominator_tree *tree)
{
    for (uint32_t vertex = work->count - 1; vertex > 0; vertex--)
        work->size[work->dominator[vertex]] += work->size[vertex];
    uint32_t *next_place = work->edge;
    for (uint32_t vertex = 0; vertex < work->count; vertex++) {
        const uint32_t dominator = work->dominator[vertex];
        const uint32_t place = vertex ? next_place[dominator] : 0;
        if (vertex)
            next_place[dominator] += work->size[vertex];
        next_place[vertex] = place + 1;
        const uint32_t number = micai_block_number(work->vertex[vertex]);
        tree->order[place] = work->vertex[vertex];
        tree->first[number] = place;
        tree->end[number] = place + work->size[vertex];
        if (vertex)
            tree->dominator[number] = micai_block_number(work->vertex[dominator]);
    }
    tree->reachable_count = work->count;
}

static dominator_tree *build_tree(mica_dominance *dominance, mica_region *region)
{
    const mica_context *context = dominance->context;
    const uint32_t blocks = micai_block_number(region->last) + 1;
    dominator_tree *tree = allocate_tree(context, region, blocks);
    void *memory = micai_allocate(&context->allocator, workspace_bytes(blocks));
    if (!tree || !memory || !micai_pointer_map_put(&dominance->trees, region, tree)) {
        micai_release(&context->allocator, memory, workspace_bytes(blocks));
        micai_release(&context->allocator, tree, tree_bytes(blocks));
        return NULL;
    }
    workspace work;
    lay_out(&work, memory, blocks);
    number_blocks(&work, region);
    find_semidominators(&work, region);
    find_dominators(&work);
    place_blocks(&work, tree);
    micai_release(&context->allocator, memory, workspace_bytes(blocks));
    tree->next = dominance->all;
    dominance->all = tree;
    return tree;
}

static dominator_tree *get_tree(mica_dominance *dominance, mica_region *region)
{
    if (!region || !region->first)
        return NULL;
    dominator_tree *tree = micai_pointer_map_get(&dominance->trees, region);
    return tree ? tree : build_tree(dominance, region);
}

// ---- forgetting
// ------------------------------------------------------------------------------

void mica_dominance_invalidate(mica_dominance *dominance, const mica_region *region)
{
    if (region && !micai_pointer_map_find(&dominance->trees, region, NULL))
        return;
    for (dominator_tree **link = &dominance->all; *link;) {
        dominator_tree *tree = *link;
        if (region && tree->region != region) {
            link = &tree->next;
            continue;
        }
        *link = tree->next;
        micai_pointer_map_erase(&dominance->trees, tree->region);
        free_tree(dominance->context, tree);
    }
}

void mica_dominance_destroy(mica_dominance *dominance)
{
    if (!dominance)
        return;
    const mica_context *context = dominance->context;
    for (dominator_tree *tree = dominance->all; tree;) {
        dominator_tree *next = tree->next;
        free_tree(context, tree);
        tree = next;
    }
    micai_pointer_map_free(&dominance->trees);
    micai_release(&context->allocator, dominance, sizeof *dominance);
}

// ---- queries
// ---------------------------------------------------------------------------------

bool mica_dominance_is_reachable(mica_dominance *dominance, mica_block *block)
{
    if (mica_block_is_entry(block))
        return true;
    const dominator_tree *tree = get_tree(dominance, block->region);
    return tree && tree->first[micai_block_number(block)] != UNREACHABLE;
}

/// Two blocks of one region, or the same.
static bool dominates_in_region(mica_dominance *dominance, mica_block *a, mica_block *b)
{
    if (a == b)
        return true;
    const dominator_tree *tree = get_tree(dominance, a->region);
    if (!tree)
        return false;
    const uint32_t in_a = tree->first[micai_block_number(a)];
    const uint32_t in_b = tree->first[micai_block_number(b)];
    if (in_b == UNREACHABLE)
        return true;
    return in_a != UNREACHABLE && in_a <= in_b && in_b < tree->end[micai_block_number(a)];
}

bool mica_block_dominates(mica_dominance *dominance, mica_block *a, mica_block *b)
{
    while (b && b->region != a->region)
        b = b->region && b->region->parent ? b->region->parent->block : NULL;
    return b && dominates_in_region(dominance, a, b);
}

/// Two ops of one region.
static bool precedes(mica_dominance *dominance, mica_op *a, mica_op *b)
{
    if (a->block != b->block)
        return dominates_in_region(dominance, a->block, b->block);
    const bool is_graph = a->block->region && mica_region_is_graph(a->block->region);
    return is_graph || (a != b && mica_op_is_before(a, b));
}

bool mica_op_properly_dominates(mica_dominance *dominance, mica_op *a, mica_op *b)
{
    const mica_region *region = mica_op_parent_region(a);
    mica_op *ancestor = region ? mica_region_find_ancestor(region, b) : NULL;
    if (!ancestor)
        return false;
    return (ancestor == a && ancestor != b) || precedes(dominance, a, ancestor);
}

bool mica_value_dominates(mica_dominance *dominance, mica_value *value, mica_op *user)
{
    mica_op *definition = mica_value_op(value);
    if (!definition)
        return user->block &&
               mica_block_dominates(dominance, mica_value_argument_block(value), user->block);
    const mica_region *region = mica_op_parent_region(definition);
    mica_op *ancestor = region ? mica_region_find_ancestor(region, user) : NULL;
    return ancestor && precedes(dominance, definition, ancestor);
}

mica_block *mica_dominance_immediate(mica_dominance *dominance, mica_block *block)
{
    const dominator_tree *tree = get_tree(dominance, block->region);
    const uint32_t dominator = tree ? tree->dominator[micai_block_number(block)] : UNREACHABLE;
    return dominator == UNREACHABLE ? NULL : tree->order[tree->first[dominator]];
}

mica_block *mica_dominance_nearest_common(mica_dominance *dominance, mica_block *a,
                                          mica_block *b)
{
    if (!mica_dominance_is_reachable(dominance, a) ||
        !mica_dominance_is_reachable(dominance, b))
        return NULL;
    while (a && !dominates_in_region(dominance, a, b))
        a = mica_dominance_immediate(dominance, a);
    return a;
}

mica_block *const *mica_dominance_order(mica_dominance *dominance, mica_region *region,
                                        size_t *count)
{
    const dominator_tree *tree = get_tree(dominance, region);
    *count = tree ? tree->reachable_count : 0;
    return tree ? tree->order : NULL;
}
