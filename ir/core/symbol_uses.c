// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// References to symbols: finding and rewriting them. References lie in slots and discardable
// attributes, at any depth of arrays, dictionaries and parameters of dialect attributes.
#include "ir/core/operation_internal.h"
#include "ir/core/symbol_table.h"

// ---- references in an attribute
// --------------------------------------------------------------

/// Attributes still to be looked into.
typedef struct attr_stack {
    const micai_allocator *allocator;
    const mica_attr **data;
    size_t count, capacity;
} attr_stack;

static void push(attr_stack *stack, const mica_attr *attr)
{
    if (!attr)
        return;
    void *data = stack->data;
    const bool room = micai_array_reserve(stack->allocator, &data, &stack->capacity,
                                          stack->count + 1, sizeof *stack->data);
    stack->data = data;
    if (room)
        stack->data[stack->count++] = attr;
}

static void push_params(attr_stack *stack, const mica_attr *attr)
{
    const mica_attr_def *definition = mica_attr_definition(attr);
    for (uint32_t i = definition->param_count; i-- > 0;) {
        const uint64_t word = mica_attr_param(attr, i);
        if (definition->params[i].kind == MICA_PARAM_ATTR)
            push(stack, micai_pointer_of(word));
        if (definition->params[i].kind != MICA_PARAM_ATTR_LIST || !word)
            continue;
        const mica_word_list *list = micai_pointer_of(word);
        for (size_t k = mica_word_list_count(list); k-- > 0;)
            push(stack, micai_pointer_of(mica_word_list_words(list)[k]));
    }
}

/// Pushes what an attribute holds, the first on top.
static void push_children(attr_stack *stack, const mica_attr *attr)
{
    switch (mica_attr_get_kind(attr)) {
    case MICA_ATTR_ARRAY:
        for (size_t i = mica_array_attr_count(attr); i-- > 0;)
            push(stack, mica_array_attr_element(attr, i));
        break;
    case MICA_ATTR_DICTIONARY:
        for (size_t i = mica_dictionary_attr_count(attr); i-- > 0;)
            push(stack, mica_dictionary_attr_entry(attr, i).value);
        break;
    case MICA_ATTR_DIALECT:
        push_params(stack, attr);
        break;
    default:
        break;
    }
}

static bool walk_references(mica_op *op, attr_stack *stack, const mica_attr *root,
                            mica_symbol_use_fn visit, void *user)
{
    stack->count = 0;
    push(stack, root);
    while (stack->count) {
        const mica_attr *attr = stack->data[--stack->count];
        if (mica_attr_is(attr, MICA_ATTR_SYMBOL_REF)) {
            if (!visit(user, op, attr))
                return false;
        } else {
            push_children(stack, attr);
        }
    }
    return true;
}

// ---- walking the uses of a scope
// -------------------------------------------------------------

typedef struct use_walk {
    const mica_op *root;
    attr_stack stack;
    mica_symbol_use_fn visit;
    void *user;
} use_walk;

static bool visit_attrs(use_walk *walk, mica_op *op)
{
    const size_t slot_count = micai_op_slot_count(op);
    for (size_t i = 0; i < slot_count; i++)
        if (!walk_references(op, &walk->stack, micai_op_slots(op)[i], walk->visit, walk->user))
            return false;
    for (size_t i = 0; i < mica_op_attr_count(op); i++)
        if (!walk_references(op, &walk->stack, mica_op_attr_entry(op, i).value, walk->visit,
                             walk->user))
            return false;
    return true;
}

static mica_walk_result visit_op(void *user, mica_op *op)
{
    use_walk *walk = user;
    if (op == walk->root)
        return MICA_WALK_ADVANCE;
    if (!visit_attrs(walk, op))
        return MICA_WALK_INTERRUPT;
    return micai_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE) ? MICA_WALK_SKIP : MICA_WALK_ADVANCE;
}

bool mica_symbol_walk_uses(mica_op *from, mica_symbol_use_fn visit, void *user)
{
    const micai_allocator *allocator = &from->record->context->allocator;
    use_walk walk = {from, {allocator, NULL, 0, 0}, visit, user};
    const bool finished = mica_op_walk_pre(from, visit_op, &walk);
    micai_release(allocator, walk.stack.data, walk.stack.capacity * sizeof *walk.stack.data);
    return finished;
}

