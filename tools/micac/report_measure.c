// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The times of the report: the model is compiled once more, as a profile in memory, and run on
// inputs that are made up: integers are zero, floats go over a small range.
#include "tools/driver/model_memory.h"
#include "tools/micac/report.h"
#include "tools/support/model_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 5 };

static void fill(mica_array *array)
{
    if (array->type == MICA_RT_F32) {
        float *values = array->data;
        for (uint64_t i = 0; i < array->count; ++i)
            values[i] = (float)(i % 17) / 16 - 0.5f;
    } else if (array->type == MICA_RT_F64) {
        double *values = array->data;
        for (uint64_t i = 0; i < array->count; ++i)
            values[i] = (double)(i % 17) / 16 - 0.5;
    }
}

static bool run_model(const mica_rt_model *model, mica_tool_error *error)
{
    mica_array *inputs = calloc(model->input_count + 1, sizeof *inputs);
    mica_array *outputs = calloc(model->output_count + 1, sizeof *outputs);
    double times[RUNS];
    const mica_model_options options = {.repeat = RUNS, .run_times = times};
    bool ok = inputs && outputs;
    for (uint32_t i = 0; ok && i < model->input_count; ++i) {
        const mica_rt_tensor_info *info = &model->inputs[i];
        ok = mica_array_create(&inputs[i], info->type, info->rank, info->dims, error);
        if (ok)
            fill(&inputs[i]);
    }
    ok = ok && mica_model_call(model, &options, inputs, model->input_count, outputs, error);
    for (uint32_t i = 0; inputs && i < model->input_count; ++i)
        mica_array_destroy(&inputs[i]);
    for (uint32_t i = 0; ok && i < model->output_count; ++i)
        mica_array_destroy(&outputs[i]);
    free(inputs);
    free(outputs);
    return ok;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(report_node *const *)a)->name, (*(report_node *const *)b)->name);
}

/// Gives each part's time to the node of its name; what came of no node counts for the whole.
static bool note_times(report *r, const mica_rt_profile *profile)
{
    report_node **sorted = malloc((r->node_count + 1) * sizeof *sorted);
    if (!sorted)
        return false;
    for (size_t i = 0; i < r->node_count; ++i)
        sorted[i] = &r->nodes[i];
    qsort(sorted, r->node_count, sizeof *sorted, compare_names);
    for (uint32_t i = 0; i < profile->part_count; ++i) {
        const mica_rt_profile_counter *counter = &profile->counters[i];
        const double runs = counter->runs > 0 ? (double)counter->runs : 1;
        const double milliseconds = (double)counter->nanoseconds / runs / 1e6;
        report_node key = {0}, *wanted = &key;
        key.name = (char *)(size_t)profile->names[i];
        report_node **found =
            bsearch(&wanted, sorted, r->node_count, sizeof *sorted, compare_names);
        if (found)
            (*found)->milliseconds += milliseconds;
        r->measured += milliseconds;
    }
    free(sorted);
    return true;
}

static bool measure(report *r, model_driver *driver, const char *path, const char *entry)
{
    model_in_memory memory;
    mica_tool_error error = {"out of memory"};
    bool ok = model_memory_load(&memory, driver, path, entry, 3);
    if (ok && memory.model.dim_count == 0 && memory.model.profile) {
        ok = run_model(&memory.model, &error) && note_times(r, memory.model.profile);
        if (!ok)
            fprintf(stderr, "error: the model can't be measured: %s\n", error.text);
    }
    model_memory_end(&memory);
    return ok;
}

bool report_measure(report *r, const char *path, const char *entry, const model_sizes *sizes)
{
    model_driver driver = {
        .device = find_model_device("cpu"), .sizes = sizes, .has_profile = true};
    mica_context *context = command_context_create();
    const bool ok = context && model_driver_read(&driver, context, path) &&
                    measure(r, &driver, path, entry);
    if (context)
        model_driver_end(&driver);
    command_context_destroy(context);
    return ok;
}
