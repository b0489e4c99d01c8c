// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output of the printer: a buffer before the caller's write function, and small pieces of text.
#include "ir/text/printer_internal.h"

#include <stdlib.h>

bool micai_printer_init(mica_asm_printer *printer, mica_context *context,
                        const mica_print_options *options, mica_write_fn write, void *user)
{
    memset(printer, 0, sizeof *printer);
    printer->context = context;
    printer->allocator = &context->allocator;
    if (options)
        printer->options = *options;
    printer->write = write;
    printer->user = user;
    printer->names.of = micai_pointer_map_on(printer->allocator);
    printer->names.used = micai_pointer_map_on(printer->allocator);
    printer->aliases.index = micai_pointer_map_on(printer->allocator);
    printer->default_dialect = mica_string_from("builtin");
    printer->buffer = micai_allocate(printer->allocator, MICAI_PRINT_BUFFER);
    printer->failed = !printer->buffer;
    return !printer->failed;
}

void micai_print_no_memory(mica_asm_printer *printer)
{
    printer->failed = true;
}

static void flush(mica_asm_printer *printer)
{
    if (printer->used && !printer->failed)
        printer->failed = !printer->write(printer->user, printer->buffer, printer->used);
    printer->used = 0;
    printer->flushes++;
}

void micai_put_slow(mica_asm_printer *printer, const char *data, size_t size)
{
    flush(printer);
    if (size >= MICAI_PRINT_BUFFER) {
        if (!printer->failed)
            printer->failed = !printer->write(printer->user, data, size);
        return;
    }
    memcpy(printer->buffer, data, size);
    printer->used = size;
}

bool micai_printer_finish(mica_asm_printer *printer)
{
    if (printer->buffer)
        flush(printer);
    const micai_allocator *allocator = printer->allocator;
    micai_release(allocator, printer->buffer, MICAI_PRINT_BUFFER);
    micai_names_free(printer);
    micai_aliases_free(printer);
    micai_print_frames_free(printer);
    micai_print_memo_free(printer);
    for (size_t i = 0; i < MICAI_TYPE_TEXTS; i++)
        micai_release(allocator, printer->type_texts[i].text, printer->type_texts[i].length);
    micai_release(allocator, printer->distinct,
                  printer->distinct_capacity * sizeof *printer->distinct);
    micai_release(allocator, printer->resources,
                  printer->resource_capacity * sizeof *printer->resources);
    return !printer->failed;
}

void micai_put_unsigned(mica_asm_printer *printer, uint64_t value)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    enum { MOST = 20 };
    char text[2 * MOST] = "";
    size_t start = MOST;
    // 32-bit divisions are cheaper, and numbers are small.
    while (value > UINT32_MAX) {
        text[--start] = (char)('0' + value % 10);
        value /= 10;
    }
    uint32_t small = (uint32_t)value;
    for (; small >= 10; small /= 100)
        memcpy(text + (start -= 2), pairs + small % 100 * 2, 2);
    if (small || start == MOST)
        text[--start] = (char)('0' + small);
    if (!printer->buffer || MICAI_PRINT_BUFFER - printer->used < MOST) {
        micai_put(printer, text + start, MOST - start);
        return;
    }
    // A copy of fixed size is two instructions; what is too much is written over.
    memcpy(printer->buffer + printer->used, text + start, MOST);
    printer->used += MOST - start;
}

void micai_put_signed(mica_asm_printer *printer, int64_t value)
{
    if (value < 0) {
        micai_put_char(printer, '-');
        micai_put_unsigned(printer, 0 - (uint64_t)value);
        return;
    }
    micai_put_unsigned(printer, (uint64_t)value);
}

void micai_put_blanks(mica_asm_printer *printer, unsigned count)
{
    static const char blanks[] = "                                ";
    const unsigned most = sizeof blanks - 1;
    for (; count > most; count -= most)
        micai_put(printer, blanks, most);
    micai_put(printer, blanks, count);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void micai_put_escaped(mica_asm_printer *printer, mica_string text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t start = 0;
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if (is_plain(c))
            continue;
        micai_put(printer, text.data + start, i - start);
        start = i + 1;
        const char escape[] = {'\\', digits[c >> 4], digits[c & 15]};
        if (c == '\\')
            micai_put_literal(printer, "\\\\");
        else
            micai_put(printer, escape, sizeof escape);
    }
    micai_put(printer, text.data + start, text.length - start);
}

void micai_put_quoted(mica_asm_printer *printer, mica_string text)
{
    micai_put_char(printer, '"');
    micai_put_escaped(printer, text);
    micai_put_char(printer, '"');
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool micai_is_bare_identifier(mica_string text)
{
    if (text.length == 0 || !is_letter(text.data[0]))
        return false;
    for (size_t i = 1; i < text.length; i++) {
        const char c = text.data[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '$' && c != '.')
            return false;
    }
    return true;
}

// ---- entry points
// ----------------------------------------------------------------------------

static mica_op *root_of(mica_op *op)
{
    for (mica_op *parent = mica_op_parent(op); parent; parent = mica_op_parent(op))
        op = parent;
    return op;
}

// The op from which values are numbered: the file's, or with local scope the nearest one that
// sees nothing outside.
static mica_op *naming_root(mica_op *op, bool local_scope)
{
    if (!local_scope)
        return root_of(op);
    for (mica_op *parent = mica_op_parent(op); parent; parent = mica_op_parent(op)) {
        if (mica_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE))
            return op;
        op = parent;
    }
    return op;
}

