// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pictures of the report, as SVG. The graph stands in layers: a node's layer is one below
// the lowest of its sources, within a layer nodes stand in the order of their sources' columns.
#include "tools/micac/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOX_WIDTH = 168, BOX_HEIGHT = 36, GAP_X = 20, GAP_Y = 30, MARGIN = 12 };
enum { SHOWN_NAME = 24 };

// ---- layers
// ----------------------------------------------------------------------------------

/// What sorts a layer: the mean of the sources' columns, then the order of the model.
typedef struct place {
    size_t node, layer;
    double wish;
} place;

static int compare_places(const void *a, const void *b)
{
    const place *first = a, *second = b;
    if (first->layer != second->layer)
        return first->layer < second->layer ? -1 : 1;
    if (first->wish != second->wish)
        return first->wish < second->wish ? -1 : 1;
    return first->node < second->node ? -1 : first->node > second->node;
}

static double wished_column(const report *r, const report_node *node)
{
    double sum = 0;
    for (size_t i = 0; i < node->source_count; ++i)
        sum += (double)r->nodes[node->sources[i]].column;
    return node->source_count ? sum / (double)node->source_count : 0;
}

/// Sorts the places of one layer, whose sources have their columns already.
static size_t place_layer(report *r, place *places, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        places[i].wish = wished_column(r, &r->nodes[places[i].node]);
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; ++i)
        r->nodes[places[i].node].column = i;
    return count;
}

size_t report_place_nodes(report *r)
{
    size_t widest = 0;
    place *places = calloc(r->node_count + 1, sizeof *places);
    if (!places)
        return 0;
    for (size_t i = 0; i < r->node_count; ++i) {
        report_node *node = &r->nodes[i];
        node->layer = 0;
        for (size_t s = 0; s < node->source_count; ++s) {
            const size_t above = r->nodes[node->sources[s]].layer + 1;
            node->layer = above > node->layer ? above : node->layer;
        }
        places[i] = (place){i, node->layer, 0};
    }
    qsort(places, r->node_count, sizeof *places, compare_places);
    for (size_t begin = 0, end; begin < r->node_count; begin = end) {
        for (end = begin; end < r->node_count && places[end].layer == places[begin].layer;)
            ++end;
        const size_t width = place_layer(r, places + begin, end - begin);
        widest = width > widest ? width : widest;
    }
    free(places);
    return widest;
}

// ---- the graph
// -------------------------------------------------------------------------------

static size_t left_of(const report_node *node)
{
    return MARGIN + node->column * (BOX_WIDTH + GAP_X);
}

static size_t top_of(const report_node *node)
{
    return MARGIN + node->layer * (BOX_HEIGHT + GAP_Y);
}

static void write_edges(const report *r, const report_node *node, command_output *file)
{
    const size_t x = left_of(node) + BOX_WIDTH / 2, y = top_of(node);
    for (size_t i = 0; i < node->source_count; ++i) {
        const report_node *source = &r->nodes[node->sources[i]];
        const size_t from_x = left_of(source) + BOX_WIDTH / 2;
        const size_t from_y = top_of(source) + BOX_HEIGHT;
        const size_t middle = (from_y + y) / 2;
        report_printf(file, "<path class=edge d=\"M%zu %zuC%zu %zu %zu %zu %zu %zu\"/>\n",
                      from_x, from_y, from_x, middle, x, middle, x, y);
    }
}

/// Red as far as the node's share of the time, or of the operations where time is not known.
static void write_box(const report *r, const report_node *node, double share,
                      command_output *file)
{
    const size_t x = left_of(node), y = top_of(node), length = strlen(node->name);
    const double strength = share > 0.5 ? 1 : 2 * share;
    (void)r;
    report_printf(file,
                  "<g class=node><rect x=%zu y=%zu width=%d height=%d rx=5 "
                  "fill=\"hsl(12 90%% %.0f%%)\"/><text x=%zu y=%zu>",
                  x, y, BOX_WIDTH, BOX_HEIGHT, 97 - 37 * strength, x + 8, y + 15);
    report_escape(file, node->op, strlen(node->op));
    report_printf(file, "</text><text class=small x=%zu y=%zu>", x + 8, y + 29);
    const size_t skipped = length > SHOWN_NAME ? length - SHOWN_NAME : 0;
    report_escape(file, node->name + skipped, length - skipped);
    report_printf(file, "</text><title>");
    report_escape(file, node->op, strlen(node->op));
    report_printf(file, " ");
    report_escape(file, node->name, length);
    report_printf(file, "\n");
    report_escape(file, node->type, strlen(node->type));
    report_printf(file, "\n%.1f%%</title></g>\n", 100 * share);
}

static double total_operations(const report *r)
{
    double total = 0;
    for (size_t i = 0; i < r->node_count; ++i)
        total += (double)r->nodes[i].operations;
    return total > 0 ? total : 1;
}

void report_write_graph(const report *r, command_output *file)
{
    size_t widest = 0, layers = 0;
    const double operations = total_operations(r);
    for (size_t i = 0; i < r->node_count; ++i) {
        const report_node *node = &r->nodes[i];
        widest = node->column >= widest ? node->column + 1 : widest;
        layers = node->layer >= layers ? node->layer + 1 : layers;
    }
    const size_t width = 2 * MARGIN + widest * (BOX_WIDTH + GAP_X);
    const size_t height = 2 * MARGIN + layers * (BOX_HEIGHT + GAP_Y);
    report_printf(file, "<svg id=graph width=%zu height=%zu viewBox=\"0 0 %zu %zu\">\n", width,
                  height, width, height);
    for (size_t i = 0; i < r->node_count; ++i)
        write_edges(r, &r->nodes[i], file);
    for (size_t i = 0; i < r->node_count; ++i) {
        const report_node *node = &r->nodes[i];
        const double share = r->measured > 0 ? node->milliseconds / r->measured
                                             : (double)node->operations / operations;
        write_box(r, node, share, file);
    }
    report_printf(file, "</svg>\n");
}

// ---- the memory
// ------------------------------------------------------------------------------

/// Steps to the right, places in the arena upwards.
void report_write_memory(const report *r, command_output *file)
{
    enum { WIDTH = 960, HEIGHT = 360 };
    const double steps = r->step_count ? (double)r->step_count : 1;
    const double bytes = r->arena_bytes ? (double)r->arena_bytes : 1;
    report_printf(file, "<svg id=memory width=%d height=%d viewBox=\"0 0 %d %d\">\n", WIDTH,
                  HEIGHT, WIDTH, HEIGHT);
    for (size_t i = 0; i < r->buffer_count; ++i) {
        const report_buffer *buffer = &r->buffers[i];
        const double x = WIDTH * (double)buffer->first / steps;
        const double right = WIDTH * (double)(buffer->last + 1) / steps;
        const double height = HEIGHT * (double)buffer->bytes / bytes;
        const double y = HEIGHT - HEIGHT * (double)buffer->offset / bytes - height;
        report_printf(file,
                      "<rect class=buffer x=%.2f y=%.2f width=%.2f height=%.2f "
                      "fill=\"hsl(%zu 60%% 72%%)\"><title>",
                      x, y, right - x, height, i * 67 % 360);
        report_escape(file, buffer->name, strlen(buffer->name));
        report_printf(file, "\n%llu bytes at %llu, steps %zu to %zu</title></rect>\n",
                      (unsigned long long)buffer->bytes, (unsigned long long)buffer->offset,
                      buffer->first, buffer->last);
    }
    report_printf(file, "</svg>\n");
}
