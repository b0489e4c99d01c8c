// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that meet at barriers (gpu.launch): each is a frame of its own with a copy of the
// cells, run in turn until it ends or waits. All must wait at once, or all be done.
#include "ir/interpreter/interpreter_internal.h"

enum { MAX_THREADS = 4096 };

/// A frame whose function is where the parent is, at the start of `entry`.
static bool begin_thread(mica_eval_frame *parent, mica_eval_frame *thread,
                         micai_eval_block *entry, const mica_eval_value *arguments)
{
    memset(thread, 0, sizeof *thread);
    thread->interpreter = parent->interpreter;
    thread->is_thread = true;
    const micai_eval_code *code = parent->code;
    if (!micai_eval_start(thread, code, entry, NULL, 0))
        return false;
    memcpy(thread->values, parent->values, code->slot_count * sizeof(mica_eval_value));
    for (size_t i = 0; i < code->object_count; i++) {
        mica_eval_object *object = thread->values[code->object_slots[i]].as.object;
        if (object)
            object->references++;
    }
    for (size_t i = 0; i < entry->argument_count; i++) {
        // An earlier run of the op may have left an object there.
        if (code->is_object[entry->argument + i])
            micai_eval_drop(thread->interpreter, thread->values[entry->argument + i].as.object);
        thread->values[entry->argument + i] = arguments[i];
    }
    return true;
}

static bool run_phase(mica_eval_frame *parent, mica_op *op, mica_eval_frame *threads,
                      size_t count, bool *all_done)
{
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        threads[i].is_waiting = false;
        if (!micai_eval_run(&threads[i]))
            return false;
        done += threads[i].is_done;
    }
    *all_done = done == count;
    if (done > 0 && done < count)
        return mica_eval_error(parent, op,
                               "has threads that wait at a barrier which others "
                               "never reach");
    return true;
}

/// How far apart the threads may be without barriers is nobody's business: in groups of a
/// workgroup's size they are all there is.
bool mica_eval_run_threads(mica_eval_frame *frame, mica_op *op, size_t region, uint64_t count,
                           void (*arguments)(void *user, uint64_t thread,
                                             mica_eval_value *values),
                           void *user)
{
    micai_eval_block *entry = frame->at->extra ? frame->at->extra->regions[region] : NULL;
    enum { MAX_ARGUMENTS = 64 };
    if (!entry)
        return true;
    if (count > MAX_THREADS || entry->argument_count > MAX_ARGUMENTS || frame->is_thread)
        return mica_eval_unsupported(frame, op, "has more threads than can be interpreted");
    const micai_allocator *allocator = frame->interpreter->allocator;
    mica_eval_frame *threads = micai_allocate_zeroed(allocator, count * sizeof *threads);
    if (!threads && count)
        return mica_eval_no_memory(frame, op);
    bool ok = true, all_done = count == 0;
    size_t begun = 0;
    for (; begun < count && ok; begun++) {
        mica_eval_value values[MAX_ARGUMENTS];
        memset(values, 0, sizeof values);
        arguments(user, begun, values);
        ok = begin_thread(frame, &threads[begun], entry, values);
    }
    while (ok && !all_done)
        ok = run_phase(frame, op, threads, count, &all_done);
    for (size_t i = 0; i < begun; i++)
        micai_eval_frame_free(&threads[i]);
    micai_release(allocator, threads, count * sizeof *threads);
    return ok;
}

bool mica_eval_barrier(mica_eval_frame *frame, mica_op *op)
{
    if (!frame->is_thread)
        return mica_eval_unsupported(frame, op, "is a barrier outside of a launch");
    frame->is_waiting = true;
    return true;
}
