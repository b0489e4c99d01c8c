// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types and attributes of dialects through their programs: rows of parameters, one word each.
// The small forms of parameters are in assembly_small_forms.c.

#include <stdlib.h>

#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/text/assembly_code.h"
#include "ir/text/assembly_internal.h"

// ---- parameters: parsing
// ---------------------------------------------------------------------

enum { MAX_PARAMS = 32 };

/// A run of a parameter program. `words` are filled when parsing, read when printing.
typedef struct param_run {
    mica_context *context;
    mica_asm_parser *parser;
    mica_asm_printer *printer;
    const mica_param_spec *params;
    uint32_t count;
    const mica_assembly *assembly;
    uint64_t *words;
    uint64_t seen; ///< bit i: parameter i was parsed
    uint32_t counter;
} param_run;

static uint64_t word_of(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}
static const void *pointer_of(uint64_t word)
{
    return (const void *)(uintptr_t)word;
}

/// A growing row of words.
typedef struct word_row {
    uint64_t *data;
    size_t count, capacity;
} word_row;

static bool append_word(mica_asm_parser *parser, word_row *row, uint64_t word)
{
    if (row->count == row->capacity) {
        const size_t capacity = row->capacity ? 2 * row->capacity : 8;
        uint64_t *grown = mica_realloc(row->data, capacity * sizeof *grown);
        if (!grown)
            return mica_asm_error(parser, "out of memory");
        row->data = grown;
        row->capacity = capacity;
    }
    row->data[row->count++] = word;
    return true;
}

static bool parse_list_word(mica_asm_parser *parser, mica_param_kind kind, uint64_t *word)
{
    const mica_type *type = NULL;
    const mica_attr *attr = NULL;
    int64_t number = 0;
    switch (kind) {
    case MICA_PARAM_TYPE_LIST:
        if (!mica_asm_parse_type(parser, &type))
            return false;
        *word = word_of(type);
        return true;
    case MICA_PARAM_ATTR_LIST:
        if (!mica_asm_parse_attr(parser, NULL, &attr))
            return false;
        *word = word_of(attr);
        return true;
    default:
        if (!mica_asm_parse_integer(parser, &number))
            return false;
        *word = (uint64_t)number;
        return true;
    }
}

/// Elements separated by commas; none when a closing bracket is next.
static bool parse_list_param(param_run *r, mica_param_kind kind, uint64_t *word)
{
    word_row row = {0};
    bool good = true;
    const bool empty = mica_asm_next_is(r->parser, ">") || mica_asm_next_is(r->parser, ")") ||
                       mica_asm_next_is(r->parser, "]");
    for (bool more = !empty; good && more;) {
        uint64_t element = 0;
        good =
            parse_list_word(r->parser, kind, &element) && append_word(r->parser, &row, element);
        more = good && mica_asm_parse_token_if(r->parser, ",");
    }
    if (good)
        *word = word_of(mica_word_list_get(r->context, row.data, row.count));
    mica_free(row.data);
    return good;
}

static bool parse_dimensions(param_run *r, uint64_t *word)
{
    int64_t *shape = NULL;
    size_t rank = 0;
    if (!mica_asm_parse_dimension_list(r->parser, &shape, &rank, true, false))
        return false;
    *word = word_of(mica_word_list_get(r->context, (const uint64_t *)shape, rank));
    mica_free(shape);
    return true;
}

