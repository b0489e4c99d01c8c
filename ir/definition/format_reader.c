// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the text of a format into elements: a small recursive descent, since the language is
// three levels deep (elements, groups, arguments) and its words depend on the place.

#include "ir/definition/format_internal.h"

enum { MAX_NESTING = 16 };

typedef struct format_reader {
    micai_build *build;
    micai_place place; ///< of the text's start
    const char *start, *cursor, *end;
    const micai_format_scope *scope;
    uint32_t depth;
} format_reader;

static micai_place here(const format_reader *r)
{
    const micai_place place = {r->place.file,
                               r->place.offset + (uint32_t)(r->cursor - r->start)};
    return place;
}

static micai_element *fail(format_reader *r, const char *message)
{
    micai_build_error(r->build, here(r), "%s", message);
    return NULL;
}

static void skip_blanks(format_reader *r)
{
    for (; r->cursor < r->end; ++r->cursor) {
        if (r->end - r->cursor >= 2 && r->cursor[0] == '/' && r->cursor[1] == '/') {
            while (r->cursor < r->end && *r->cursor != '\n')
                ++r->cursor;
            if (r->cursor == r->end)
                return;
        } else if (!strchr(" \t\r\n", *r->cursor)) {
            return;
        }
    }
}

static bool next_is(format_reader *r, char c)
{
    skip_blanks(r);
    return r->cursor < r->end && *r->cursor == c;
}

static bool accept(format_reader *r, char c)
{
    if (!next_is(r, c))
        return false;
    ++r->cursor;
    return true;
}

static bool expect(format_reader *r, char c)
{
    if (accept(r, c))
        return true;
    micai_build_error(r->build, here(r), "expected '%c' in format", c);
    return false;
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

static mica_string read_word(format_reader *r)
{
    mica_string word = {r->cursor, 0};
    while (r->cursor < r->end && is_word_char(*r->cursor))
        ++r->cursor;
    word.length = (size_t)(r->cursor - word.data);
    return word;
}

static micai_element *make(format_reader *r, micai_element_kind kind)
{
    micai_element *element = micai_build_allocate(r->build, 1, sizeof *element);
    if (element) {
        element->kind = kind;
        element->place = here(r);
    }
    return element;
}

static void add_child(micai_element *parent, micai_element *child)
{
    if (parent->last_child)
        parent->last_child->next = child;
    else
        parent->children = child;
    parent->last_child = child;
}

bool micai_is_keyword(const char *text)
{
    if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || *text == '_'))
        return false;
    for (; *text; ++text) {
        if (!(is_word_char(*text) || *text == '$') || *text == '-')
            return false;
    }
    return true;
}

// ---- elements
// --------------------------------------------------------------------------------

static micai_element *read_elements(format_reader *r, const char *stops);
static micai_element *read_element(format_reader *r);

/// `...`: literal, blank, or line break.
static micai_element *read_literal(format_reader *r)
{
    const char *begin = ++r->cursor;
    while (r->cursor < r->end && *r->cursor != '`')
        ++r->cursor;
    if (r->cursor == r->end)
        return fail(r, "unterminated literal");
    const mica_string text = {begin, (size_t)(r->cursor - begin)};
    micai_element *element = make(r, MICAI_ELEMENT_LITERAL);
    ++r->cursor;
    if (!element)
        return NULL;
    if (text.length == 0 || mica_string_is(text, " ")) {
        element->kind = MICAI_ELEMENT_SPACE;
        element->index = (uint16_t)text.length;
    } else if (mica_string_is(text, "\\n")) {
        element->kind = MICAI_ELEMENT_NEWLINE;
    }
    element->text = micai_build_text(r->build, text);
    return element;
}

/// Index of a name among specs of `stride` bytes that begin with their name; -1: none.
static int find_named(const void *specs, size_t count, size_t stride, mica_string name)
{
    for (size_t i = 0; i < count; ++i) {
        const char *spec_name;
        memcpy(&spec_name, (const char *)specs + i * stride, sizeof spec_name);
        if (mica_string_is(name, spec_name))
            return (int)i;
    }
    return -1;
}

