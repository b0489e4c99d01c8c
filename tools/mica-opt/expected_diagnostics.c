// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and matching expectations; expected_diagnostics.h has the syntax.
#include "expected_diagnostics.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "ir/core/location.h"
#include "ir/text/source_snippet.h"

typedef struct expected_diagnostic {
    mica_severity severity;
    uint32_t line; ///< 0: at no known place
    uint32_t line_of_comment;
    mica_string text; ///< within {{}}; borrowed
    bool is_pattern;
    bool is_met;
} expected_diagnostic;

static expected_diagnostic *add(expected_list *list)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? list->capacity * 2 : 8;
        expected_diagnostic *items = realloc(list->items, capacity * sizeof *items);
        if (!items) {
            list->failed = true;
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    expected_diagnostic *item = &list->items[list->count++];
    memset(item, 0, sizeof *item);
    return item;
}

/// Consumes `word` at `*at`.
static bool take_word(const char **at, const char *end, const char *word)
{
    const size_t length = strlen(word);
    if ((size_t)(end - *at) < length || memcmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

static bool read_severity(const char **at, const char *end, mica_severity *severity)
{
    static const struct {
        const char *word;
        mica_severity severity;
    } words[] = {{"error", MICA_SEVERITY_ERROR},
                 {"warning", MICA_SEVERITY_WARNING},
                 {"remark", MICA_SEVERITY_REMARK},
                 {"note", MICA_SEVERITY_NOTE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
        if (take_word(at, end, words[i].word)) {
            *severity = words[i].severity;
            return true;
        }
    }
    return false;
}

/// The line number of the next line that holds no expectation (for @below: the line after).
static bool read_place(const char **at, const char *end, uint32_t line, uint32_t *place)
{
    *place = line;
    if (!take_word(at, end, "@"))
        return true;
    if (take_word(at, end, "above"))
        *place = line - 1;
    else if (take_word(at, end, "below"))
        *place = line + 1;
    else if (take_word(at, end, "unknown"))
        *place = 0;
    else if (take_word(at, end, "+"))
        *place = line + (uint32_t)strtoul(*at, (char **)at, 10);
    else if (take_word(at, end, "-"))
        *place = line - (uint32_t)strtoul(*at, (char **)at, 10);
    else
        return false;
    return true;
}

/// The text between `{{` and the `}}` that ends the comment's clause.
static bool read_text(const char **at, const char *end, bool is_pattern, mica_string *text)
{
    while (*at < end && (**at == ' ' || **at == '\t'))
        ++*at;
    if (!take_word(at, end, "{{"))
        return false;
    text->data = *at;
    int depth = 0;
    for (const char *p = *at; p + 1 < end; ++p) {
        if (is_pattern && p[0] == '{' && p[1] == '{') {
            ++depth;
            ++p;
        } else if (p[0] == '}' && p[1] == '}') {
            if (depth == 0 && !(p + 2 < end && p[2] == '}')) {
                text->length = (size_t)(p - *at);
                *at = p + 2;
                return true;
            }
            if (depth > 0) {
                --depth;
                ++p;
            }
        }
    }
    return false;
}

static void read_line(expected_list *list, uint32_t number, const char *at, const char *end)
{
    while (at < end) {
        const char *found = at;
        while (found < end &&
               !((size_t)(end - found) >= 9 && memcmp(found, "expected-", 9) == 0))
            ++found;
        if (found == end)
            return;
        at = found + 9;
        mica_severity severity;
        uint32_t place;
        mica_string text;
        if (!read_severity(&at, end, &severity))
            continue;
        const bool is_pattern = take_word(&at, end, "-re");
        while (at < end && *at == ' ')
            ++at;
        if (!read_place(&at, end, number, &place) || !read_text(&at, end, is_pattern, &text))
            continue;
        expected_diagnostic *item = add(list);
        if (!item)
            return;
        item->severity = severity;
        item->line = place;
        item->line_of_comment = number;
        item->text = text;
        item->is_pattern = is_pattern;
    }
}

void expected_list_read(expected_list *list, const char *name, mica_string text,
                        uint32_t first_line)
{
    memset(list, 0, sizeof *list);
    list->name = name;
    const char *at = text.data, *end = text.data + text.length;
    for (uint32_t number = first_line; at < end; ++number) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        read_line(list, number, at, stop);
        at = stop + 1;
    }
}

// ---- matching
// --------------------------------------------------------------------------------

static bool contains(mica_string message, mica_string text)
{
    if (text.length == 0)
        return true;
    for (size_t i = 0; i + text.length <= message.length; ++i) {
        if (memcmp(message.data + i, text.data, text.length) == 0)
            return true;
    }
    return false;
}

/// Literal text escaped, parts within {{}} as they are, in parentheses.
static char *regular_expression(mica_string text)
{
    char *pattern = malloc(text.length * 2 + 3);
    size_t used = 0;
    for (size_t i = 0; pattern && i < text.length; ++i) {
        if (i + 1 < text.length && text.data[i] == '{' && text.data[i + 1] == '{') {
            pattern[used++] = '(';
            for (i += 2;
                 i + 1 < text.length && !(text.data[i] == '}' && text.data[i + 1] == '}'); ++i)
                pattern[used++] = text.data[i];
            pattern[used++] = ')';
            ++i;
            continue;
        }
        if (strchr(".^$*+?()[]{}|\\", text.data[i]))
            pattern[used++] = '\\';
        pattern[used++] = text.data[i];
    }
    if (pattern)
        pattern[used] = '\0';
    return pattern;
}

static bool matches(const expected_diagnostic *item, mica_string message)
{
    if (!item->is_pattern)
        return contains(message, item->text);
    char *pattern = regular_expression(item->text);
    char *subject = malloc(message.length + 1);
    regex_t regex;
    bool found = false;
    if (pattern && subject && regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0) {
        memcpy(subject, message.data, message.length);
        subject[message.length] = '\0';
        found = regexec(&regex, subject, 0, NULL, 0) == 0;
        regfree(&regex);
    }
    free(pattern);
    free(subject);
    return found;
}

static void take_one(expected_list *list, mica_context *context, mica_location location,
                     mica_severity severity, mica_string message)
{
    mica_string file = {"", 0};
    uint32_t line = 0, column = 0;
    mica_location_resolve(context, location, &file, &line, &column);
    for (size_t i = 0; i < list->count; ++i) {
        expected_diagnostic *item = &list->items[i];
        if (item->line == line && item->severity == severity && !item->is_met &&
            matches(item, message)) {
            item->is_met = true;
            return;
        }
    }
    // Notes and remarks that nobody asked for are fine, as upstream has it for notes.
    if (severity == MICA_SEVERITY_NOTE)
        return;
    list->failed = true;
    fprintf(stderr, "%.*s:%u:%u: error: unexpected %s: %.*s\n", MICA_STRING_ARG(file), line,
            column, mica_severity_name(severity), MICA_STRING_ARG(message));
}

void expected_list_take(expected_list *list, mica_context *context,
                        const mica_diagnostic *diagnostic)
{
    take_one(list, context, mica_diagnostic_location(diagnostic),
             mica_diagnostic_severity(diagnostic), mica_diagnostic_message(diagnostic));
    for (size_t i = 0; i < mica_diagnostic_note_count(diagnostic); ++i)
        take_one(list, context, mica_diagnostic_note_location(diagnostic, i),
                 MICA_SEVERITY_NOTE, mica_diagnostic_note_message(diagnostic, i));
}

bool expected_list_finish(expected_list *list)
{
    for (size_t i = 0; i < list->count; ++i) {
        const expected_diagnostic *item = &list->items[i];
        if (item->is_met)
            continue;
        list->failed = true;
        fprintf(stderr, "%s:%u: error: expected %s \"%.*s\" was not produced\n", list->name,
                item->line_of_comment, mica_severity_name(item->severity),
                MICA_STRING_ARG(item->text));
    }
    free(list->items);
    list->items = NULL;
    return !list->failed;
}
