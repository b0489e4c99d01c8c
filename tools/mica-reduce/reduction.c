// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loop of delta debugging (reduction.h).
#include "tools/mica-reduce/reduction.h"

#include "ir/core/verifier.h"

#include <stdlib.h>

void place_list_add(place_list *list, mica_op *op, size_t index)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 64;
        place *grown = realloc(list->data, capacity * sizeof *grown);
        if (!grown) {
            list->failed = true;
            return;
        }
        list->data = grown;
        list->capacity = capacity;
    }
    list->data[list->count++] = (place){op, index};
}

static place_list list_places(const reduction *kind, mica_op *module)
{
    place_list places = {NULL, 0, 0, false};
    kind->list(module, &places);
    if (places.failed)
        places.count = 0;
    return places;
}

static size_t count_places(const reduction *kind, mica_op *module)
{
    place_list places = list_places(kind, module);
    free(places.data);
    return places.count;
}

/// A copy with the places [first, first + count) edited; NULL when nothing could be.
static mica_op *edited_copy(const reducer_state *reducer, const reduction *kind, size_t first,
                            size_t count)
{
    mica_op *copy = mica_op_clone(reducer->module, NULL);
    if (!copy)
        return NULL;
    place_list places = list_places(kind, copy);
    bool edited = false;
    const mica_op *taken = NULL;
    const size_t end = first + count < places.count ? first + count : places.count;
    for (size_t i = end; i > first; i--) {
        const place *at = &places.data[i - 1];
        if (at->op == taken || !kind->edit(at->op, at->index))
            continue;
        edited = true;
        taken = kind->takes_op ? at->op : NULL;
    }
    free(places.data);
    if (edited)
        return copy;
    mica_op_destroy(copy);
    return NULL;
}

static bool may_test(const reducer_state *reducer)
{
    return reducer->most_tests == 0 || reducer->tests < reducer->most_tests;
}

/// Takes the copy when it is interesting, frees it otherwise.
static bool try_copy(reducer_state *reducer, mica_op *copy)
{
    const bool is_valid = !reducer->must_verify || mica_op_verify(copy);
    if (is_valid)
        reducer->tests++;
    if (!is_valid || !verdict_is_interesting(reducer->verdict, copy)) {
        mica_op_destroy(copy);
        return false;
    }
    mica_op_destroy(reducer->module);
    reducer->module = copy;
    return true;
}

/// One kind of edit, from one run of all places to runs of one. True when anything was taken.
static bool run_reduction(reducer_state *reducer, const reduction *kind)
{
    bool taken = false;
    size_t count = count_places(kind, reducer->module);
    for (size_t run = count; run > 0; run = run == 1 ? 0 : (run + 1) / 2) {
        // From the end: users go before what they use.
        size_t end = count;
        while (end > 0 && may_test(reducer)) {
            const size_t first = end > run ? end - run : 0;
            mica_op *copy = edited_copy(reducer, kind, first, end - first);
            if (copy && try_copy(reducer, copy)) {
                taken = true;
                count = count_places(kind, reducer->module);
            }
            end = first < count ? first : count;
        }
        if (run > count && count > 0)
            run = count;
    }
    return taken;
}

void reducer_run(reducer_state *reducer)
{
    bool taken = true;
    while (taken && may_test(reducer)) {
        taken = false;
        for (const reduction *kind = reductions; kind->name; kind++)
            taken = run_reduction(reducer, kind) || taken;
    }
}