static bool resolve_name(const micai_format_scope *scope, mica_string name,
                         micai_element *element)
{
    const mica_op_def *op = scope->op;
    const struct {
        micai_element_kind kind;
        const void *specs;
        size_t count, stride;
    } tables[] = {
        {MICAI_ELEMENT_OPERAND, op ? op->operands : NULL, op ? op->operand_count : 0,
         sizeof(mica_value_spec)},
        {MICAI_ELEMENT_ATTR, op ? op->attrs : NULL, op ? op->attr_count : 0,
         sizeof(mica_attr_spec)},
        {MICAI_ELEMENT_RESULT, op ? op->results : NULL, op ? op->result_count : 0,
         sizeof(mica_value_spec)},
        {MICAI_ELEMENT_REGION, op ? op->regions : NULL, op ? op->region_count : 0,
         sizeof(mica_region_spec)},
        {MICAI_ELEMENT_SUCCESSOR, op ? op->successors : NULL, op ? op->successor_count : 0,
         sizeof(mica_successor_spec)},
        {MICAI_ELEMENT_PARAM, scope->params, scope->param_count, sizeof(mica_param_spec)},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; ++i) {
        const int index = find_named(tables[i].specs, tables[i].count, tables[i].stride, name);
        if (index >= 0) {
            element->kind = tables[i].kind;
            element->index = (uint16_t)index;
            return true;
        }
    }
    return false;
}

static micai_element *read_variable(format_reader *r)
{
    micai_element *element = make(r, MICAI_ELEMENT_OPERAND);
    ++r->cursor;
    const mica_string name = read_word(r);
    if (!element)
        return NULL;
    if (!resolve_name(r->scope, name, element)) {
        micai_build_error(r->build, element->place, "'$%.*s' is defined nowhere",
                          MICA_STRING_ARG(name));
        return NULL;
    }
    return element;
}

/// `(` element, ... `)` into the parent's children.
static micai_element *read_arguments(format_reader *r, micai_element *parent)
{
    if (!parent || !expect(r, '('))
        return NULL;
    while (!next_is(r, ')')) {
        micai_element *argument = read_element(r);
        if (!argument)
            return NULL;
        add_child(parent, argument);
        if (!accept(r, ','))
            break;
    }
    return expect(r, ')') ? parent : NULL;
}

static micai_element *read_type_directive(format_reader *r)
{
    micai_element *element = read_arguments(r, make(r, MICAI_ELEMENT_TYPE));
    if (!element)
        return NULL;
    const micai_element *child = element->children;
    if (!child || child->next ||
        (child->kind != MICAI_ELEMENT_OPERAND && child->kind != MICAI_ELEMENT_RESULT &&
         child->kind != MICAI_ELEMENT_OPERANDS && child->kind != MICAI_ELEMENT_RESULTS))
        return fail(r, "type() takes one operand or result");
    return element;
}

static micai_element *read_qualified(format_reader *r)
{
    micai_element *wrapper = read_arguments(r, make(r, MICAI_ELEMENT_GROUP));
    if (!wrapper || !wrapper->children)
        return fail(r, "qualified() takes an attribute or a type");
    wrapper->children->is_qualified = true;
    return wrapper->children;
}

static micai_element *read_custom(format_reader *r)
{
    micai_element *element = make(r, MICAI_ELEMENT_CUSTOM);
    if (!element || !expect(r, '<'))
        return NULL;
    skip_blanks(r);
    element->text = micai_build_text(r->build, read_word(r));
    return expect(r, '>') ? read_arguments(r, element) : NULL;
}

/// `oilist( k a | l b )`.
static micai_element *read_oilist(format_reader *r)
{
    micai_element *element = make(r, MICAI_ELEMENT_OILIST);
    if (!element || !expect(r, '('))
        return NULL;
    do {
        micai_element *clause = read_elements(r, "|)");
        if (!clause)
            return NULL;
        if (!clause->children || clause->children->kind != MICAI_ELEMENT_LITERAL)
            return fail(r, "a clause of oilist begins with a literal");
        add_child(element, clause);
    } while (accept(r, '|'));
    return expect(r, ')') ? element : NULL;
}

