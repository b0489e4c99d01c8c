// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operation driver: a loop over a stack of frames. An op without regions is begun and
// finished in one step; one with regions waits on its frame while the frames above it parse
// them. So nesting costs heap, not C stack, except through C hooks.
//
// A failed op is dropped, its results become error values, and parsing goes on at the next line
// of its brace depth that starts an op, a label or ends the region.
#include <stdlib.h>

#include "ir/text/op_frames_internal.h"
#include "ir/text/op_parser_internal.h"

#include "ir/definition/generated_support.h"
#include "ir/text/type_attr.h"

// ---- frames
// ----------------------------------------------------------------------------------

static bool is_op_frame(micai_frame_kind kind)
{
    return kind == MICAI_FRAME_GENERIC || kind == MICAI_FRAME_CUSTOM;
}

static size_t frame_size(micai_frame_kind kind)
{
    return is_op_frame(kind) ? sizeof(micai_frame)
                             : offsetof(micai_frame, as) + sizeof(micai_region_frame);
}

micai_frame *micai_frame_push(mica_asm_parser *parser, micai_frame_kind kind)
{
    micai_frame **spare =
        is_op_frame(kind) ? &parser->free_op_frames : &parser->free_region_frames;
    micai_frame *frame = *spare;
    if (frame) {
        *spare = frame->outer;
    } else {
        frame = micai_allocate(parser->allocator, frame_size(kind));
        if (!frame) {
            micai_parser_no_memory(parser);
            return NULL;
        }
        if (is_op_frame(kind)) {
            memset(&frame->as.op.operands, 0, sizeof frame->as.op.operands);
            memset(&frame->as.op.entry_arguments, 0, sizeof frame->as.op.entry_arguments);
        }
    }
    frame->kind = kind;
    frame->outer = parser->frame;
    if (is_op_frame(kind)) {
        micai_op_frame *op = &frame->as.op;
        op->names = op->inline_names;
        op->name_count = op->name_capacity = op->result_count = 0;
        op->has_state = op->has_program = false;
        op->operands.count = op->entry_arguments.count = 0; // the lists keep their memory
    } else {
        memset(&frame->as.region, 0, sizeof frame->as.region);
    }
    parser->frame = frame;
    return frame;
}

void micai_frame_pop(mica_asm_parser *parser)
{
    micai_frame *frame = parser->frame;
    parser->frame = frame->outer;
    micai_frame **spare = &parser->free_region_frames;
    if (is_op_frame(frame->kind)) {
        micai_op_frame *op = &frame->as.op;
        spare = &parser->free_op_frames;
        if (op->name_capacity)
            micai_release(parser->allocator, op->names, op->name_capacity * sizeof *op->names);
        if (op->has_program)
            micai_assembly_parse_end(&op->program);
        if (op->has_state)
            mica_op_state_discard(&op->state);
    }
    frame->outer = *spare;
    *spare = frame;
}

void micai_frames_free(mica_asm_parser *parser)
{
    while (parser->free_op_frames) {
        micai_frame *next = parser->free_op_frames->outer;
        mica_asm_operand_list_free(&parser->free_op_frames->as.op.operands);
        mica_asm_argument_list_free(&parser->free_op_frames->as.op.entry_arguments);
        micai_release(parser->allocator, parser->free_op_frames, sizeof(micai_frame));
        parser->free_op_frames = next;
    }
    while (parser->free_region_frames) {
        micai_frame *next = parser->free_region_frames->outer;
        micai_release(parser->allocator, parser->free_region_frames,
                      frame_size(MICAI_FRAME_REGION));
        parser->free_region_frames = next;
    }
}

// ---- locations
// -------------------------------------------------------------------------------

bool micai_parse_location(mica_asm_parser *parser, mica_location *location,
                          micai_token *deferred)
{
    deferred->kind = 0;
    if (!micai_at(parser, MICAI_TK_LOC))
        return true;
    micai_advance(parser);
    if (!micai_expect(parser, MICAI_TK_LPAREN, "'(' in location"))
        return false;
    const mica_string alias = {parser->token.start + 1, parser->token.length - 1};
    if (micai_at(parser, MICAI_TK_HASH_ID) && !memchr(alias.data, '.', alias.length) &&
        !micai_find_alias(parser, alias, false)) {
        *deferred = parser->token;
        micai_advance(parser);
    } else {
        const mica_attr *attr = micai_grammar_parse(parser, MICAI_TK_START_LOCATION);
        if (!attr)
            return false;
        *location = mica_location_from_attr(attr);
    }
    return micai_expect(parser, MICAI_TK_RPAREN, "')' in location");
}

