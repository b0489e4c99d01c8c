// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The printer's insides. One pass writes text through a buffer; before it, when something may
// be abbreviated, a collecting pass runs the same code without output to find aliases in the
// order in which they are printed.
#ifndef MICA_IR_TEXT_PRINTER_INTERNAL_H
#define MICA_IR_TEXT_PRINTER_INTERNAL_H

#include "ir/core/affine.h"
#include "ir/core/context_internal.h"
#include "ir/text/asm_printer.h"
#include "ir/text/assembly_program.h"
#include "ir/text/text.h"

/// A type or attribute that was met while collecting.
typedef struct micai_alias_entry {
    const void *value;
    const char *name; ///< "map", "set", "loc"...; NULL: none
    uint32_t number;  ///< among those of its name
    uint32_t depth;   ///< 0: no alias inside; 1: an alias without others inside
    bool is_type, can_be_deferred;
    uint32_t first_child, child_count; ///< in `children`
} micai_alias_entry;

typedef struct micai_aliases {
    micai_pointer_map index; ///< value -> entry index + 1
    micai_alias_entry *entries;
    size_t count, capacity;
    uint32_t *children;
    size_t child_count, child_capacity;
    uint32_t *order; ///< entries with a name as they are printed
    size_t order_count;
} micai_aliases;

/// Printed names of the values and blocks in scope.
typedef struct micai_names {
    /// Value: number * 4 + 1, argument number * 4 + 3, index of the result whose name it
    /// shares * 4 + 2, or an identifier. Block: its number.
    micai_pointer_map of;
    bool all_named;         ///< every value of the file has its name already
    micai_pointer_map used; ///< identifiers taken
    const void **in_scope;  ///< keys of `of`, in order, to be dropped with their region
    size_t count, capacity;
    const mica_identifier **taken;
    size_t taken_count, taken_capacity;
    uint32_t next_value, next_argument, next_conflict;
    const mica_identifier *arguments[16]; ///< "arg0"...
} micai_names;

/// Counters, and the names taken, behind a region's own values.
typedef struct micai_region_names {
    uint32_t next_value, next_argument, next_conflict;
    size_t taken_first, taken_end;
} micai_region_names;

/// The names inside one op that is being printed. Its regions are named before anything of it
/// is printed (entry arguments may come first); siblings don't see each other's names.
typedef struct micai_op_names {
    size_t count, taken_count; ///< before the op
    uint32_t next_value, next_argument, next_conflict;
    size_t region_count;
    micai_region_names *regions;
    micai_region_names inline_regions[2];
} micai_op_names;

enum { MICAI_PRINT_BUFFER = 1 << 16, MICAI_TYPE_TEXTS = 256 };

/// The text of a type that was printed before.
typedef struct micai_type_text {
    const mica_type *type;
    char *text;
    size_t length;
} micai_type_text;

enum { MICAI_PRINT_KEY_PARTS = 8 };

/// What a piece of text is made of: pointers or small numbers, NULL behind the last.
typedef struct micai_print_key {
    const void *parts[MICAI_PRINT_KEY_PARTS];
} micai_print_key;

struct mica_asm_printer {
    mica_context *context;
    const micai_allocator *allocator;
    mica_print_options options;
    mica_write_fn write;
    void *user;
    char *buffer; ///< NULL: collecting
    size_t used;
    size_t flushes;
    bool failed;
    unsigned indent; ///< in blanks
    unsigned depth;  ///< of nested types and attributes
    mica_string default_dialect;
    micai_names names;
    micai_aliases aliases;
    bool has_aliases;
    bool is_collecting, deferring;
    uint32_t *open_children; ///< of the values whose visits are under way
    size_t open_child_count, open_child_capacity;
    uint32_t collected_depth; ///< greatest depth among what the current value holds
    micai_type_text type_texts[MICAI_TYPE_TEXTS];
    struct micai_print_memo *memo; ///< NULL: nothing yet
    const mica_attr **distinct;
    size_t distinct_count, distinct_capacity;
    const mica_identifier **resources; ///< keys in order of first use
    size_t resource_count, resource_capacity;
    struct micai_print_frame *frame;
    struct micai_print_frame *free_frames;
};

