// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The page: numbers first, then the graph, the nodes, the memory and the IR. Its style and its
// few lines of script stand in it; nothing is fetched.
#include "tools/micac/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void report_printf(command_output *file, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        command_output_write(file, text,
                             (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

void report_escape(command_output *file, const char *text, size_t length)
{
    static const struct {
        char character;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
    size_t begin = 0;
    for (size_t i = 0; i < length; ++i) {
        for (size_t e = 0; e < sizeof entities / sizeof *entities; ++e) {
            if (text[i] != entities[e].character)
                continue;
            command_output_write(file, text + begin, i - begin);
            command_output_write(file, entities[e].entity, strlen(entities[e].entity));
            begin = i + 1;
        }
    }
    command_output_write(file, text + begin, length - begin);
}

static void write_text(command_output *file, const char *text)
{
    command_output_write(file, text, strlen(text));
}

// clang-format off
static const char style[] =
    "<style>\n"
    "body{font:14px/1.45 system-ui,sans-serif;margin:24px auto;max-width:1040px;color:#222}\n"
    "h1{font-size:22px}h2{font-size:17px;margin-top:32px}\n"
    ".frame{overflow:auto;max-height:640px;border:1px solid #ccc;border-radius:6px}\n"
    "table{border-collapse:collapse;width:100%}td,th{padding:3px 8px;text-align:left}\n"
    "th{cursor:pointer;border-bottom:1px solid #888;position:sticky;top:0;background:#fff}\n"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}tr:nth-child(even){background:#f6f6f6}\n"
    "pre{font:12px/1.4 ui-monospace,monospace;margin:0;padding:10px;overflow:auto;max-height:600px}\n"
    ".edge{fill:none;stroke:#999}.node rect,.buffer{stroke:#777}\n"
    ".node text{font-size:13px}.node .small{font-size:10px;fill:#555}\n"
    "summary{cursor:pointer;padding:6px 0}\n"
    "</style>\n";

// A click on a column's head sorts by it, a second one the other way round.
static const char script[] =
    "<script>\n"
    "document.querySelectorAll('th').forEach((head, column) => head.onclick = () => {\n"
    "  const body = head.closest('table').tBodies[0];\n"
    "  const key = row => { const c = row.cells[column]; return c.dataset.v ? +c.dataset.v : c.textContent; };\n"
    "  const sign = head.dataset.down = head.dataset.down == 1 ? -1 : 1;\n"
    "  [...body.rows].sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0) * sign)\n"
    "    .forEach(row => body.append(row));\n"
    "});\n"
    "</script>\n";
// clang-format on

static void write_numbers(const report *r, command_output *file)
{
    double operations = 0;
    for (size_t i = 0; i < r->node_count; ++i)
        operations += (double)r->nodes[i].operations;
    write_text(file, "<pre id=interface>");
    if (r->interface)
        report_escape(file, r->interface, strlen(r->interface));
    report_printf(file,
                  "</pre>\n<p id=numbers>%zu nodes, %.4g million operations, %.4g MB of "
                  "constants, %.4g MB of arena",
                  r->node_count, operations / 1e6, (double)r->constant_bytes / 1e6,
                  (double)r->arena_bytes / 1e6);
    if (r->measured > 0)
        report_printf(file, ", %.4g ms a run on this machine", r->measured);
    write_text(file, ".</p>\n");
}

static void write_number(command_output *file, uint64_t value)
{
    report_printf(file, "<td class=n data-v=%llu>%llu</td>", (unsigned long long)value,
                  (unsigned long long)value);
}

static void write_node(const report *r, const report_node *node, command_output *file)
{
    write_text(file, "<tr><td>");
    report_escape(file, node->op, strlen(node->op));
    write_text(file, "</td><td>");
    report_escape(file, node->name, strlen(node->name));
    write_text(file, "</td><td>");
    report_escape(file, node->type, strlen(node->type));
    write_text(file, "</td>");
    write_number(file, node->operations);
    write_number(file, node->bytes);
    if (r->measured > 0)
        report_printf(file, "<td class=n data-v=%.9g>%.1f%%</td>", node->milliseconds,
                      100 * node->milliseconds / r->measured);
    write_text(file, "</tr>\n");
}

static void write_nodes(const report *r, command_output *file)
{
    write_text(file, "<h2>Nodes</h2>\n<div class=frame><table id=nodes><thead><tr><th>op</th>"
                     "<th>name</th><th>result</th><th>operations</th><th>bytes</th>");
    write_text(file, r->measured > 0 ? "<th>time</th></tr></thead><tbody>\n"
                                     : "</tr></thead><tbody>\n");
    for (size_t i = 0; i < r->node_count; ++i)
        write_node(r, &r->nodes[i], file);
    write_text(file, "</tbody></table></div>\n");
}

static void write_stages(const report *r, command_output *file)
{
    write_text(file, "<h2>The IR of each stage</h2>\n");
    for (size_t i = 0; i < r->stage_count; ++i) {
        const report_stage *stage = &r->stages[i];
        report_printf(file, "<details class=stage><summary>%s%s</summary><pre>", stage->name,
                      stage->is_cut ? " (the beginning)" : "");
        report_escape(file, stage->text, stage->length);
        write_text(file, "</pre></details>\n");
    }
}

static void write_page(const report *r, command_output *file)
{
    write_text(file, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>");
    report_escape(file, r->title, strlen(r->title));
    write_text(file, "</title>\n");
    write_text(file, style);
    write_text(file, "</head><body>\n<h1>");
    report_escape(file, r->title, strlen(r->title));
    write_text(file, "</h1>\n");
    write_numbers(r, file);
    report_printf(file, "<h2>Graph</h2>\n<p>Red: the share of the %s.</p>\n<div class=frame>\n",
                  r->measured > 0 ? "time" : "operations");
    report_write_graph(r, file);
    write_text(file, "</div>\n");
    write_nodes(r, file);
    report_printf(file,
                  "<h2>Memory</h2>\n<p>%zu buffers in an arena of %llu bytes: to the right the "
                  "%zu steps of a run, upwards the places.</p>\n<div class=frame>\n",
                  r->buffer_count, (unsigned long long)r->arena_bytes, r->step_count);
    report_write_memory(r, file);
    write_text(file, "</div>\n");
    write_stages(r, file);
    write_text(file, script);
    write_text(file, "</body></html>\n");
}

bool report_write(report *r, const char *path)
{
    command_output file;
    if (r->is_failed)
        return fputs("error: out of memory for the report\n", stderr) < 0;
    report_place_nodes(r);
    if (!command_output_begin(&file, path))
        return false;
    write_page(r, &file);
    return command_output_end(&file, true);
}
