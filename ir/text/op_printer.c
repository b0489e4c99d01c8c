// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints ops, blocks and regions from an explicit stack of frames, so that nesting costs no C
// stack (a print hook that prints a region itself does recurse). An op without regions is
// printed in one go.
#include <stdlib.h>

#include "ir/text/printer_internal.h"

typedef enum frame_kind { FRAME_CUSTOM, FRAME_GENERIC, FRAME_REGION } frame_kind;

typedef struct op_frame {
    mica_op *op;
    micai_op_names names;
    size_t next_region; ///< generic
    micai_assembly_print_frame program;
} op_frame;

typedef struct region_frame {
    mica_region *region;
    mica_block *block;
    mica_op *next; ///< op to print
    mica_op *end;  ///< a terminator that is left out, or NULL
    bool after_op; ///< an op was printed: its line ends here
    bool print_terminators;
    mica_string outer_dialect;
    const micai_op_names *names;
} region_frame;

typedef struct micai_print_frame {
    struct micai_print_frame *outer;
    frame_kind kind;
    union {
        op_frame op;
        region_frame region;
    } as;
} micai_print_frame;

static micai_print_frame *push(mica_asm_printer *printer, frame_kind kind)
{
    micai_print_frame *frame = printer->free_frames;
    if (frame)
        printer->free_frames = frame->outer;
    else
        frame = micai_allocate(printer->allocator, sizeof *frame);
    if (!frame) {
        micai_print_no_memory(printer);
        return NULL;
    }
    frame->kind = kind;
    frame->outer = printer->frame;
    printer->frame = frame;
    return frame;
}

static void pop(mica_asm_printer *printer)
{
    micai_print_frame *frame = printer->frame;
    printer->frame = frame->outer;
    frame->outer = printer->free_frames;
    printer->free_frames = frame;
}

void micai_print_frames_free(mica_asm_printer *printer)
{
    while (printer->free_frames) {
        micai_print_frame *next = printer->free_frames->outer;
        micai_release(printer->allocator, printer->free_frames, sizeof *next);
        printer->free_frames = next;
    }
}

// ---- heads and tails of ops
// ------------------------------------------------------------------

static bool is_custom(const mica_asm_printer *printer, const mica_op_def *definition)
{
    return !printer->options.generic && definition &&
           (definition->assembly || MICA_HOOK(definition, print));
}

// The op's name; without its dialect where that is the default one.
static void print_op_name(mica_asm_printer *printer, const mica_op *op)
{
    mica_string name = mica_op_name(op);
    const mica_string dialect = printer->default_dialect;
    if (dialect.length && name.length > dialect.length &&
        memcmp(name.data, dialect.data, dialect.length) == 0 &&
        name.data[dialect.length] == '.' &&
        !memchr(name.data + dialect.length + 1, '.', name.length - dialect.length - 1)) {
        name.data += dialect.length + 1;
        name.length -= dialect.length + 1;
    }
    micai_put(printer, name.data, name.length);
}

// The names of definitions hold nothing to escape.
static void print_quoted_name(mica_asm_printer *printer, const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    if (!mica_op_definition(op)) {
        micai_put_quoted(printer, name);
        return;
    }
    micai_put_char(printer, '"');
    micai_put(printer, name.data, name.length);
    micai_put_char(printer, '"');
}

static void print_generic_head(mica_asm_printer *printer, mica_op *op)
{
    print_quoted_name(printer, op);
    micai_put_char(printer, '(');
    mica_asm_print_operands(printer, op, 0, mica_op_operand_count(op));
    micai_put_char(printer, ')');
    const size_t successors = mica_op_successor_count(op);
    for (size_t i = 0; i < successors; i++) {
        mica_asm_print(printer, i ? ", " : "[");
        micai_print_block_name(printer, mica_op_successor(op, i));
    }
    if (successors)
        micai_put_char(printer, ']');
    micai_print_properties(printer, op);
}

