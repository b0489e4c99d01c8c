// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes of an op: inherent ones in slots, discardable ones in a sorted list. An
// unregistered op has one slot, the dictionary that it was written with in `<{...}>`.
#include "ir/core/operation_internal.h"

static size_t list_size(size_t capacity)
{
    return sizeof(micai_attr_list) + capacity * sizeof(mica_named_attr);
}

static int compare_text(mica_string a, mica_string b)
{
    const size_t common = a.length < b.length ? a.length : b.length;
    const int order = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

// ---- slots
// -----------------------------------------------------------------------------------

size_t mica_op_slot_count(const mica_op *op)
{
    return micai_op_slot_count(op);
}

const mica_attr *mica_op_slot(const mica_op *op, size_t index)
{
    assert(index < micai_op_slot_count(op));
    return micai_op_slots(op)[index];
}

const mica_attr *mica_op_slot_or_default(const mica_op *op, size_t index)
{
    const mica_attr *value = mica_op_slot(op, index);
    return value ? value : mica_op_record_default(op->record, index);
}

void mica_op_set_slot(mica_op *op, size_t index, const mica_attr *value)
{
    assert(index < micai_op_slot_count(op));
    const mica_attr **slot = &micai_op_slots(op)[index];
    if (*slot == value)
        return;
    mica_attr_retain(value);
    mica_attr_release(*slot);
    *slot = value;
    micai_context_count_edit(op->record->context);
}

/// The slot of that name; -1 when there is none.
static int find_slot(const mica_op *op, mica_string name)
{
    const int slot = mica_op_def_find_slot(op->record->definition, name);
    return slot < (int)micai_op_slot_count(op) ? slot : -1;
}

// ---- discardable attributes
// ------------------------------------------------------------------

void micai_op_free_attrs(mica_op *op)
{
    if (!op->attrs)
        return;
    for (uint32_t i = 0; i < op->attrs->count; i++)
        mica_attr_release(op->attrs->entries[i].value);
    micai_context_free(op->record->context, op->attrs, list_size(op->attrs->capacity));
    op->attrs = NULL;
}

/// Where `name` is or belongs.
static uint32_t find_position(const micai_attr_list *list, mica_string name, bool *found)
{
    uint32_t low = 0, high = list ? list->count : 0;
    *found = false;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = compare_text(mica_identifier_text(list->entries[middle].name), name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static micai_attr_list *make_list(mica_context *context, size_t capacity)
{
    micai_attr_list *list = micai_context_allocate(context, list_size(capacity));
    if (!list)
        return NULL;
    list->count = 0;
    list->capacity = (uint32_t)capacity;
    return list;
}

static bool reserve_entry(mica_op *op)
{
    micai_attr_list *list = op->attrs;
    if (list && list->count < list->capacity)
        return true;
    micai_attr_list *grown =
        make_list(op->record->context, list ? list->capacity * (size_t)2 : 1);
    if (!grown)
        return false;
    if (list) {
        memcpy(grown->entries, list->entries, list->count * sizeof *list->entries);
        grown->count = list->count;
        micai_context_free(op->record->context, list, list_size(list->capacity));
    }
    op->attrs = grown;
    return true;
}

static void remove_entry(mica_op *op, uint32_t position)
{
    micai_attr_list *list = op->attrs;
    mica_attr_release(list->entries[position].value);
    list->count--;
    memmove(&list->entries[position], &list->entries[position + 1],
            (list->count - position) * sizeof *list->entries);
    if (list->count == 0)
        micai_op_free_attrs(op);
}

static void insert_entry(mica_op *op, uint32_t position, mica_named_attr entry)
{
    if (!reserve_entry(op))
        return;
    micai_attr_list *list = op->attrs;
    memmove(&list->entries[position + 1], &list->entries[position],
            (list->count - position) * sizeof *list->entries);
    list->entries[position] = entry;
    list->count++;
    mica_attr_retain(entry.value);
}

static void set_discardable(mica_op *op, const mica_identifier *name, const mica_attr *value)
{
    bool found;
    const uint32_t position = find_position(op->attrs, mica_identifier_text(name), &found);
    const mica_named_attr entry = {name, value};
    if (found && value) {
        mica_attr_retain(value);
        mica_attr_release(op->attrs->entries[position].value);
        op->attrs->entries[position].value = value;
    } else if (found) {
        remove_entry(op, position);
    } else if (value) {
        insert_entry(op, position, entry);
    } else {
        return;
    }
    micai_context_count_edit(op->record->context);
}

/// Sorts by name; entries of one name keep their order. Bottom-up merge sort: stable, and no
/// worse on hostile input.
static void sort_entries(mica_named_attr *entries, mica_named_attr *scratch, size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            const size_t middle = start + width < count ? start + width : count;
            const size_t end = middle + width < count ? middle + width : count;
            size_t left = start, right = middle;
            for (size_t out = start; out < end; out++) {
                const bool take_left =
                    left < middle &&
                    (right == end ||
                     compare_text(mica_identifier_text(entries[left].name),
                                  mica_identifier_text(entries[right].name)) <= 0);
                scratch[out] = entries[take_left ? left++ : right++];
            }
        }
        memcpy(entries, scratch, count * sizeof *entries);
    }
}

/// Keeps the last entry of each name, and that only when it has a value.
static void drop_repeated(micai_attr_list *list)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const bool repeated =
            i + 1 < list->count && list->entries[i + 1].name == list->entries[i].name;
        if (!repeated && list->entries[i].value)
            list->entries[kept++] = list->entries[i];
    }
    list->count = kept;
}