static bool parse_enum_param(param_run *r, const mica_param_spec *param, uint64_t *word)
{
    const mica_enum_def *enumeration = param->enumeration;
    int64_t sum = 0;
    do {
        const size_t offset = mica_asm_offset(r->parser);
        mica_string keyword = {NULL, 0};
        const mica_identifier *text = NULL;
        int64_t value = 0;
        if (mica_asm_parse_string_if(r->parser, &text))
            keyword = mica_identifier_text(text);
        else if (!mica_asm_parse_any_keyword(r->parser, &keyword))
            return false;
        if (!mica_enum_value(enumeration, keyword, &value)) {
            mica_diagnostic *d = mica_error(r->context, mica_asm_location_at(r->parser, offset),
                                            "expected %s to be one of: ", enumeration->name);
            for (uint32_t i = 0; i < enumeration->case_count; ++i)
                mica_diagnostic_append(d, "%s%s", i ? ", " : "", enumeration->cases[i].keyword);
            return mica_diagnostic_emit(d);
        }
        sum |= value;
    } while (enumeration->is_bits &&
             mica_asm_parse_token_if(r->parser, enumeration->separator[0] == ',' ? "," : "|"));
    *word = (uint64_t)sum;
    return true;
}

static bool parse_bool(param_run *r, uint64_t *word)
{
    if (mica_asm_parse_keyword_if(r->parser, "true"))
        *word = 1;
    else if (mica_asm_parse_keyword_if(r->parser, "false"))
        *word = 0;
    else
        return mica_asm_error(r->parser, "expected 'true' or 'false'");
    return true;
}

static bool check_param(param_run *r, const mica_param_spec *param, uint64_t word,
                        size_t offset)
{
    const bool is_type = param->kind == MICA_PARAM_TYPE;
    if (!param->constraint ||
        (is_type ? mica_constraint_check_type(param->constraint, pointer_of(word))
                 : mica_constraint_check_attr(param->constraint, pointer_of(word))))
        return true;
    return mica_asm_error_at(r->parser, offset, "parameter '%s' must be %s", param->name,
                             param->constraint->description);
}

/// A parameter that is one attribute definition is written without its mnemonic.
static bool parse_attr_param(param_run *r, const mica_param_spec *param, uint64_t *word)
{
    const mica_attr *attr = NULL;
    const mica_constraint *constraint = param->constraint;
    const bool good =
        constraint && constraint->kind == MICA_CONSTRAINT_ATTR_DEF
            ? micai_assembly_parse_stripped_attr(r->parser, constraint->text, &attr)
            : mica_asm_parse_attr(r->parser, NULL, &attr);
    *word = word_of(attr);
    return good;
}

static bool parse_param(param_run *r, uint32_t index)
{
    const mica_param_spec *param = &r->params[index];
    uint64_t *word = &r->words[index];
    const size_t offset = mica_asm_offset(r->parser);
    const mica_type *type = NULL;
    const mica_identifier *text = NULL;
    mica_string keyword = {NULL, 0};
    int64_t number = 0;
    r->seen |= UINT64_C(1) << index;
    switch (param->kind) {
    case MICA_PARAM_TYPE:
        if (!mica_asm_parse_type(r->parser, &type))
            return false;
        *word = word_of(type);
        return check_param(r, param, *word, offset);
    case MICA_PARAM_ATTR:
        return parse_attr_param(r, param, word) && check_param(r, param, *word, offset);
    case MICA_PARAM_INT:
        if (!mica_asm_parse_integer(r->parser, &number))
            return false;
        *word = (uint64_t)number;
        return true;
    case MICA_PARAM_BOOL:
        return parse_bool(r, word);
    case MICA_PARAM_STRING:
        if (!mica_asm_parse_string(r->parser, &text))
            return false;
        *word = word_of(text);
        return true;
    case MICA_PARAM_KEYWORD:
        if (!mica_asm_parse_any_keyword(r->parser, &keyword))
            return false;
        *word = word_of(mica_identifier_get(r->context, keyword));
        return true;
    case MICA_PARAM_ENUM:
        return parse_enum_param(r, param, word);
    case MICA_PARAM_DIMENSION_LIST:
        return parse_dimensions(r, word);
    default:
        return parse_list_param(r, param->kind, word);
    }
}

/// Those of the set, in order; the optional ones at the end may be missing.
static bool parse_params(param_run *r, uint32_t bits)
{
    bool first = true;
    for (uint32_t i = 0; i < r->count; ++i) {
        if (!(bits >> i & 1))
            continue;
        if (first ? mica_asm_next_is(r->parser, ">") : !mica_asm_parse_token_if(r->parser, ","))
            return true; // what is missing is reported at the end
        if (!parse_param(r, i))
            return false;
        first = false;
    }
    return true;
}