bool micai_defer_location(mica_asm_parser *parser, micai_token name, mica_op *op,
                          mica_value *argument)
{
    void *deferred = parser->deferred;
    if (!micai_array_reserve(parser->allocator, &deferred, &parser->deferred_capacity,
                             parser->deferred_count + 1, sizeof *parser->deferred))
        return micai_parser_no_memory(parser);
    parser->deferred = deferred;
    const micai_deferred_location entry = {op, argument, name};
    parser->deferred[parser->deferred_count++] = entry;
    return true;
}

static bool is_location_attr(const mica_attr *attr)
{
    const mica_attr_kind kind = mica_attr_get_kind(attr);
    return kind >= MICA_ATTR_LOCATION_UNKNOWN && kind <= MICA_ATTR_LOCATION_FUSED;
}

static bool resolve_deferred(mica_asm_parser *parser, const micai_deferred_location *entry)
{
    const mica_string name = {entry->name.start + 1, entry->name.length - 1};
    const mica_attr *attr = micai_find_alias(parser, name, false);
    if (!attr)
        return micai_error_at(parser, entry->name.start,
                              "operation location alias was never defined");
    if (!is_location_attr(attr)) {
        mica_diagnostic *diagnostic =
            micai_error_begin(parser, entry->name.start, "expected location, but found '");
        mica_diagnostic_append_attr(diagnostic, attr);
        mica_diagnostic_append(diagnostic, "'");
        return mica_diagnostic_emit(diagnostic);
    }
    if (entry->op)
        mica_op_set_location(entry->op, mica_location_from_attr(attr));
    else
        micai_argument_set_location(entry->argument, mica_location_from_attr(attr));
    return true;
}

// ---- statements
// ------------------------------------------------------------------------------

static bool add_result_name(mica_asm_parser *parser, micai_op_frame *frame,
                            const micai_result_name *name)
{
    if (frame->name_count < MICAI_INLINE_RESULT_NAMES && !frame->name_capacity) {
        frame->inline_names[frame->name_count++] = *name;
        return true;
    }
    void *names = frame->name_capacity ? frame->names : NULL;
    if (!micai_array_reserve(parser->allocator, &names, &frame->name_capacity,
                             frame->name_count + 1, sizeof *frame->names))
        return micai_parser_no_memory(parser);
    if (frame->names == frame->inline_names)
        memcpy(names, frame->inline_names, frame->name_count * sizeof *frame->names);
    frame->names = names;
    frame->names[frame->name_count++] = *name;
    return true;
}

// `%a, %b:2 =`
static bool parse_result_names(mica_asm_parser *parser, micai_op_frame *frame)
{
    if (!micai_at(parser, MICAI_TK_PERCENT_ID))
        return true;
    do {
        micai_result_name name = {
            {parser->token.start + 1, parser->token.length - 1}, 1, parser->token.start};
        if (!micai_expect(parser, MICAI_TK_PERCENT_ID, "valid ssa identifier"))
            return false;
        if (micai_take(parser, MICAI_TK_COLON)) {
            uint64_t count = 0;
            if (!micai_at(parser, MICAI_TK_INTEGER))
                return micai_error_missing(parser, "expected integer number of results");
            if (!micai_integer_token(micai_token_text(&parser->token), &count) || count < 1 ||
                count > UINT32_MAX)
                return micai_error_here(parser,
                                        "expected named operation to have at least 1 result");
            name.count = (uint32_t)count;
            micai_advance(parser);
        }
        frame->result_count += name.count;
        if (!add_result_name(parser, frame, &name))
            return false;
    } while (micai_take(parser, MICAI_TK_COMMA));
    return micai_expect(parser, MICAI_TK_EQUAL, "'=' after SSA name");
}

static const micai_region_frame *enclosing_region(const mica_asm_parser *parser)
{
    return &parser->frame->outer->as.region;
}

static const mica_op_record *find_record(mica_asm_parser *parser, mica_string name)
{
    if (memchr(name.data, '.', name.length))
        return micai_record_of(parser, name);
    const mica_string dialect = enclosing_region(parser)->default_dialect;
    micai_text_buffer text = micai_text_buffer_on(parser->allocator);
    micai_text_append_string(&text, dialect);
    micai_text_append(&text, ".", 1);
    micai_text_append_string(&text, name);
    const mica_op_record *record = mica_op_record_get(parser->context, micai_text_view(&text));
    micai_text_buffer_free(&text);
    return record;
}

