// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --report=FILE.html: one page that shows a model as it was read, what its nodes cost, where
// its memory lies and the IR of each stage. The page needs nothing but itself.
//
//   report_collect.c   what a watcher of the stages can note
//   report_measure.c   the time of each node, from a run of a profile of the model
//   report_graph.c     the graph as a picture
//   report_html.c      the page
#ifndef MICA_TOOLS_MICAC_REPORT_H
#define MICA_TOOLS_MICAC_REPORT_H

#include "tools/command/command.h"
#include "tools/driver/model_driver.h"

/// A node of the model.
typedef struct report_node {
    char *op;        ///< "Conv"
    char *name;      ///< in the model; may be empty
    char *type;      ///< of its first result
    size_t *sources; ///< nodes whose results it takes
    size_t source_count;
    uint64_t operations;  ///< arithmetic ones; a multiplication and an addition are two
    uint64_t bytes;       ///< read and written, constants among them
    double milliseconds;  ///< a run; 0 where nothing was measured
    size_t layer, column; ///< in the picture
} report_node;

/// A buffer in the arena.
typedef struct report_buffer {
    char *name; ///< of the node that it comes from
    uint64_t offset, bytes;
    size_t first, last; ///< steps of the entry function, both inclusive
} report_buffer;

/// The module after a stage, as text without long constants.
typedef struct report_stage {
    const char *name;
    char *text;
    size_t length;
    bool is_cut; ///< there is more
} report_stage;

enum { REPORT_MOST_STAGES = 8 };

typedef struct report {
    model_watcher watcher;
    const char *title;
    report_node *nodes;
    size_t node_count;
    report_buffer *buffers;
    size_t buffer_count, step_count;
    report_stage stages[REPORT_MOST_STAGES];
    size_t stage_count;
    char *interface;         ///< lines about inputs and outputs
    uint64_t constant_bytes; ///< weights as the model has them
    uint64_t arena_bytes;
    double measured; ///< milliseconds a run; 0: not measured
    bool is_failed;  ///< out of memory
} report;

/// A watcher that notes what the page needs. `title` is borrowed.
const model_watcher *report_begin(report *r, const char *title);
/// Runs a profile of the model in `path` on made-up inputs and notes the time of each node.
/// Models with inputs of open sizes, and those for a device, are not measured. False after a
/// message.
bool report_measure(report *r, const char *path, const char *entry, const model_sizes *sizes);
/// Writes the page. False after a message.
bool report_write(report *r, const char *path);
void report_end(report *r);

/// Gives each node its layer and column; the widest layer's width.
size_t report_place_nodes(report *r);
/// The picture of the graph, of the memory.
void report_write_graph(const report *r, command_output *file);
void report_write_memory(const report *r, command_output *file);
/// printf to the page; `%s` is not escaped, report_escape is for that.
void report_printf(command_output *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void report_escape(command_output *file, const char *text, size_t length);

#endif