bool mica_symbol_walk_own_uses(mica_op *op, mica_symbol_use_fn visit, void *user)
{
    const micai_allocator *allocator = &op->record->context->allocator;
    use_walk walk = {NULL, {allocator, NULL, 0, 0}, visit, user};
    const bool finished = visit_attrs(&walk, op);
    micai_release(allocator, walk.stack.data, walk.stack.capacity * sizeof *walk.stack.data);
    return finished;
}

// ---- uses of one symbol
// ----------------------------------------------------------------------

/// How the symbol is named in a scope: `names[0]` is the symbol in the scope itself, or the
/// nested symbol table that holds it, down to the symbol at `depth`.
typedef struct symbol_path {
    mica_string names[16];
    size_t depth;
} symbol_path;

/// Puts the name of the table op before the path. False when it has none or is nested too deep.
static bool prepend_table(symbol_path *path, const mica_op *table)
{
    const mica_attr *name = mica_symbol_name(table);
    if (!name || path->depth == sizeof path->names / sizeof *path->names)
        return false;
    memmove(path->names + 1, path->names, path->depth * sizeof *path->names);
    path->names[0] = mica_string_attr_text(name);
    path->depth++;
    return true;
}

/// Does the reference lead to or through the symbol?
static bool matches(const symbol_path *path, const mica_attr *reference)
{
    if (mica_symbol_ref_attr_path_count(reference) + 1 < path->depth ||
        !mica_string_equal(path->names[0], mica_symbol_ref_attr_root(reference)))
        return false;
    for (size_t i = 1; i < path->depth; i++)
        if (!mica_string_equal(path->names[i], mica_symbol_ref_attr_path(reference, i - 1)))
            return false;
    return true;
}

static bool differs(void *user, mica_op *op, const mica_attr *reference)
{
    (void)op;
    return !matches(user, reference);
}

/// Calls `visit` for every scope within `from` that may refer to the symbol, the innermost
/// first. False when `visit` says so.
static bool for_each_scope(mica_op *symbol, mica_op *from,
                           bool (*visit)(void *user, mica_op *scope, const symbol_path *path),
                           void *user)
{
    symbol_path path = {.depth = 1};
    path.names[0] = mica_string_attr_text(mica_symbol_name(symbol));
    mica_op *scope = mica_symbol_table_nearest(mica_op_parent(symbol));
    while (scope && mica_op_is_ancestor(from, scope)) {
        if (!visit(user, scope, &path))
            return false;
        if (scope == from || !prepend_table(&path, scope))
            return true;
        scope = mica_symbol_table_nearest(mica_op_parent(scope));
    }
    return true;
}

static bool scope_has_no_use(void *user, mica_op *scope, const symbol_path *path)
{
    (void)user;
    symbol_path copy = *path;
    return mica_symbol_walk_uses(scope, differs, &copy);
}

bool mica_symbol_is_unused(mica_op *symbol, mica_op *from)
{
    return for_each_scope(symbol, from, scope_has_no_use, NULL);
}

// ---- replacing
// -------------------------------------------------------------------------------

/// One scope's replacement.
typedef struct replacement {
    const symbol_path *path;
    mica_string name;
    mica_context *context;
    const mica_op *root;
    bool failed;
} replacement;

/// The reference with the name at the symbol's depth exchanged.
static const mica_attr *renamed(const replacement *work, const mica_attr *reference)
{
    const size_t count = mica_symbol_ref_attr_path_count(reference);
    const size_t bytes = (count + 1) * sizeof(mica_string);
    mica_string *names = micai_context_allocate(work->context, bytes);
    if (!names)
        return NULL;
    names[0] = mica_symbol_ref_attr_root(reference);
    for (size_t i = 0; i < count; i++)
        names[i + 1] = mica_symbol_ref_attr_path(reference, i);
    names[work->path->depth - 1] = work->name;
    const mica_attr *result =
        mica_symbol_ref_attr_get(work->context, names[0], names + 1, count);
    micai_context_free(work->context, names, bytes);
    return result;
}

/// Nesting of attributes that is followed when they are rebuilt; the parser accepts less.
enum { DEEPEST_ATTRIBUTE = 1000 };

static const mica_attr *replace_in(replacement *work, const mica_attr *attr, unsigned depth);

static const mica_attr *replace_in_array(replacement *work, const mica_attr *attr,
                                         unsigned depth)
{
    const size_t count = mica_array_attr_count(attr), bytes = count * sizeof(mica_attr *);
    const mica_attr **elements = micai_context_allocate(work->context, bytes);
    bool changed = false;
    for (size_t i = 0; elements && i < count; i++) {
        elements[i] = replace_in(work, mica_array_attr_element(attr, i), depth);
        changed = changed || elements[i] != mica_array_attr_element(attr, i);
    }
    const mica_attr *result =
        changed ? mica_array_attr_get(work->context, elements, count) : attr;
    micai_context_free(work->context, elements, bytes);
    return result;
}

