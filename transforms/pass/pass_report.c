// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports after a pipeline ran: times and statistics, in upstream's layout. Both are first laid
// out as rows (depth, name, numbers), from the tree of the pipeline; the list form sorts rows
// of equal names together.
#include <stdlib.h>

#include "transforms/pass/pass_internal.h"

#define RULE "===-------------------------------------------------------------------------===\n"

typedef struct report_row {
    const char *name;
    const char *anchor; ///< of a pipeline, which has no name
    size_t depth;
    double seconds;
    const micai_pass_item *item;
} report_row;

typedef struct report {
    const micai_allocator *allocator;
    report_row *rows;
    size_t count, capacity;
    micai_text_buffer text;
} report;

static void add_row(report *rows, report_row row)
{
    if (micai_array_reserve(rows->allocator, (void **)&rows->rows, &rows->capacity,
                            rows->count + 1, sizeof(report_row)))
        rows->rows[rows->count++] = row;
}

static void add_pipeline(report *rows, const micai_pipeline *pipeline, size_t depth)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        const micai_pass_item *item = pipeline->items[i];
        if (item->pass)
            add_row(rows, (report_row){item->pass->name, NULL, depth, item->seconds, item});
        for (size_t k = 0; k < item->nested_count; k++) {
            const micai_pipeline *nested = item->nested[k];
            const char *anchor = nested->anchor ? nested->anchor : "any";
            add_row(rows, (report_row){NULL, anchor, depth, nested->seconds, NULL});
            add_pipeline(rows, nested, depth + 1);
        }
    }
}

static void write_report(mica_pass_manager *manager, report *rows)
{
    const mica_string text = micai_text_view(&rows->text);
    if (manager->options.write)
        manager->options.write(manager->options.write_user, text.data, text.length);
    micai_text_buffer_free(&rows->text);
    micai_release(rows->allocator, rows->rows, rows->capacity * sizeof(report_row));
}

// ---- list form
// -------------------------------------------------------------------------------

static int compare_names(const report_row *a, const report_row *b)
{
    if (!a->name || !b->name)
        return a->name ? 1 : b->name ? -1 : strcmp(a->anchor, b->anchor);
    return strcmp(a->name, b->name);
}

static int by_name(const void *a, const void *b)
{
    return compare_names(a, b);
}

static int by_falling_time(const void *left, const void *right)
{
    const report_row *a = left;
    const report_row *b = right;
    if (a->seconds != b->seconds)
        return a->seconds > b->seconds ? -1 : 1;
    return compare_names(a, b);
}

static void merge_equal_names(report *rows)
{
    if (!rows->count)
        return;
    qsort(rows->rows, rows->count, sizeof(report_row), by_name);
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        rows->rows[i].depth = 0;
        if (kept && compare_names(&rows->rows[kept - 1], &rows->rows[i]) == 0)
            rows->rows[kept - 1].seconds += rows->rows[i].seconds;
        else
            rows->rows[kept++] = rows->rows[i];
    }
    rows->count = kept;
    qsort(rows->rows, rows->count, sizeof(report_row), by_falling_time);
}

// ---- times
// -----------------------------------------------------------------------------------

static void print_time(report *rows, double seconds, double total, size_t depth,
                       const report_row *row)
{
    micai_text_printf(&rows->text, "  %8.4f (%5.1f%%)  %*s", seconds,
                      total > 0 ? 100.0 * seconds / total : 0.0, (int)(2 * depth), "");
    if (row->name)
        micai_text_printf(&rows->text, "%s\n", row->name);
    else
        micai_text_printf(&rows->text, "'%s' Pipeline\n", row->anchor);
}

static void print_named_time(report *rows, double seconds, double total, const char *name)
{
    const report_row row = {name, NULL, 0, seconds, NULL};
    print_time(rows, seconds, total, 0, &row);
}

static double add_work(report *rows, const mica_pass_manager *manager, size_t start, size_t end)
{
    double seconds = 0;
    for (size_t i = start; i < end; i++) {
        const micai_timed_work *work = &manager->work[i];
        add_row(rows, (report_row){work->name, NULL, 0, work->seconds, NULL});
        seconds += work->seconds;
    }
    return seconds;
}

/// The tool's work stands around the pipeline as it was done. What no row accounts for is the
/// rest.
void mica_pass_manager_report_timing(mica_pass_manager *manager)
{
    if (!manager->options.timing || !manager->options.write)
        return;
    report rows = {.allocator = manager->allocator,
                   .text = micai_text_buffer_on(manager->allocator)};
    double accounted = add_work(&rows, manager, 0, manager->work_before);
    add_pipeline(&rows, manager->root, 0);
    accounted += manager->root->seconds;
    accounted += add_work(&rows, manager, manager->work_before, manager->work_count);
    double total = mica_pass_manager_now() - manager->created;
    if (total < accounted)
        total = accounted;
    if (manager->options.timing_list)
        merge_equal_names(&rows);
    micai_text_printf(&rows.text,
                      RULE "                         ... Execution time report ...\n" RULE
                           "  Total Execution Time: %.4f seconds\n\n"
                           "  ----Wall Time----  ----Name----\n",
                      total);
    for (size_t i = 0; i < rows.count; i++)
        print_time(&rows, rows.rows[i].seconds, total, rows.rows[i].depth, &rows.rows[i]);
    print_named_time(&rows, total - accounted, total, "Rest");
    print_named_time(&rows, total, total, "Total");
    write_report(manager, &rows);
}

void mica_pass_manager_add_time(mica_pass_manager *manager, const char *name, double seconds)
{
    const size_t size = strlen(name) + 1;
    char *copy = micai_allocate(manager->allocator, size);
    if (!copy || !micai_array_reserve(manager->allocator, (void **)&manager->work,
                                      &manager->work_capacity, manager->work_count + 1,
                                      sizeof(micai_timed_work))) {
        micai_release(manager->allocator, copy, size);
        return;
    }
    memcpy(copy, name, size);
    manager->work[manager->work_count++] = (micai_timed_work){copy, seconds};
    if (manager->created > mica_pass_manager_now() - seconds)
        manager->created = mica_pass_manager_now() - seconds;
}

// ---- statistics
// ------------------------------------------------------------------------------

static void print_statistics(report *rows, const report_row *row)
{
    const int indent = (int)(2 * row->depth);
    if (!row->item) {
        micai_text_printf(&rows->text, "%*s'%s' Pipeline\n", indent, "", row->anchor);
        return;
    }
    const mica_pass_def *pass = row->item->pass;
    micai_text_printf(&rows->text, "%*s%s\n", indent, "", pass->name);
    for (uint32_t i = 0; i < pass->statistic_count; i++)
        micai_text_printf(&rows->text, "%*s  (S) %8llu %s - %s\n", indent, "",
                          (unsigned long long)atomic_load(&row->item->statistics[i]),
                          pass->statistics[i].name, pass->statistics[i].summary);
}

void micai_report_statistics(mica_pass_manager *manager)
{
    report rows = {.allocator = manager->allocator,
                   .text = micai_text_buffer_on(manager->allocator)};
    add_pipeline(&rows, manager->root, 0);
    micai_text_printf(&rows.text,
                      RULE "                         ... Pass statistics report ...\n" RULE);
    for (size_t i = 0; i < rows.count; i++)
        print_statistics(&rows, &rows.rows[i]);
    micai_text_printf(&rows.text, "\n");
    write_report(manager, &rows);
}
