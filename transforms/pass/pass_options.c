// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values of a pass's options: their text form, `name=value` separated by blanks. A value that
// holds blanks or commas stands in braces or quotes.
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "transforms/pass/pass_internal.h"

// ---- values
// ----------------------------------------------------------------------------------

static void clear_value(const micai_allocator *allocator, micai_option_value *value)
{
    if (value->text)
        micai_release(allocator, value->text, value->text_length + 1);
    micai_release(allocator, value->elements, value->count * sizeof(*value->elements));
    micai_release(allocator, value->integers, value->count * sizeof(*value->integers));
    memset(value, 0, sizeof(*value));
}

static bool copy_text(const micai_allocator *allocator, micai_option_value *value,
                      mica_string text)
{
    value->text = micai_allocate(allocator, text.length + 1);
    if (!value->text)
        return false;
    if (text.length)
        memcpy(value->text, text.data, text.length);
    value->text[text.length] = 0;
    value->text_length = text.length;
    return true;
}

static bool parse_bool(mica_string text, int64_t *value)
{
    if (text.length == 0 || mica_string_is(text, "true") || mica_string_is(text, "TRUE") ||
        mica_string_is(text, "True") || mica_string_is(text, "1"))
        *value = 1;
    else if (mica_string_is(text, "false") || mica_string_is(text, "FALSE") ||
             mica_string_is(text, "False") || mica_string_is(text, "0"))
        *value = 0;
    else
        return false;
    return true;
}

/// `text` is followed by a NUL.
static bool parse_int(const char *text, int64_t *value)
{
    char *end;
    errno = 0;
    const long long parsed = strtoll(text, &end, 0);
    *value = parsed;
    return *text && *end == 0 && errno == 0;
}

/// Where the list element that begins at `start` ends: at a comma outside of braces.
static size_t element_end(mica_string text, size_t start)
{
    size_t depth = 0;
    for (size_t i = start; i < text.length; i++) {
        const char c = text.data[i];
        if (c == '{' || c == '(' || c == '[')
            depth++;
        else if ((c == '}' || c == ')' || c == ']') && depth)
            depth--;
        else if (c == ',' && depth == 0)
            return i;
    }
    return text.length;
}

static size_t count_elements(mica_string text)
{
    if (text.length == 0)
        return 0;
    size_t count = 1;
    for (size_t i = element_end(text, 0); i < text.length; i = element_end(text, i + 1))
        count++;
    return count;
}

/// Splits the text, which is the value's own copy, at its commas.
static bool split_elements(const micai_allocator *allocator, micai_option_value *value)
{
    const mica_string text = {value->text, value->text_length};
    const size_t count = count_elements(text);
    if (count == 0)
        return true;
    value->elements = micai_allocate(allocator, count * sizeof(*value->elements));
    value->integers = micai_allocate_zeroed(allocator, count * sizeof(*value->integers));
    if (!value->elements || !value->integers)
        return false;
    value->count = count;
    size_t start = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t end = element_end(text, start);
        value->elements[i] = (mica_string){value->text + start, end - start};
        value->text[end] = 0;
        start = end + 1;
    }
    return true;
}

static bool parse_integers(micai_option_value *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (!parse_int(value->elements[i].data, &value->integers[i]))
            return false;
    return true;
}

static bool is_choice(const mica_option_def *definition, const char *text)
{
    if (!definition->choices)
        return true;
    for (size_t i = 0; definition->choices[i]; i++)
        if (strcmp(definition->choices[i], text) == 0)
            return true;
    return false;
}

static bool set_value(const micai_allocator *allocator, const mica_option_def *definition,
                      micai_option_value *value, mica_string text)
{
    clear_value(allocator, value);
    if (!copy_text(allocator, value, text))
        return false;
    switch (definition->kind) {
    case MICA_OPTION_BOOL:
        return parse_bool(text, &value->integer);
    case MICA_OPTION_INT:
        return parse_int(value->text, &value->integer);
    case MICA_OPTION_STRING:
        return is_choice(definition, value->text);
    case MICA_OPTION_STRING_LIST:
        return split_elements(allocator, value);
    case MICA_OPTION_INT_LIST:
        return split_elements(allocator, value) && parse_integers(value);
    }
    return false;
}