static int find_param(const param_run *r, uint32_t bits, mica_string name)
{
    for (uint32_t i = 0; i < r->count; ++i) {
        if ((bits >> i & 1) && mica_string_is(name, r->params[i].name))
            return (int)i;
    }
    return -1;
}

static bool parse_struct(param_run *r, uint32_t bits)
{
    if (mica_asm_next_is(r->parser, ">"))
        return true;
    do {
        const size_t offset = mica_asm_offset(r->parser);
        mica_string name = {NULL, 0};
        if (!mica_asm_parse_any_keyword(r->parser, &name))
            return false;
        const int index = find_param(r, bits, name);
        if (index < 0 || (r->seen >> index & 1))
            return mica_asm_error_at(r->parser, offset,
                                     "duplicate or unknown struct parameter name: %.*s",
                                     MICA_STRING_ARG(name));
        if (!mica_asm_parse_token(r->parser, "=") || !parse_param(r, (uint32_t)index))
            return false;
    } while (mica_asm_parse_token_if(r->parser, ","));
    return true;
}

/// The word of a default, from its text.
static uint64_t default_word(mica_context *context, const mica_param_spec *param)
{
    const char *text = param->default_text;
    int64_t value = 0;
    if (!text)
        return 0;
    if (param->kind == MICA_PARAM_ENUM) {
        mica_enum_value(param->enumeration, mica_string_from(text), &value);
        return (uint64_t)value;
    }
    if (param->kind == MICA_PARAM_BOOL)
        return strcmp(text, "true") == 0;
    if (param->kind == MICA_PARAM_STRING || param->kind == MICA_PARAM_KEYWORD)
        return word_of(mica_identifier_get(context, mica_string_from(text)));
    return (uint64_t)strtoll(text, NULL, 10);
}

static bool accept_text(param_run *r, const mica_assembly_code *code)
{
    const char *text = r->assembly->texts[code->a];
    return code->flags & MICAI_CODE_KEYWORD ? mica_asm_parse_keyword_if(r->parser, text)
                                            : mica_asm_parse_token_if(r->parser, text);
}

static bool expect_text(param_run *r, const mica_assembly_code *code)
{
    const char *text = r->assembly->texts[code->a];
    return code->flags & MICAI_CODE_KEYWORD ? mica_asm_parse_keyword(r->parser, text)
                                            : mica_asm_parse_token(r->parser, text);
}

static bool parse_custom_param(param_run *r, const mica_assembly_custom *custom)
{
    mica_directive_argument arguments[MAX_PARAMS];
    memset(arguments, 0, sizeof arguments);
    mica_directive directive = {arguments, custom->argument_count, false};
    for (uint32_t i = 0; i < custom->argument_count && i < MAX_PARAMS; ++i) {
        arguments[i].kind = (mica_directive_kind)custom->arguments[i].kind;
        arguments[i].index = custom->arguments[i].index;
        arguments[i].text = custom->arguments[i].text;
        arguments[i].word = r->words[arguments[i].index];
    }
    if (!custom->parse(r->parser, NULL, &directive))
        return false;
    for (uint32_t i = 0; i < custom->argument_count && i < MAX_PARAMS; ++i) {
        if (arguments[i].kind != MICA_DIRECTIVE_PARAM || custom->arguments[i].is_ref)
            continue;
        r->words[arguments[i].index] = arguments[i].word;
        r->seen |= UINT64_C(1) << arguments[i].index;
    }
    return true;
}