bool micai_op_set_attr_entries(mica_op *op, const mica_named_attr *entries, size_t count)
{
    mica_context *context = op->record->context;
    micai_op_free_attrs(op);
    if (count == 0)
        return true;
    micai_attr_list *list = make_list(context, count);
    mica_named_attr *scratch =
        count > 1 ? micai_context_allocate(context, count * sizeof *entries) : NULL;
    if (!list || (count > 1 && !scratch)) {
        micai_context_free(context, list, list_size(count));
        micai_context_free(context, scratch, count * sizeof *entries);
        return false;
    }
    memcpy(list->entries, entries, count * sizeof *entries);
    list->count = (uint32_t)count;
    sort_entries(list->entries, scratch, count);
    micai_context_free(context, scratch, count * sizeof *entries);
    drop_repeated(list);
    for (uint32_t i = 0; i < list->count; i++)
        mica_attr_retain(list->entries[i].value);
    op->attrs = list;
    if (list->count == 0)
        micai_op_free_attrs(op);
    return true;
}

size_t mica_op_attr_count(const mica_op *op)
{
    return op->attrs ? op->attrs->count : 0;
}

mica_named_attr mica_op_attr_entry(const mica_op *op, size_t index)
{
    assert(index < mica_op_attr_count(op));
    return op->attrs->entries[index];
}

// ---- by name
// ---------------------------------------------------------------------------------

/// The properties dictionary of an unregistered op, or NULL.
static const mica_attr *unregistered_properties(const mica_op *op)
{
    const mica_attr *slot =
        op->record->definition || micai_op_slot_count(op) == 0 ? NULL : micai_op_slots(op)[0];
    return mica_attr_is(slot, MICA_ATTR_DICTIONARY) ? slot : NULL;
}

static const mica_attr *find_attr(const mica_op *op, mica_string name)
{
    const int slot = find_slot(op, name);
    if (slot >= 0)
        return micai_op_slots(op)[slot];
    bool found;
    const uint32_t position = find_position(op->attrs, name, &found);
    if (found)
        return op->attrs->entries[position].value;
    const mica_attr *properties = unregistered_properties(op);
    return properties ? mica_dictionary_attr_find(properties, name) : NULL;
}

const mica_attr *mica_op_attr(const mica_op *op, const char *name)
{
    return find_attr(op, mica_string_from(name));
}

const mica_attr *mica_op_attr_by_name(const mica_op *op, const mica_identifier *name)
{
    return find_attr(op, mica_identifier_text(name));
}

void mica_op_set_attr_by_name(mica_op *op, const mica_identifier *name, const mica_attr *value)
{
    if (!name)
        return;
    const int slot = find_slot(op, mica_identifier_text(name));
    if (slot >= 0)
        mica_op_set_slot(op, (size_t)slot, value);
    else
        set_discardable(op, name, value);
}

void mica_op_set_attr(mica_op *op, const char *name, const mica_attr *value)
{
    mica_op_set_attr_by_name(
        op, mica_identifier_get(op->record->context, mica_string_from(name)), value);
}