static void append_dialect(void *user, const mica_dialect_def *dialect)
{
    micai_text_buffer *text = user;
    micai_text_printf(text, "%s%s", text->length ? ", " : "", dialect->name);
}

static bool report_unknown_op(mica_asm_parser *parser, mica_string name,
                              const mica_op_record *record)
{
    const char *place = micai_op_frame_of(parser)->name_place;
    const mica_string full = mica_identifier_text(mica_op_record_name(record));
    if (mica_op_record_dialect(record)) {
        mica_diagnostic *diagnostic = micai_error_begin(
            parser, place, "custom op '%.*s' is unknown", MICA_STRING_ARG(name));
        if (full.length != name.length)
            mica_diagnostic_append(diagnostic, " (tried '%.*s' as well)",
                                   MICA_STRING_ARG(full));
        return mica_diagnostic_emit(diagnostic);
    }
    const char *point = memchr(full.data, '.', full.length);
    const int length = (int)(point - full.data);
    mica_diagnostic *diagnostic =
        micai_error_begin(parser, place, "Dialect `%.*s' not found for custom op '%.*s' ",
                          length, full.data, MICA_STRING_ARG(name));
    micai_text_buffer names = micai_text_buffer_on(parser->allocator);
    mica_context_for_each_dialect(parser->context, append_dialect, &names);
    mica_diagnostic_note(diagnostic, micai_location_of(parser, place),
                         "Registered dialects: %s", micai_text_view(&names).data);
    micai_text_buffer_free(&names);
    return mica_diagnostic_emit(diagnostic);
}

static void begin_state(mica_asm_parser *parser, const mica_op_record *record)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    mica_op_state_init_record(&frame->state, parser->context, record, frame->name_location);
    frame->has_state = true;
}

// Begins an op in custom form; the rest is done by step_custom.
static bool begin_custom(mica_asm_parser *parser)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    const mica_string name = micai_token_text(&parser->token);
    const mica_op_record *record = find_record(parser, name);
    if (!record)
        return micai_parser_no_memory(parser);
    const mica_op_def *definition = mica_op_record_def(record);
    if (!definition)
        return report_unknown_op(parser, name, record);
    micai_advance(parser);
    begin_state(parser, record);
    if (MICA_HOOK(definition, parse)) {
        if (!micai_enter(parser))
            return false;
        const bool parsed = definition->hooks->parse(parser, &frame->state);
        micai_leave(parser);
        return parsed && !parser->stop;
    }
    if (!definition->assembly)
        return micai_error_at(parser, frame->name_place,
                              "custom op '%s' has no custom assembly form", definition->name);
    micai_assembly_parse_begin(&frame->program, parser, definition, &frame->state);
    frame->has_program = true;
    return true;
}

static bool begin_generic(mica_asm_parser *parser)
{
    const mica_string token = micai_token_text(&parser->token);
    if (token.length == 2)
        return micai_error_here(parser, "empty operation name is invalid");
    mica_string name = {token.data + 1, token.length - 2};
    if (memchr(name.data, '\\', name.length)) {
        const mica_identifier *text = micai_string_token(parser, token);
        if (!text)
            return micai_parser_no_memory(parser);
        name = mica_identifier_text(text);
    }
    const mica_op_record *record = micai_record_of(parser, name);
    if (!record)
        return micai_parser_no_memory(parser);
    micai_advance(parser);
    begin_state(parser, record);
    return micai_generic_begin(parser);
}

static bool define_results(mica_asm_parser *parser, micai_op_frame *frame, mica_op *op)
{
    if (!frame->name_count)
        return true;
    const size_t count = mica_op_result_count(op);
    const char *place = frame->first.start;
    if (count == 0)
        return micai_error_at(parser, place, "cannot name an operation with no results");
    if (count != frame->result_count)
        return micai_error_at(parser, place,
                              "operation defines %zu results but was provided %zu to bind",
                              count, frame->result_count);
    size_t index = 0;
    bool good = true;
    for (size_t i = 0; i < frame->name_count; i++) {
        const micai_result_name *name = &frame->names[i];
        good = micai_define_value(parser, name->name, name->place, mica_op_result(op, index),
                                  name->count) &&
               good;
        index += name->count;
    }
    return good;
}