static bool run_parse(param_run *r)
{
    for (;;) {
        const mica_assembly_code *code = &r->assembly->parse_code[r->counter++];
        bool good = true, present = true;
        switch ((micai_parse_code)code->code) {
        case MICAI_PARSE_END:
            return true;
        case MICAI_PARSE_TEXT:
            good = expect_text(r, code);
            break;
        case MICAI_PARSE_TEXT_IF:
            present = accept_text(r, code);
            break;
        case MICAI_PARSE_JUMP:
            present = false;
            break;
        case MICAI_PARSE_PARAM:
        case MICAI_PARSE_PARAM_QUALIFIED:
            good = parse_param(r, code->a);
            break;
        case MICAI_PARSE_PARAM_IF:
            present = !mica_asm_next_is(r->parser, ">");
            good = !present || parse_param(r, code->a);
            break;
        case MICAI_PARSE_PARAMS:
            good = parse_params(r, (uint32_t)code->b);
            break;
        case MICAI_PARSE_STRUCT:
            good = parse_struct(r, (uint32_t)code->b);
            break;
        case MICAI_PARSE_CUSTOM:
            good = parse_custom_param(r, &r->assembly->customs[code->a]);
            break;
        default:
            good = false;
            break;
        }
        if (!good)
            return false;
        if (!present)
            r->counter = (uint32_t)code->b;
    }
}

/// Parses all parameters; the words hold defaults where the text says nothing.
static bool parse_words(mica_asm_parser *parser, const mica_param_spec *params, uint32_t count,
                        const mica_assembly *assembly, uint64_t *words)
{
    mica_context *context = mica_asm_context(parser);
    param_run r = {context, parser, NULL, params, count, assembly, words, 0, 0};
    for (uint32_t i = 0; i < count; ++i)
        words[i] = default_word(context, &params[i]);
    const size_t offset = mica_asm_offset(parser);
    if (!run_parse(&r))
        return false;
    for (uint32_t i = 0; i < count; ++i) {
        const bool may_lack = params[i].is_optional || params[i].default_text ||
                              params[i].kind >= MICA_PARAM_TYPE_LIST;
        if (!(r.seen >> i & 1) && !may_lack)
            return mica_asm_error_at(parser, offset, "struct is missing required parameter: %s",
                                     params[i].name);
        if (!(r.seen >> i & 1) && params[i].kind >= MICA_PARAM_TYPE_LIST && !words[i])
            words[i] = word_of(mica_word_list_get(context, NULL, 0));
    }
    return true;
}

// What a definition written in C may leave out: `<` params `>`, as in .dialect files.
static const mica_assembly_code default_parse[] = {{MICAI_PARSE_TEXT, 0, 0, 0},
                                                   {MICAI_PARSE_PARAMS, 0, 0, -1},
                                                   {MICAI_PARSE_TEXT, 0, 1, 0},
                                                   {MICAI_PARSE_END, 0, 0, 0}};
static const mica_assembly_code default_print[] = {{MICAI_PRINT_TEXT, 0, 0, 0},
                                                   {MICAI_PRINT_PARAMS, 0, 0, -1},
                                                   {MICAI_PRINT_TEXT, 0, 1, 0},
                                                   {MICAI_PRINT_END, 0, 0, 0}};
static const char *const default_texts[] = {"<", ">"};
static const mica_assembly default_assembly = {
    sizeof default_assembly, default_parse, default_print, default_texts, NULL, 0, 4, 4, 2, 0};

static const mica_assembly *assembly_of_params(const mica_assembly *given, uint32_t count)
{
    return given || count == 0 ? given : &default_assembly;
}

const mica_type *micai_type_def_parse(mica_asm_parser *parser, const mica_type_def *definition)
{
    uint64_t words[MAX_PARAMS];
    if (definition->parse)
        return definition->parse(parser, definition);
    const mica_location location = mica_asm_location(parser);
    if (definition->param_count > MAX_PARAMS ||
        (definition->param_count &&
         !parse_words(parser, definition->params, definition->param_count,
                      assembly_of_params(definition->assembly, definition->param_count),
                      words)))
        return NULL;
    return mica_type_get_checked(mica_asm_context(parser), location, definition, words,
                                 definition->param_count);
}