typedef enum micai_elision { MICAI_TYPE_NEVER, MICAI_TYPE_MAY, MICAI_TYPE_MUST } micai_elision;

// ---- printer.c: output
// -----------------------------------------------------------------------

bool micai_printer_init(mica_asm_printer *printer, mica_context *context,
                        const mica_print_options *options, mica_write_fn write, void *user);
/// Flushes; false when anything failed.
bool micai_printer_finish(mica_asm_printer *printer);
void micai_put_slow(mica_asm_printer *printer, const char *data, size_t size);
static inline void micai_put(mica_asm_printer *printer, const char *data, size_t size)
{
    if (!printer->buffer)
        return;
    if (size > MICAI_PRINT_BUFFER - printer->used) {
        micai_put_slow(printer, data, size);
        return;
    }
    memcpy(printer->buffer + printer->used, data, size);
    printer->used += size;
}
#define micai_put_literal(printer, text) micai_put(printer, text, sizeof(text) - 1)
static inline void micai_put_char(mica_asm_printer *printer, char c)
{
    micai_put(printer, &c, 1);
}
void micai_put_unsigned(mica_asm_printer *printer, uint64_t value);
void micai_put_signed(mica_asm_printer *printer, int64_t value);
/// A number of blanks.
void micai_put_blanks(mica_asm_printer *printer, unsigned count);
/// Escaped, without quotes.
void micai_put_escaped(mica_asm_printer *printer, mica_string text);
void micai_put_quoted(mica_asm_printer *printer, mica_string text);
bool micai_is_bare_identifier(mica_string text);
void micai_print_no_memory(mica_asm_printer *printer);

// ---- type_printer.c, attr_printer.c, elements_printer.c, affine_printer.c, location_printer.c

void micai_print_type(mica_asm_printer *printer, const mica_type *type);
void micai_print_type_body(mica_asm_printer *printer, const mica_type *type);
/// `!dialect.text` or `!dialect<text>`.
void micai_print_dialect_symbol(mica_asm_printer *printer, char sign, mica_string dialect,
                                mica_string text);
/// After `!dialect.name` and its parameters, which begin at `body` of the buffer: turns it into
/// `!dialect<name text>` unless they begin with `<` or there are none. `flushes` is from
/// before.
void micai_close_dialect_symbol(mica_asm_printer *printer, size_t dot, size_t body,
                                size_t flushes);
void micai_print_types(mica_asm_printer *printer, const mica_type *const *types, size_t count);
void micai_print_attr(mica_asm_printer *printer, const mica_attr *attr, micai_elision elision);
/// A dictionary of attributes after `open`, without those that `except` names; sizes of
/// segments are attributes like others.
void micai_print_dictionary(mica_asm_printer *printer, const mica_op *op,
                            const char *const *except, const char *open);
void micai_print_attr_body(mica_asm_printer *printer, const mica_attr *attr,
                           micai_elision elision);
/// `name = value`, or the name of a unit attribute.
void micai_print_named_attr(mica_asm_printer *printer, mica_named_attr attr);
void micai_print_elements(mica_asm_printer *printer, const mica_attr *attr);
void micai_print_dense_array(mica_asm_printer *printer, const mica_attr *attr);
void micai_print_integer_attr(mica_asm_printer *printer, const mica_attr *attr);
void micai_print_integer_words(mica_asm_printer *printer, const uint64_t *words, uint32_t width,
                               bool is_signed);
void micai_print_float(mica_asm_printer *printer, const mica_type *type,
                       const uint64_t bits[2]);
void micai_print_map(mica_asm_printer *printer, const mica_attr *map);
void micai_print_set(mica_asm_printer *printer, const mica_attr *set);
/// An expression with names for its dims and symbols from a callback; NULL: d0, s0.
typedef void (*micai_affine_name_fn)(mica_asm_printer *printer, bool is_symbol,
                                     uint32_t position, const void *user);