// Everything but the location has been parsed: makes the op and pops its frame.
static bool finish_op(mica_asm_parser *parser)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    micai_token deferred;
    if (!micai_parse_location(parser, &frame->state.location, &deferred))
        return false;
    mica_op *op = mica_op_create(&frame->state);
    frame->has_state = false;
    if (!op)
        return micai_parser_no_memory(parser);
    mica_block_append(enclosing_region(parser)->block, op);
    if (deferred.kind && !micai_defer_location(parser, deferred, op, NULL))
        return false;
    if (mica_op_region_count(op) && mica_region_is_empty(mica_op_region(op, 0)))
        mica_op_fill_implicit_regions(op);
    if (!define_results(parser, frame, op))
        return false;
    micai_frame_pop(parser);
    return true;
}

// ---- recovery
// --------------------------------------------------------------------------------

static bool is_first_on_line(const mica_asm_parser *parser)
{
    const char *place = parser->token.start;
    while (place > parser->text && (place[-1] == ' ' || place[-1] == '\t'))
        place--;
    return place == parser->text || place[-1] == '\n' || place[-1] == '\r';
}

static bool begins_statement(const mica_asm_parser *parser)
{
    switch (parser->token.kind) {
    case MICAI_TK_PERCENT_ID:
    case MICAI_TK_CARET_ID:
    case MICAI_TK_STRING:
    case MICAI_TK_HASH_ID:
    case MICAI_TK_EXCLAIM_ID:
    case MICAI_TK_METADATA_BEGIN:
        return true;
    default:
        return micai_at_keyword(parser);
    }
}

// From the failed op's first token to the next statement behind the error.
static void skip_to_statement(mica_asm_parser *parser, const micai_lexer *lexer,
                              micai_token first)
{
    const char *error = parser->token.start;
    size_t depth = 0;
    parser->lexer = *lexer;
    parser->token = first;
    do {
        if (micai_at(parser, MICAI_TK_LBRACE))
            depth++;
        else if (micai_at(parser, MICAI_TK_RBRACE) && depth > 0)
            depth--;
        micai_advance(parser);
        if (depth == 0 && micai_at(parser, MICAI_TK_RBRACE))
            break;
    } while (!micai_at(parser, 0) && !(depth == 0 && parser->token.start >= error &&
                                       is_first_on_line(parser) && begins_statement(parser)));
    parser->lexer.error = NULL;
}

static void fail_op(mica_asm_parser *parser)
{
    parser->failed = true; // hooks may report to the context themselves
    micai_op_frame *frame = micai_op_frame_of(parser);
    const bool limit = parser->error_count >= MICAI_MAX_ERRORS;
    if (parser->out_of_memory || limit ||
        (parser->options && parser->options->stop_at_first_error))
        parser->stop = true;
    for (size_t i = 0; i < frame->name_count; i++)
        micai_define_error(parser, frame->names[i].name, frame->names[i].place);
    const micai_lexer lexer = frame->lexer;
    const micai_token first = frame->first;
    micai_frame_pop(parser);
    if (!parser->stop)
        skip_to_statement(parser, &lexer, first);
}

// ---- the loop
// --------------------------------------------------------------------------------

static bool parse_op_head(mica_asm_parser *parser)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    if (!parse_result_names(parser, frame))
        return false;
    frame->name_place = parser->token.start;
    frame->name_location = micai_token_location(parser);
    if (micai_at(parser, MICAI_TK_STRING)) {
        parser->frame->kind = MICAI_FRAME_GENERIC;
        return begin_generic(parser);
    }
    if (micai_at_keyword(parser))
        return begin_custom(parser);
    return micai_error_missing(parser, "expected operation name in quotes");
}

static void begin_op(mica_asm_parser *parser)
{
    micai_frame *frame = micai_frame_push(parser, MICAI_FRAME_CUSTOM);
    if (!frame) {
        parser->stop = true;
        return;
    }
    frame->as.op.lexer = parser->lexer;
    frame->as.op.first = parser->token;
    if (!parse_op_head(parser)) {
        fail_op(parser);
        return;
    }
    // Hooks have parsed all; programs and generic regions go on in steps of their own.
    if (frame->kind == MICAI_FRAME_CUSTOM && !frame->as.op.has_program && !finish_op(parser))
        fail_op(parser);
}

static void step_custom(mica_asm_parser *parser)
{
    micai_op_frame *frame = micai_op_frame_of(parser);
    switch (micai_assembly_parse_step(&frame->program)) {
    case MICAI_ASSEMBLY_REGION: {
        bool is_open;
        if (!micai_region_begin(parser, frame->program.region, frame->entry_arguments.data,
                                frame->entry_arguments.count, &is_open)) {
            fail_op(parser);
            return;
        }
        frame->entry_arguments.count = 0;
        return;
    }
    case MICAI_ASSEMBLY_FAILED:
        fail_op(parser);
        return;
    case MICAI_ASSEMBLY_DONE:
        micai_assembly_parse_end(&frame->program);
        frame->has_program = false;
        if (!finish_op(parser))
            fail_op(parser);
        return;
    }
}