static void print_generic_tail(mica_asm_printer *printer, mica_op *op)
{
    micai_print_discardable(printer, op);
    micai_put_literal(printer, " : ");
    mica_asm_print_functional_type(printer, op);
}

// While collecting, what a generic op shows is visited in upstream's order: what its regions
// hold, types of operands and results, then all attributes by name.
static void collect_generic_tail(mica_asm_printer *printer, mica_op *op)
{
    for (size_t i = 0; i < mica_op_operand_count(op); i++)
        micai_print_type(printer, mica_value_type(mica_op_operand(op, i)));
    for (size_t i = 0; i < mica_op_result_count(op); i++)
        micai_print_type(printer, mica_value_type(mica_op_result(op, i)));
    micai_visit_all_attrs(printer, op);
}

static void finish_op(mica_asm_printer *printer, mica_op *op)
{
    micai_print_trailing_location(printer, mica_op_location(op), true);
}

static void print_without_regions(mica_asm_printer *printer, mica_op *op)
{
    const mica_op_def *definition = mica_op_definition(op);
    if (!is_custom(printer, definition)) {
        if (printer->is_collecting) {
            collect_generic_tail(printer, op);
        } else {
            print_generic_head(printer, op);
            print_generic_tail(printer, op);
        }
        return;
    }
    print_op_name(printer, op);
    if (MICA_HOOK(definition, print)) {
        definition->hooks->print(printer, op);
        return;
    }
    micai_assembly_print_frame program;
    micai_assembly_print_begin(&program, printer, op);
    micai_assembly_print_step(&program);
}

static void visit_location(mica_asm_printer *printer, mica_op *op)
{
    if (!printer->options.debug_info)
        return;
    printer->deferring = true;
    micai_aliases_visit(printer, mica_location_to_attr(printer->context, mica_op_location(op)),
                        false);
    printer->deferring = false;
}

// Prints an op from its name on, or begins one that has regions: its frame is then the
// innermost.
static void begin_form(mica_asm_printer *printer, mica_op *op)
{
    if (mica_op_region_count(op) == 0) {
        print_without_regions(printer, op);
        finish_op(printer, op);
        return;
    }
    const mica_op_def *definition = mica_op_definition(op);
    const bool custom = is_custom(printer, definition);
    micai_print_frame *frame = push(printer, custom ? FRAME_CUSTOM : FRAME_GENERIC);
    if (!frame)
        return;
    frame->as.op.op = op;
    frame->as.op.next_region = 0;
    micai_names_open(printer, op, &frame->as.op.names);
    if (!custom) {
        if (!printer->is_collecting)
            print_generic_head(printer, op);
        return;
    }
    print_op_name(printer, op);
    if (!MICA_HOOK(definition, print))
        micai_assembly_print_begin(&frame->as.op.program, printer, op);
}

// The same with indentation and results.
static void begin_op(mica_asm_printer *printer, mica_op *op)
{
    if (printer->is_collecting)
        visit_location(printer, op);
    micai_put_blanks(printer, printer->indent);
    micai_print_result_names(printer, op);
    begin_form(printer, op);
}

static void end_op(mica_asm_printer *printer)
{
    op_frame *frame = &printer->frame->as.op;
    micai_names_close(printer, &frame->names);
    finish_op(printer, frame->op);
    pop(printer);
}

// ---- regions
// ---------------------------------------------------------------------------------

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void print_many_predecessors(mica_asm_printer *printer, const mica_block *block,
                                    size_t count)
{
    uint32_t *numbers = micai_allocate(printer->allocator, count * sizeof *numbers);
    if (!numbers) {
        micai_print_no_memory(printer);
        return;
    }
    size_t i = 0;
    for (mica_block_use *use = mica_block_first_use(block); use; use = mica_block_use_next(use))
        numbers[i++] =
            micai_printed_block_number(printer, mica_op_block(mica_block_use_owner(use)));
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    micai_put_literal(printer, "  // ");
    micai_put_unsigned(printer, count);
    micai_put_literal(printer, " preds: ");
    for (i = 0; i < count; i++) {
        mica_asm_print(printer, i ? ", ^bb" : "^bb");
        micai_put_unsigned(printer, numbers[i]);
    }
    micai_release(printer->allocator, numbers, count * sizeof *numbers);
}

