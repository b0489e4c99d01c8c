// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library to preload: the pass that the fault named by MICA_PLANTED_FAULT belongs to does its
// work and then makes one mistake of a kind that compilers make. `mica-opt --check-passes` must
// notice each (check_passes.py). As in disable_pass.c, the entry of libmica's exported table is
// pointed at a copy of the definition; ops are known by their names, since their kinds are data
// that programs without libmica lack.
#include "ir/core/builder.h"
#include "ir/text/text.h"
#include "transforms/pass/pass_registry.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool is_op(const mica_op *op, const char *name)
{
    return op && mica_string_is(mica_op_name(op), name);
}

/// The `nth` op of the name inside the pass's op.
typedef struct search {
    const char *name;
    unsigned nth;
    mica_op *found;
} search;

static mica_walk_result visit(void *user, mica_op *op)
{
    search *sought = user;
    if (!is_op(op, sought->name) || sought->nth-- > 0)
        return MICA_WALK_ADVANCE;
    sought->found = op;
    return MICA_WALK_INTERRUPT;
}

static mica_op *find_op(mica_op *root, const char *name, unsigned nth)
{
    search sought = {name, nth, NULL};
    mica_op_walk_pre(root, visit, &sought);
    return sought.found;
}

static bool set_attr(mica_op *op, const char *name, const char *text)
{
    mica_context *context = mica_op_context(op);
    const mica_attr *attr = mica_parse_attr(context, mica_string_from(text));
    mica_op_set_attr(op, name, attr);
    return attr != NULL;
}

// ---- the faults
// ------------------------------------------------------------------------------

/// The loop starts one step late.
static bool shift_bound(mica_op *root)
{
    mica_op *loop = find_op(root, "scf.for", 0);
    if (loop)
        mica_op_set_operand(loop, 0, mica_op_operand(loop, 2));
    return loop != NULL;
}

/// A signed comparison becomes unsigned: slt is 2, ult is 6.
static bool lose_sign(mica_op *root)
{
    mica_op *comparison = find_op(root, "arith.cmpi", 0);
    return comparison && set_attr(comparison, "predicate", "6 : i64");
}

/// The first load of a loop is taken before it, whatever the loop stores.
static bool hoist_load(mica_op *root)
{
    mica_op *loop = find_op(root, "scf.for", 0);
    mica_op *load = loop ? find_op(loop, "memref.load", 0) : NULL;
    if (load)
        mica_op_move_before(load, loop);
    return load != NULL;
}

/// The copy that keeps what is still read is left out: its buffer is the original.
static bool skip_copy(mica_op *root)
{
    mica_op *copy = find_op(root, "memref.copy", 0);
    if (!copy)
        return false;
    mica_value *source = mica_op_operand(copy, 0), *target = mica_op_operand(copy, 1);
    mica_op *allocation = mica_value_op(target);
    mica_op_erase(copy);
    mica_value_replace_all_uses(target, source);
    mica_value_set_type(target, mica_value_type(source));
    mica_op_erase(allocation);
    return true;
}

/// Two buffers that live at once get one place.
static bool overlap_buffers(mica_op *root)
{
    mica_op *first = find_op(root, "memref.view", 0), *second = find_op(root, "memref.view", 1);
    if (second)
        mica_op_set_operand(second, 1, mica_op_operand(first, 1));
    return second != NULL;
}

/// A folded sum promises not to overflow although nothing says so.
static bool promise_no_overflow(mica_op *root)
{
    mica_op *sum = find_op(root, "arith.addi", 0);
    return sum && set_attr(sum, "overflowFlags", "#arith.overflow<nsw>");
}

/// Of two uses of a replaced value one keeps something else.
static bool drop_use(mica_op *root)
{
    mica_op *sum = find_op(root, "arith.addf", 0);
    mica_use *use = sum ? mica_value_first_use(mica_op_result(sum, 0)) : NULL;
    if (use)
        mica_use_set(use, mica_op_operand(sum, 0));
    return use != NULL;
}

static const struct fault {
    const char *name;
    const char *pass;
    bool (*plant)(mica_op *root);
} faults[] = {
    {"arena_overlap", "plan-memory", overlap_buffers},
    {"hoisted_load", "loop-invariant-code-motion", hoist_load},
    {"loop_bound", "convert-linalg-to-loops", shift_bound},
    {"overflow_flags", "canonicalize", promise_no_overflow},
    {"predicate", "canonicalize", lose_sign},
    {"read_after_write", "one-shot-bufferize", skip_copy},
    {"second_use", "cse", drop_use},
};

// ---- planting
// --------------------------------------------------------------------------------

static const struct fault *planted;
static bool (*run_original)(mica_pass_run *run);

static bool run_with_fault(mica_pass_run *run)
{
    if (!run_original(run))
        return false;
    if (!planted->plant(mica_pass_run_op(run)))
        fprintf(stderr, "no place for the fault '%s'\n", planted->name);
    return true;
}

/// The table is read-only once relocated; its page is opened for one write.
static bool replace_entry(const mica_pass_def **entry, const mica_pass_def *pass)
{
    const uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *page = (void *)((uintptr_t)entry / page_size * page_size);
    if (mprotect(page, page_size, PROT_READ | PROT_WRITE) != 0)
        return false;
    *entry = pass;
    return mprotect(page, page_size, PROT_READ) == 0;
}

__attribute__((constructor)) static void plant_fault(void)
{
    static mica_pass_def faulty;
    const char *name = getenv("MICA_PLANTED_FAULT");
    const mica_pass_def **passes = dlsym(RTLD_DEFAULT, "mica_builtin_passes");
    if (!name || !passes)
        return;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strcmp(faults[i].name, name) == 0)
            planted = &faults[i];
    while (planted && *passes && strcmp((*passes)->argument, planted->pass) != 0)
        passes++;
    if (planted && *passes) {
        faulty = **passes;
        run_original = faulty.run;
        faulty.run = run_with_fault;
        if (replace_entry(passes, &faulty))
            return;
    }
    fprintf(stderr, "cannot plant the fault '%s'\n", name);
    _exit(125);
}