static void step_generic(mica_asm_parser *parser)
{
    bool is_done;
    if (!micai_generic_step(parser, &is_done) || (is_done && !finish_op(parser)))
        fail_op(parser);
}

static void step_region(mica_asm_parser *parser)
{
    if (micai_at(parser, MICAI_TK_RBRACE)) {
        micai_region_end(parser);
    } else if (micai_at(parser, MICAI_TK_CARET_ID)) {
        const micai_lexer lexer = parser->lexer;
        const micai_token first = parser->token;
        if (!micai_parse_label(parser)) {
            parser->stop |= parser->out_of_memory ||
                            (parser->options && parser->options->stop_at_first_error);
            skip_to_statement(parser, &lexer, first);
        }
    } else if (micai_at(parser, 0)) {
        micai_error_missing(parser, "expected operation name in quotes");
        parser->stop = true;
    } else {
        begin_op(parser);
    }
}

// Aliases and metadata; a failed one is skipped like an op.
static void parse_top_item(mica_asm_parser *parser)
{
    const micai_lexer lexer = parser->lexer;
    const micai_token first = parser->token;
    const bool good = micai_at(parser, MICAI_TK_METADATA_BEGIN)
                          ? micai_parse_metadata(parser)
                          : micai_parse_alias_definition(parser);
    if (good)
        return;
    parser->stop |= parser->out_of_memory || parser->error_count >= MICAI_MAX_ERRORS ||
                    (parser->options && parser->options->stop_at_first_error);
    if (!parser->stop)
        skip_to_statement(parser, &lexer, first);
}

static void step_top(mica_asm_parser *parser)
{
    switch (parser->token.kind) {
    case MICAI_TK_HASH_ID:
    case MICAI_TK_EXCLAIM_ID:
    case MICAI_TK_METADATA_BEGIN:
        parse_top_item(parser);
        return;
    case MICAI_TK_RBRACE:
        micai_error_missing(parser, "expected operation name in quotes");
        parser->stop = true;
        return;
    default:
        begin_op(parser);
        return;
    }
}

static void report_passed(mica_asm_parser *parser)
{
    const mica_parse_options *options = parser->options;
    const char *place = parser->token.start;
    const bool more = (size_t)(parser->text_end - place) > MICAI_PASSED_STEP;
    options->passed(options->passed_user, (size_t)(place - parser->text));
    parser->next_passed = more ? place + MICAI_PASSED_STEP : parser->text_end;
}

void micai_run(mica_asm_parser *parser, const micai_frame *until)
{
    while (parser->frame != until && !parser->stop) {
        if (parser->token.start >= parser->next_passed &&
            parser->token.start < parser->text_end)
            report_passed(parser);
        switch (parser->frame->kind) {
        case MICAI_FRAME_TOP:
            if (micai_at(parser, 0))
                return;
            step_top(parser);
            break;
        case MICAI_FRAME_REGION:
            step_region(parser);
            break;
        case MICAI_FRAME_GENERIC:
            step_generic(parser);
            break;
        case MICAI_FRAME_CUSTOM:
            step_custom(parser);
            break;
        }
    }
    // Unwinding: the frames above `until` go with what they hold.
    while (parser->frame != until) {
        if (parser->frame->kind == MICAI_FRAME_REGION)
            micai_region_abandon(parser);
        micai_frame_pop(parser);
    }
}

static bool open_top_scopes(mica_asm_parser *parser)
{
    return (micai_name_scope_open(&parser->values, 0) &&
            micai_name_scope_open(&parser->blocks, 0)) ||
           micai_parser_no_memory(parser);
}

bool micai_parse_ops(mica_asm_parser *parser, mica_op *module)
{
    micai_frame *top = micai_frame_push(parser, MICAI_FRAME_TOP);
    if (!top)
        return false;
    if (!open_top_scopes(parser)) {
        micai_frame_pop(parser);
        return false;
    }
    top->as.region.block = mica_module_body(module);
    top->as.region.default_dialect = mica_string_from("builtin");
    micai_run(parser, NULL);
    if (parser->frame == top)
        micai_frame_pop(parser);
    for (size_t i = 0; i < parser->deferred_count && !parser->stop && !parser->failed; i++)
        resolve_deferred(parser, &parser->deferred[i]);
    if (!parser->stop)
        micai_check_forward_values(parser);
    return !parser->failed;
}