const mica_attr *micai_attr_def_parse(mica_asm_parser *parser, const mica_attr_def *definition,
                                      const mica_type *type)
{
    uint64_t words[MAX_PARAMS];
    if (definition->parse)
        return definition->parse(parser, definition, type);
    const mica_location location = mica_asm_location(parser);
    if (definition->param_count > MAX_PARAMS ||
        (definition->param_count &&
         !parse_words(parser, definition->params, definition->param_count,
                      assembly_of_params(definition->assembly, definition->param_count),
                      words)))
        return NULL;
    return mica_attr_get_checked(mica_asm_context(parser), location, definition, words,
                                 definition->param_count);
}

// ---- parameters: printing
// --------------------------------------------------------------------

static bool is_list(mica_param_kind kind)
{
    return kind >= MICA_PARAM_TYPE_LIST;
}

static size_t list_count(uint64_t word)
{
    return word ? mica_word_list_count(pointer_of(word)) : 0;
}

/// There, and not the default.
static bool says_something(const param_run *r, uint32_t index)
{
    const mica_param_spec *param = &r->params[index];
    if (param->default_text)
        return r->words[index] != default_word(r->context, param);
    if (!param->is_optional)
        return true;
    return is_list(param->kind) ? list_count(r->words[index]) != 0 : r->words[index] != 0;
}

static bool any_says_something(const param_run *r, uint32_t bits)
{
    for (uint32_t i = 0; i < r->count; ++i) {
        if ((bits >> i & 1) && says_something(r, i))
            return true;
    }
    return false;
}

static void print_list(param_run *r, mica_param_kind kind, uint64_t word)
{
    for (size_t i = 0; i < list_count(word); ++i) {
        const uint64_t element = mica_word_list_words(pointer_of(word))[i];
        const bool dimensions = kind == MICA_PARAM_DIMENSION_LIST;
        if (i)
            mica_asm_print(r->printer, dimensions ? "x" : ", ");
        if (kind == MICA_PARAM_TYPE_LIST)
            mica_asm_print_type(r->printer, pointer_of(element));
        else if (kind == MICA_PARAM_ATTR_LIST)
            mica_asm_print_attr(r->printer, pointer_of(element));
        else if (dimensions && (int64_t)element == MICA_DYNAMIC)
            mica_asm_print(r->printer, "?");
        else
            mica_asm_print_integer(r->printer, (int64_t)element);
    }
}

static void print_param(param_run *r, uint32_t index, bool qualified)
{
    const mica_param_spec *param = &r->params[index];
    const uint64_t word = r->words[index];
    switch (param->kind) {
    case MICA_PARAM_TYPE:
        mica_asm_print_type(r->printer, pointer_of(word));
        break;
    case MICA_PARAM_ATTR:
        if (!qualified && param->constraint &&
            param->constraint->kind == MICA_CONSTRAINT_ATTR_DEF)
            mica_asm_print_stripped_attr(r->printer, pointer_of(word));
        else
            mica_asm_print_attr(r->printer, pointer_of(word));
        break;
    case MICA_PARAM_INT:
        mica_asm_print_integer(r->printer, (int64_t)word);
        break;
    case MICA_PARAM_BOOL:
        mica_asm_print(r->printer, word ? "true" : "false");
        break;
    case MICA_PARAM_STRING:
        mica_asm_print_quoted(r->printer, mica_identifier_text(pointer_of(word)));
        break;
    case MICA_PARAM_KEYWORD:
        mica_asm_print_string(r->printer, mica_identifier_text(pointer_of(word)));
        break;
    case MICA_PARAM_ENUM:
        micai_assembly_print_enum(r->printer, param->enumeration, (int64_t)word);
        break;
    default:
        print_list(r, param->kind, word);
        break;
    }
}

static void print_params(param_run *r, uint32_t bits, bool with_names)
{
    bool first = true;
    for (uint32_t i = 0; i < r->count; ++i) {
        if (!(bits >> i & 1) || !says_something(r, i))
            continue;
        if (!first)
            mica_asm_print(r->printer, ", ");
        if (with_names)
            mica_asm_printf(r->printer, "%s = ", r->params[i].name);
        print_param(r, i, false);
        first = false;
    }
}