static const mica_attr *replace_in_dictionary(replacement *work, const mica_attr *attr,
                                              unsigned depth)
{
    const size_t count = mica_dictionary_attr_count(attr);
    const size_t bytes = count * sizeof(mica_named_attr);
    mica_named_attr *entries = micai_context_allocate(work->context, bytes);
    bool changed = false;
    for (size_t i = 0; entries && i < count; i++) {
        entries[i] = mica_dictionary_attr_entry(attr, i);
        const mica_attr *value = replace_in(work, entries[i].value, depth);
        changed = changed || value != entries[i].value;
        entries[i].value = value;
    }
    const mica_attr *result =
        changed ? mica_dictionary_attr_get(work->context, entries, count) : attr;
    micai_context_free(work->context, entries, bytes);
    return result;
}

/// Of the parameters of a dialect attribute those that are attributes.
static const mica_attr *replace_in_params(replacement *work, const mica_attr *attr,
                                          unsigned depth)
{
    const mica_attr_def *definition = mica_attr_definition(attr);
    const size_t count = definition->param_count, bytes = count * sizeof(uint64_t);
    uint64_t *words = micai_context_allocate(work->context, bytes);
    bool changed = false;
    for (size_t i = 0; words && i < count; i++) {
        words[i] = mica_attr_param(attr, i);
        if (definition->params[i].kind != MICA_PARAM_ATTR || !words[i])
            continue;
        const uint64_t value =
            micai_word_of(replace_in(work, micai_pointer_of(words[i]), depth));
        changed = changed || value != words[i];
        words[i] = value;
    }
    const mica_attr *result =
        changed ? mica_attr_get(work->context, definition, words, count) : attr;
    micai_context_free(work->context, words, bytes);
    return result;
}

static const mica_attr *replace_in(replacement *work, const mica_attr *attr, unsigned depth)
{
    const mica_attr *result = attr;
    if (!attr || depth == 0)
        return attr;
    if (mica_attr_is(attr, MICA_ATTR_SYMBOL_REF) && matches(work->path, attr))
        result = renamed(work, attr);
    else if (mica_attr_is(attr, MICA_ATTR_ARRAY))
        result = replace_in_array(work, attr, depth - 1);
    else if (mica_attr_is(attr, MICA_ATTR_DICTIONARY))
        result = replace_in_dictionary(work, attr, depth - 1);
    else if (mica_attr_is(attr, MICA_ATTR_DIALECT))
        result = replace_in_params(work, attr, depth - 1);
    work->failed = work->failed || !result;
    return result ? result : attr;
}

static mica_walk_result replace_in_op(void *user, mica_op *op)
{
    replacement *work = user;
    if (op == work->root)
        return MICA_WALK_ADVANCE;
    const size_t slot_count = micai_op_slot_count(op);
    for (size_t i = 0; i < slot_count; i++)
        mica_op_set_slot(op, i, replace_in(work, micai_op_slots(op)[i], DEEPEST_ATTRIBUTE));
    for (size_t i = 0; i < mica_op_attr_count(op); i++) {
        const mica_named_attr attr = mica_op_attr_entry(op, i);
        const mica_attr *value = replace_in(work, attr.value, DEEPEST_ATTRIBUTE);
        if (value != attr.value)
            mica_op_set_attr_by_name(op, attr.name, value);
    }
    return micai_op_has_trait(op, MICA_TRAIT_SYMBOL_TABLE) ? MICA_WALK_SKIP : MICA_WALK_ADVANCE;
}

static bool replace_in_scope(void *user, mica_op *scope, const symbol_path *path)
{
    replacement *work = user;
    work->path = path;
    work->root = scope;
    mica_op_walk_pre(scope, replace_in_op, work);
    return !work->failed;
}

bool mica_symbol_replace_uses(mica_op *symbol, mica_string name, mica_op *from)
{
    replacement work = {.name = name, .context = symbol->record->context};
    return for_each_scope(symbol, from, replace_in_scope, &work);
}

bool mica_symbol_rename(mica_op *symbol, mica_string name)
{
    mica_op *outermost = symbol;
    while (mica_op_parent(outermost))
        outermost = mica_op_parent(outermost);
    if (!mica_symbol_replace_uses(symbol, name, outermost))
        return false;
    mica_symbol_set_name(symbol, name);
    return true;
}