static const char *default_of(const mica_option_def *definition)
{
    if (definition->default_text)
        return definition->default_text;
    switch (definition->kind) {
    case MICA_OPTION_BOOL:
        return "false";
    case MICA_OPTION_INT:
        return "0";
    default:
        return "";
    }
}

bool micai_pass_options_init(mica_pass_options *options, const mica_pass_def *pass,
                             const micai_allocator *allocator)
{
    options->pass = pass;
    options->allocator = allocator;
    options->values = NULL;
    if (pass->option_count == 0)
        return true;
    options->values =
        micai_allocate_zeroed(allocator, pass->option_count * sizeof(micai_option_value));
    if (!options->values)
        return false;
    bool valid = true;
    for (uint32_t i = 0; i < pass->option_count; i++)
        valid &= set_value(allocator, &pass->options[i], &options->values[i],
                           mica_string_from(default_of(&pass->options[i])));
    return valid;
}

void micai_pass_options_free(mica_pass_options *options)
{
    if (!options->values)
        return;
    for (uint32_t i = 0; i < options->pass->option_count; i++)
        clear_value(options->allocator, &options->values[i]);
    micai_release(options->allocator, options->values,
                  options->pass->option_count * sizeof(micai_option_value));
    options->values = NULL;
}

// ---- text
// ------------------------------------------------------------------------------------

static bool is_blank(char c)
{
    return isspace((unsigned char)c) != 0;
}

/// The index behind a closing quote or brace that matches the one at `index`; when there is
/// none, the next index.
static size_t skip_wrapped(mica_string text, size_t index)
{
    const char open = text.data[index];
    size_t depth = 0;
    for (size_t i = index; i < text.length; i++) {
        const char c = text.data[i];
        if (open == '{') {
            depth += c == '{';
            depth -= c == '}';
            if (depth == 0)
                return i + 1;
        } else if (i > index && c == open) {
            return i + 1;
        }
    }
    return index + 1;
}

static mica_string unwrap(mica_string text)
{
    if (text.length < 2)
        return text;
    const char first = text.data[0];
    const char last = text.data[text.length - 1];
    if ((first == '{' && last == '}') || (first == last && (first == '\'' || first == '"')))
        return (mica_string){text.data + 1, text.length - 2};
    return text;
}

/// Takes `name=value` off the front of `*rest`. False at the end.
static bool next_option(mica_string *rest, mica_string *name, mica_string *value)
{
    if (!rest->length)
        return false;
    size_t i = 0;
    while (i < rest->length && is_blank(rest->data[i]))
        i++;
    const size_t start = i;
    while (i < rest->length && !is_blank(rest->data[i]) && rest->data[i] != '=')
        i++;
    *name = (mica_string){rest->data + start, i - start};
    *value = (mica_string){NULL, 0};
    if (i < rest->length && rest->data[i] == '=') {
        const size_t value_start = ++i;
        while (i < rest->length && !is_blank(rest->data[i])) {
            const char c = rest->data[i];
            i = c == '\'' || c == '"' || c == '{' ? skip_wrapped(*rest, i) : i + 1;
        }
        *value = unwrap((mica_string){rest->data + value_start, i - value_start});
    }
    rest->data += i;
    rest->length -= i;
    return name->length != 0;
}

static int find_option(const mica_pass_def *pass, mica_string name)
{
    for (uint32_t i = 0; i < pass->option_count; i++)
        if (mica_string_is(name, pass->options[i].name))
            return (int)i;
    return -1;
}

static const char *value_word(const mica_option_def *definition)
{
    return definition->kind == MICA_OPTION_STRING && definition->choices
               ? "Cannot find option named"
               : "value invalid for";
}