static void print_custom_param(param_run *r, const mica_assembly_custom *custom)
{
    mica_directive_argument arguments[MAX_PARAMS];
    memset(arguments, 0, sizeof arguments);
    for (uint32_t i = 0; i < custom->argument_count && i < MAX_PARAMS; ++i) {
        arguments[i].kind = (mica_directive_kind)custom->arguments[i].kind;
        arguments[i].index = custom->arguments[i].index;
        arguments[i].text = custom->arguments[i].text;
        arguments[i].word = r->words[arguments[i].index];
    }
    const mica_directive directive = {arguments, custom->argument_count, false};
    custom->print(r->printer, NULL, &directive);
}

static void run_print(param_run *r)
{
    for (;;) {
        const mica_assembly_code *code = &r->assembly->print_code[r->counter++];
        if (code->code == MICAI_PRINT_END)
            return;
        if (code->flags & MICAI_PRINT_SPACE_BEFORE)
            mica_asm_print(r->printer, " ");
        bool jump = false;
        switch ((micai_print_code)code->code) {
        case MICAI_PRINT_TEXT:
            mica_asm_print(r->printer, r->assembly->texts[code->a]);
            break;
        case MICAI_PRINT_SPACE:
            mica_asm_print(r->printer, " ");
            break;
        case MICAI_PRINT_JUMP:
            jump = true;
            break;
        case MICAI_PRINT_UNLESS_PARAM:
            jump = !says_something(r, code->a);
            break;
        case MICAI_PRINT_UNLESS_PARAMS:
            jump = !any_says_something(r, code->a);
            break;
        case MICAI_PRINT_IF_PARAM:
            jump = says_something(r, code->a);
            break;
        case MICAI_PRINT_PARAM:
        case MICAI_PRINT_PARAM_QUALIFIED:
            print_param(r, code->a, code->code == MICAI_PRINT_PARAM_QUALIFIED);
            break;
        case MICAI_PRINT_PARAMS:
        case MICAI_PRINT_STRUCT:
            print_params(r, (uint32_t)code->b, code->code == MICAI_PRINT_STRUCT);
            break;
        case MICAI_PRINT_CUSTOM:
            print_custom_param(r, &r->assembly->customs[code->a]);
            break;
        default:
            break;
        }
        if (jump)
            r->counter = (uint32_t)code->b;
    }
}

void micai_type_def_print(mica_asm_printer *printer, const mica_type *type)
{
    const mica_type_def *definition = mica_type_definition(type);
    uint64_t words[MAX_PARAMS];
    if (definition->print) {
        definition->print(printer, type);
        return;
    }
    const mica_assembly *assembly =
        assembly_of_params(definition->assembly, definition->param_count);
    if (!assembly)
        return;
    for (uint32_t i = 0; i < definition->param_count; ++i)
        words[i] = mica_type_param(type, i);
    param_run r = {mica_type_context(type),
                   NULL,
                   printer,
                   definition->params,
                   definition->param_count,
                   assembly,
                   words,
                   0,
                   0};
    run_print(&r);
}

void micai_attr_def_print(mica_asm_printer *printer, const mica_attr *attr)
{
    const mica_attr_def *definition = mica_attr_definition(attr);
    uint64_t words[MAX_PARAMS];
    if (definition->print) {
        definition->print(printer, attr);
        return;
    }
    const mica_assembly *assembly =
        assembly_of_params(definition->assembly, definition->param_count);
    if (!assembly)
        return;
    for (uint32_t i = 0; i < definition->param_count; ++i)
        words[i] = mica_attr_param(attr, i);
    param_run r = {mica_attr_context(attr),
                   NULL,
                   printer,
                   definition->params,
                   definition->param_count,
                   assembly,
                   words,
                   0,
                   0};
    run_print(&r);
}