static void print_predecessors(mica_asm_printer *printer, const mica_block *block)
{
    size_t count = 0;
    for (mica_block_use *use = mica_block_first_use(block); use; use = mica_block_use_next(use))
        count++;
    if (count == 0) {
        if (!mica_block_is_entry(block))
            micai_put_literal(printer, "  // no predecessors");
    } else if (count == 1) {
        micai_put_literal(printer, "  // pred: ");
        micai_print_block_name(
            printer, mica_op_block(mica_block_use_owner(mica_block_first_use(block))));
    } else {
        print_many_predecessors(printer, block, count);
    }
}

static void visit_arguments(mica_asm_printer *printer, const mica_block *block)
{
    for (size_t i = 0; i < mica_block_argument_count(block); i++) {
        mica_value *argument = mica_block_argument(block, i);
        micai_print_type(printer, mica_value_type(argument));
        if (printer->options.debug_info)
            micai_aliases_visit(
                printer, mica_location_to_attr(printer->context, mica_value_location(argument)),
                false);
    }
}

static void print_label(mica_asm_printer *printer, const mica_block *block)
{
    if (printer->is_collecting) {
        visit_arguments(printer, block);
        return;
    }
    micai_put_blanks(printer, printer->indent);
    micai_print_block_name(printer, block);
    const size_t count = mica_block_argument_count(block);
    for (size_t i = 0; i < count; i++) {
        mica_value *argument = mica_block_argument(block, i);
        mica_asm_print(printer, i ? ", " : "(");
        micai_print_value(printer, argument);
        micai_put_literal(printer, ": ");
        micai_print_type(printer, mica_value_type(argument));
        micai_print_trailing_location(printer, mica_value_location(argument), false);
    }
    mica_asm_print(printer, count ? "):" : ":");
    print_predecessors(printer, block);
    micai_put_char(printer, '\n');
}

static void begin_block(mica_asm_printer *printer, region_frame *frame, mica_block *block,
                        bool with_label)
{
    if (with_label)
        print_label(printer, block);
    frame->block = block;
    frame->next = mica_block_first(block);
    frame->end = NULL;
    mica_op *last = mica_block_last(block);
    if (mica_block_is_entry(block) && !frame->print_terminators && last &&
        mica_op_has_trait(last, MICA_TRAIT_TERMINATOR))
        frame->end = last;
    printer->indent += 2;
}

static mica_string default_dialect_of(const mica_op *op)
{
    const mica_string none = {"", 0};
    if (!mica_op_has_trait(op, MICA_TRAIT_DEFAULT_DIALECT))
        return none;
    const mica_string name = mica_op_name(op);
    const char *point = memchr(name.data, '.', name.length);
    const mica_string dialect = {name.data, point ? (size_t)(point - name.data) : 0};
    return dialect;
}

// The frame of the op that owns the region, when it is the innermost.
static const micai_op_names *names_of_owner(const mica_asm_printer *printer,
                                            const mica_region *region)
{
    const micai_print_frame *frame = printer->frame;
    const bool is_owner =
        frame && frame->kind != FRAME_REGION && frame->as.op.op == mica_region_parent(region);
    return is_owner ? &frame->as.op.names : NULL;
}