bool micai_pass_options_parse(mica_pass_options *options, mica_string text,
                              micai_text_buffer *error)
{
    mica_string name, value;
    while (next_option(&text, &name, &value)) {
        const int index = find_option(options->pass, name);
        if (index < 0) {
            micai_text_printf(error, "<Pass-Options-Parser>: no such option %.*s\n",
                              MICA_STRING_ARG(name));
            return false;
        }
        const mica_option_def *definition = &options->pass->options[index];
        if (!set_value(options->allocator, definition, &options->values[index], value)) {
            micai_text_printf(error, "for the --%s option: %s '%.*s'", definition->name,
                              value_word(definition), MICA_STRING_ARG(value));
            return false;
        }
        options->values[index].is_set = true;
    }
    return true;
}

/// Lists print with their commas, which the split replaced.
static void print_value(const mica_option_def *definition, const micai_option_value *value,
                        micai_text_buffer *text)
{
    switch (definition->kind) {
    case MICA_OPTION_BOOL:
        micai_text_printf(text, "%s", value->integer ? "true" : "false");
        return;
    case MICA_OPTION_INT:
        micai_text_printf(text, "%lld", (long long)value->integer);
        return;
    case MICA_OPTION_STRING_LIST:
    case MICA_OPTION_INT_LIST:
        for (size_t i = 0; i < value->count; i++)
            micai_text_printf(text, "%s%.*s", i ? "," : "",
                              MICA_STRING_ARG(value->elements[i]));
        return;
    case MICA_OPTION_STRING:
        micai_text_printf(text, strpbrk(value->text, " {") ? "{%s}" : "%s", value->text);
        return;
    }
}

/// In order of names; an empty list prints as nothing but its blank.
void micai_pass_options_print(const mica_pass_options *options, micai_text_buffer *text)
{
    const mica_pass_def *pass = options->pass;
    if (pass->option_count == 0)
        return;
    const char *last = "";
    micai_text_printf(text, "{");
    for (uint32_t printed = 0; printed < pass->option_count; printed++) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < pass->option_count; i++)
            if (strcmp(pass->options[i].name, last) > 0 &&
                (next == UINT32_MAX ||
                 strcmp(pass->options[i].name, pass->options[next].name) < 0))
                next = i;
        assert(next != UINT32_MAX && "option names are unique");
        const mica_option_def *definition = &pass->options[next];
        const bool is_list = definition->kind == MICA_OPTION_STRING_LIST ||
                             definition->kind == MICA_OPTION_INT_LIST;
        if (printed)
            micai_text_printf(text, " ");
        if (!is_list || options->values[next].count) {
            micai_text_printf(text, "%s=", definition->name);
            print_value(definition, &options->values[next], text);
        }
        last = definition->name;
    }
    micai_text_printf(text, "}");
}

// ---- accessors
// -------------------------------------------------------------------------------

static const micai_option_value *value_of(const mica_pass_options *options, const char *name)
{
    const int index = find_option(options->pass, mica_string_from(name));
    assert(index >= 0 && "the pass has the option");
    return &options->values[index];
}

bool mica_pass_option_bool(const mica_pass_options *options, const char *name)
{
    return value_of(options, name)->integer != 0;
}

int64_t mica_pass_option_int(const mica_pass_options *options, const char *name)
{
    return value_of(options, name)->integer;
}

mica_string mica_pass_option_string(const mica_pass_options *options, const char *name)
{
    const micai_option_value *value = value_of(options, name);
    return (mica_string){value->text, value->text_length};
}

const mica_string *mica_pass_option_strings(const mica_pass_options *options, const char *name,
                                            size_t *count)
{
    const micai_option_value *value = value_of(options, name);
    *count = value->count;
    return value->elements;
}

const int64_t *mica_pass_option_ints(const mica_pass_options *options, const char *name,
                                     size_t *count)
{
    const micai_option_value *value = value_of(options, name);
    *count = value->count;
    return value->integers;
}

bool mica_pass_option_is_set(const mica_pass_options *options, const char *name)
{
    return value_of(options, name)->is_set;
}