void micai_print_affine_expr(mica_asm_printer *printer, const mica_affine_expr *expr,
                             micai_affine_name_fn name, const void *user);
void micai_print_location(mica_asm_printer *printer, const mica_attr *location,
                          bool allow_alias);
/// ` loc(...)` of an op or argument when debug information is asked for.
void micai_print_trailing_location(mica_asm_printer *printer, mica_location location,
                                   bool allow_alias);
void micai_note_resource(mica_asm_printer *printer, mica_string key);
void micai_print_resources(mica_asm_printer *printer);

// ---- print_names.c
// ---------------------------------------------------------------------------

/// Names what the op's regions define; undone by micai_names_close. Between enter and leave the
/// region's names are taken and its counters hold.
void micai_names_open(mica_asm_printer *printer, mica_op *op, micai_op_names *names);
void micai_names_close(mica_asm_printer *printer, micai_op_names *names);
void micai_names_enter(mica_asm_printer *printer, const micai_op_names *names, size_t region);
void micai_names_leave(mica_asm_printer *printer, const micai_op_names *names, size_t region);
/// Names all that the op's regions hold, with numbers that are unique in all of them.
void micai_names_add_all(mica_asm_printer *printer, mica_op *root);
/// Names the results of one op that stands in no numbered region.
void micai_names_add_op(mica_asm_printer *printer, mica_op *op);
void micai_print_value(mica_asm_printer *printer, mica_value *value);
/// `%a, %b:2 = `; nothing when the op has no results.
void micai_print_result_names(mica_asm_printer *printer, mica_op *op);
void micai_print_block_name(mica_asm_printer *printer, const mica_block *block);
/// The printed name of a result, without `%`.
void micai_text_of_value(mica_asm_printer *printer, mica_value *value, micai_text_buffer *text);
uint32_t micai_printed_block_number(const mica_asm_printer *printer, const mica_block *block);
void micai_names_free(mica_asm_printer *printer);

// ---- aliases.c
// -------------------------------------------------------------------------------

/// Collects aliases of the op and all nested.
void micai_aliases_collect(mica_asm_printer *printer, mica_op *op);
/// While collecting: takes note of a value; the caller prints nothing then.
void micai_aliases_visit(mica_asm_printer *printer, const void *value, bool is_type);
/// Prints the alias of the value; false when it has none.
bool micai_print_alias(mica_asm_printer *printer, const void *value, bool is_type);
void micai_print_alias_definitions(mica_asm_printer *printer, bool deferred);
void micai_aliases_free(mica_asm_printer *printer);

// ---- asm_printer.c: attributes of ops
// --------------------------------------------------------

/// ` <{...}>` of the generic form, and ` {...}` of discardable attributes.
void micai_print_properties(mica_asm_printer *printer, const mica_op *op);
void micai_print_discardable(mica_asm_printer *printer, const mica_op *op);
/// While collecting: all attributes of the op, by name.
void micai_visit_all_attrs(mica_asm_printer *printer, const mica_op *op);

// ---- print_memo.c
// ----------------------------------------------------------------------------

/// Prints what was remembered for the key; false when nothing is.
bool micai_print_memo_put(mica_asm_printer *printer, const micai_print_key *key);
/// Remembers what was put since `start`, when there were `flushes`.
void micai_print_memo_add(mica_asm_printer *printer, const micai_print_key *key, size_t start,
                          size_t flushes);
void micai_print_memo_free(mica_asm_printer *printer);

// ---- op_printer.c
// ----------------------------------------------------------------------------

/// Indentation, op, location.
void micai_print_full_op(mica_asm_printer *printer, mica_op *op);
/// From its name on.
void micai_print_op_form(mica_asm_printer *printer, mica_op *op);
void micai_print_region(mica_asm_printer *printer, mica_region *region,
                        bool print_entry_arguments, bool print_terminators,
                        bool print_empty_block);
void micai_print_frames_free(mica_asm_printer *printer);

#endif