// The names around an op, from the root inwards.
typedef struct surroundings {
    micai_op_names *names;
    size_t count;
} surroundings;

static void open_surroundings(mica_asm_printer *printer, mica_op *root, mica_op *op,
                              surroundings *around)
{
    around->count = 0;
    around->names = NULL;
    for (mica_op *o = op; o != root; o = mica_op_parent(o))
        around->count++;
    micai_names_add_op(printer, root);
    if (printer->options.generic || printer->options.print_unique_ids)
        micai_names_add_all(printer, root);
    around->names =
        micai_allocate_zeroed(printer->allocator, around->count * sizeof *around->names);
    const mica_region **path = micai_allocate(printer->allocator, around->count * sizeof *path);
    size_t i = around->count;
    for (mica_op *o = op; path && o != root; o = mica_op_parent(o))
        path[--i] = mica_op_parent_region(o);
    for (i = 0; path && around->names && i < around->count; i++) {
        micai_names_open(printer, mica_region_parent(path[i]), &around->names[i]);
        micai_names_enter(printer, &around->names[i], mica_region_index(path[i]));
    }
    if (around->count && !(path && around->names))
        micai_print_no_memory(printer);
    micai_release(printer->allocator, path, around->count * sizeof *path);
}

static void close_surroundings(mica_asm_printer *printer, surroundings *around)
{
    for (size_t i = around->count; around->names && i-- > 0;) {
        if (around->names[i].regions)
            micai_names_close(printer, &around->names[i]);
    }
    micai_release(printer->allocator, around->names, around->count * sizeof *around->names);
}

bool mica_print_op(mica_op *op, const mica_print_options *options, mica_write_fn write,
                   void *user)
{
    mica_context *context = mica_op_context(op);
    mica_asm_printer *printer = micai_allocate(&context->allocator, sizeof *printer);
    if (!printer)
        return false;
    if (micai_printer_init(printer, context, options, write, user)) {
        const bool local = printer->options.local_scope;
        const bool is_top = !mica_op_block(op) && !local;
        if (!local)
            micai_aliases_collect(printer, root_of(op));
        surroundings around;
        open_surroundings(printer, naming_root(op, local), op, &around);
        if (is_top)
            micai_print_alias_definitions(printer, false);
        micai_print_full_op(printer, op);
        if (is_top) {
            micai_put_char(printer, '\n');
            micai_print_alias_definitions(printer, true);
            micai_print_resources(printer);
        }
        close_surroundings(printer, &around);
    }
    const bool good = micai_printer_finish(printer);
    micai_release(&context->allocator, printer, sizeof *printer);
    return good && !context->out_of_memory;
}

typedef struct print_request {
    const mica_type *type;
    const mica_attr *attr;
} print_request;

static bool print_one(mica_context *context, const print_request *request, mica_write_fn write,
                      void *user)
{
    mica_asm_printer *printer = micai_allocate(&context->allocator, sizeof *printer);
    if (!printer)
        return false;
    if (micai_printer_init(printer, context, NULL, write, user)) {
        if (request->type)
            micai_print_type(printer, request->type);
        else
            micai_print_attr(printer, request->attr, MICAI_TYPE_NEVER);
    }
    const bool good = micai_printer_finish(printer);
    micai_release(&context->allocator, printer, sizeof *printer);
    return good;
}

bool mica_print_type(const mica_type *type, mica_write_fn write, void *user)
{
    const print_request request = {type, NULL};
    return print_one(mica_type_context(type), &request, write, user);
}

bool mica_print_attr(const mica_attr *attr, mica_write_fn write, void *user)
{
    const print_request request = {NULL, attr};
    return print_one(mica_attr_context(attr), &request, write, user);
}

bool mica_print_location(mica_context *context, mica_location location, mica_write_fn write,
                         void *user)
{
    const mica_attr *attr = mica_location_to_attr(context, location);
    return attr && mica_print_attr(attr, write, user);
}

// ---- to strings
// ------------------------------------------------------------------------------

typedef struct string_target {
    char *data;
    size_t length, capacity;
} string_target;

static bool append(void *user, const char *data, size_t size)
{
    string_target *target = user;
    if (target->length + size + 1 > target->capacity) {
        const size_t capacity = 2 * target->capacity + size + 1;
        char *grown = mica_realloc(target->data, capacity);
        if (!grown)
            return false;
        target->data = grown;
        target->capacity = capacity;
    }
    memcpy(target->data + target->length, data, size);
    target->length += size;
    target->data[target->length] = '\0';
    return true;
}

static char *take(string_target *target, bool good)
{
    if (good && (target->data || append(target, "", 0)))
        return target->data;
    mica_free(target->data);
    return NULL;
}

char *mica_op_to_string(mica_op *op, const mica_print_options *options)
{
    string_target target = {NULL, 0, 0};
    const bool good = mica_print_op(op, options, append, &target);
    return take(&target, good);
}

char *mica_type_to_string(const mica_type *type)
{
    string_target target = {NULL, 0, 0};
    const bool good = mica_print_type(type, append, &target);
    return take(&target, good);
}

char *mica_attr_to_string(const mica_attr *attr)
{
    string_target target = {NULL, 0, 0};
    const bool good = mica_print_attr(attr, append, &target);
    return take(&target, good);
}