static void begin_region(mica_asm_printer *printer, mica_region *region, bool entry_arguments,
                         bool print_terminators, bool print_empty_block)
{
    if (printer->options.skip_regions) {
        micai_put_literal(printer, "{...}");
        return;
    }
    micai_put_literal(printer, "{\n");
    mica_block *entry = mica_region_first(region);
    const micai_op_names *names = names_of_owner(printer, region);
    micai_print_frame *frame = entry ? push(printer, FRAME_REGION) : NULL;
    if (!frame) {
        micai_put_blanks(printer, printer->indent);
        micai_put_char(printer, '}');
        return;
    }
    region_frame *body = &frame->as.region;
    body->region = region;
    body->names = names;
    body->after_op = false;
    body->print_terminators = print_terminators;
    body->outer_dialect = printer->default_dialect;
    printer->default_dialect = default_dialect_of(mica_region_parent(region));
    if (names)
        micai_names_enter(printer, names, mica_region_index(region));
    begin_block(printer, body, entry,
                (print_empty_block && mica_block_is_empty(entry)) ||
                    (entry_arguments && mica_block_argument_count(entry) != 0));
}

static void end_region(mica_asm_printer *printer)
{
    region_frame *frame = &printer->frame->as.region;
    if (frame->names)
        micai_names_leave(printer, frame->names, mica_region_index(frame->region));
    printer->default_dialect = frame->outer_dialect;
    micai_put_blanks(printer, printer->indent);
    micai_put_char(printer, '}');
    pop(printer);
}

// ---- the loop
// --------------------------------------------------------------------------------

static void step_region(mica_asm_printer *printer)
{
    region_frame *frame = &printer->frame->as.region;
    if (frame->after_op)
        micai_put_char(printer, '\n');
    frame->after_op = false;
    if (frame->next && frame->next != frame->end) {
        mica_op *op = frame->next;
        frame->next = mica_op_next(op);
        frame->after_op = true;
        begin_op(printer, op);
        return;
    }
    printer->indent -= 2;
    mica_block *next = mica_block_next(frame->block);
    if (next)
        begin_block(printer, frame, next, true);
    else
        end_region(printer);
}

static void step_custom(mica_asm_printer *printer)
{
    op_frame *frame = &printer->frame->as.op;
    const mica_op_def *definition = mica_op_definition(frame->op);
    if (MICA_HOOK(definition, print)) {
        definition->hooks->print(printer, frame->op);
        end_op(printer);
    } else if (micai_assembly_print_step(&frame->program) == MICAI_ASSEMBLY_REGION) {
        begin_region(printer, frame->program.region, frame->program.print_entry_arguments,
                     frame->program.print_terminators, false);
    } else {
        end_op(printer);
    }
}

static void step_generic(mica_asm_printer *printer)
{
    op_frame *frame = &printer->frame->as.op;
    if (frame->next_region < mica_op_region_count(frame->op)) {
        mica_asm_print(printer, frame->next_region ? ", " : " (");
        begin_region(printer, mica_op_region(frame->op, frame->next_region++), true, true,
                     true);
        return;
    }
    if (printer->is_collecting) {
        collect_generic_tail(printer, frame->op);
    } else {
        micai_put_char(printer, ')');
        print_generic_tail(printer, frame->op);
    }
    end_op(printer);
}

static void run(mica_asm_printer *printer, const micai_print_frame *until)
{
    while (printer->frame != until) {
        switch (printer->frame->kind) {
        case FRAME_REGION:
            step_region(printer);
            break;
        case FRAME_GENERIC:
            step_generic(printer);
            break;
        case FRAME_CUSTOM:
            step_custom(printer);
            break;
        }
    }
}

void micai_print_full_op(mica_asm_printer *printer, mica_op *op)
{
    const micai_print_frame *until = printer->frame;
    begin_op(printer, op);
    run(printer, until);
}

void micai_print_op_form(mica_asm_printer *printer, mica_op *op)
{
    const micai_print_frame *until = printer->frame;
    begin_form(printer, op);
    run(printer, until);
}

void micai_print_region(mica_asm_printer *printer, mica_region *region,
                        bool print_entry_arguments, bool print_terminators,
                        bool print_empty_block)
{
    const micai_print_frame *until = printer->frame;
    begin_region(printer, region, print_entry_arguments, print_terminators, print_empty_block);
    run(printer, until);
}