static micai_element *read_directive(format_reader *r)
{
    static const struct {
        const char *word;
        micai_element_kind kind;
    } plain[] = {
        {"attr-dict", MICAI_ELEMENT_ATTR_DICT},
        {"attr-dict-with-keyword", MICAI_ELEMENT_ATTR_DICT_KEYWORD},
        {"prop-dict", MICAI_ELEMENT_PROP_DICT},
        {"operands", MICAI_ELEMENT_OPERANDS},
        {"results", MICAI_ELEMENT_RESULTS},
        {"regions", MICAI_ELEMENT_REGIONS},
        {"successors", MICAI_ELEMENT_SUCCESSORS},
        {"params", MICAI_ELEMENT_PARAMS},
    };
    const micai_place place = here(r);
    const mica_string word = read_word(r);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; ++i) {
        if (mica_string_is(word, plain[i].word))
            return make(r, plain[i].kind);
    }
    if (mica_string_is(word, "type"))
        return read_type_directive(r);
    if (mica_string_is(word, "qualified"))
        return read_qualified(r);
    if (mica_string_is(word, "functional-type"))
        return read_arguments(r, make(r, MICAI_ELEMENT_FUNCTION_TYPE));
    if (mica_string_is(word, "ref"))
        return read_arguments(r, make(r, MICAI_ELEMENT_REF));
    if (mica_string_is(word, "struct"))
        return read_arguments(r, make(r, MICAI_ELEMENT_STRUCT));
    if (mica_string_is(word, "custom"))
        return read_custom(r);
    if (mica_string_is(word, "oilist"))
        return read_oilist(r);
    micai_build_error(r->build, place, "unknown directive '%.*s' in format",
                      MICA_STRING_ARG(word));
    return NULL;
}

/// The element marked with `^`, or NULL.
static micai_element *find_anchor(micai_element *list)
{
    for (micai_element *element = list; element; element = element->next) {
        if (element->is_anchor)
            return element;
    }
    return NULL;
}

/// `( a b^ c )?`, `( a ) : ( b )?`.
static micai_element *read_group(format_reader *r)
{
    ++r->cursor;
    micai_element *group = read_elements(r, ")");
    if (!group || !expect(r, ')'))
        return NULL;
    group->kind = MICAI_ELEMENT_GROUP;
    if (accept(r, ':')) {
        if (!expect(r, '('))
            return NULL;
        micai_element *otherwise = read_elements(r, ")");
        if (!otherwise || !expect(r, ')'))
            return NULL;
        group->otherwise = otherwise->children;
    }
    if (!expect(r, '?'))
        return NULL;
    group->anchor = find_anchor(group->children);
    if (!group->anchor) {
        group->anchor = find_anchor(group->otherwise);
        group->anchor_in_otherwise = true;
    }
    if (!group->anchor)
        return fail(r, "an optional group needs an anchor, as in $x^");
    return group;
}

static micai_element *read_element(format_reader *r)
{
    skip_blanks(r);
    if (r->cursor == r->end)
        return fail(r, "format ends too early");
    micai_element *element;
    if (r->depth++ == MAX_NESTING)
        element = fail(r, "format is nested too deeply");
    else if (*r->cursor == '`')
        element = read_literal(r);
    else if (*r->cursor == '$')
        element = read_variable(r);
    else if (*r->cursor == '(')
        element = read_group(r);
    else if (is_word_char(*r->cursor))
        element = read_directive(r);
    else
        element = fail(r, "unexpected character in format");
    --r->depth;
    if (element && r->cursor < r->end && *r->cursor == '^') {
        element->is_anchor = true;
        ++r->cursor;
    }
    return element;
}

/// Elements up to one of the characters in `stops`, or to the end.
static micai_element *read_elements(format_reader *r, const char *stops)
{
    micai_element *list = make(r, MICAI_ELEMENT_GROUP);
    if (!list)
        return NULL;
    for (;;) {
        skip_blanks(r);
        if (r->cursor == r->end || strchr(stops, *r->cursor))
            return list;
        micai_element *element = read_element(r);
        if (!element)
            return NULL;
        add_child(list, element);
    }
}

micai_element *micai_format_read(micai_build *build, micai_place place, mica_string text,
                                 const micai_format_scope *scope)
{
    format_reader r = {build, place, text.data, text.data, text.data + text.length, scope, 0};
    return read_elements(&r, "");
}
