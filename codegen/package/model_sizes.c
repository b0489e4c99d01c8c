// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of the sizes of a model's outputs: which are dimensions of the model, which
// follow from them and how, which the model itself tells when it has run. Read off the
// functions that the pass outline-sizes cut out:
//
//   func.func private @main_result_sizes(%n: index) -> (index, index) {
//     %0 = arith.addi %n, %c2            [n, n + 2] in the header
//     return %n, %0
#include "codegen/package/model_description_internal.h"

#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/fold.h"

#include <stdio.h>

enum { LONGEST_FORMULA = 120, DEEPEST = 16 };

// ---- formulas
// --------------------------------------------------------------------------------

typedef struct formula {
    const mica_model_description *model;
    char text[LONGEST_FORMULA];
    size_t length;
    bool failed;
} formula;

static void add_text(formula *f, mica_string text)
{
    f->failed |= f->length + text.length >= sizeof f->text;
    if (f->failed)
        return;
    memcpy(f->text + f->length, text.data, text.length);
    f->length += text.length;
}

static void add(formula *f, const char *text)
{
    add_text(f, mica_string_from(text));
}

static void write_value(formula *f, mica_value *value, int strength, unsigned depth);

// clang-format off
/// Ops that C has too, and how strong they bind; 0: written as a function.
static const struct {
    const char *op, *text;
    int strength;
} operators[] = {
    {"arith.addi",      " + ",     1}, {"arith.subi",  " - ", 1}, {"arith.muli",       " * ", 2},
    {"arith.divsi",     " / ",     2}, {"arith.divui", " / ", 2}, {"arith.floordivsi", " / ", 2},
    {"arith.maxsi",     "max",     0}, {"arith.maxui", "max", 0}, {"arith.minsi",      "min", 0},
    {"arith.minui",     "min",     0}, {"arith.ceildivsi", "ceildiv", 0},
    {"arith.ceildivui", "ceildiv", 0},
};
// clang-format on

static void write_operator(formula *f, mica_op *op, size_t row, int strength, unsigned depth)
{
    const int own = operators[row].strength;
    if (own == 0)
        add(f, operators[row].text);
    if (own == 0 || own < strength)
        add(f, "(");
    write_value(f, mica_op_operand(op, 0), own, depth - 1);
    add(f, own == 0 ? ", " : operators[row].text);
    write_value(f, mica_op_operand(op, 1), own == 0 ? 0 : own + 1, depth - 1);
    if (own == 0 || own < strength)
        add(f, ")");
}

/// An operand of an op that binds as strongly as `strength`.
static void write_value(formula *f, mica_value *value, int strength, unsigned depth)
{
    char number[24];
    int64_t constant;
    mica_op *op = mica_value_op(value);
    if (depth == 0) {
        f->failed = true;
    } else if (!op) {
        add_text(f, f->model->dims[mica_value_index(value)].field);
    } else if (mica_value_constant_int(value, &constant)) {
        snprintf(number, sizeof number, constant < 0 ? "(%lld)" : "%lld", (long long)constant);
        add(f, number);
    } else if (mica_string_is(mica_op_name(op), "arith.index_cast")) {
        write_value(f, mica_op_operand(op, 0), strength, depth - 1);
    } else {
        size_t row = 0;
        const size_t count = sizeof operators / sizeof *operators;
        while (row < count && !mica_string_is(mica_op_name(op), operators[row].op))
            ++row;
        f->failed |= row == count;
        if (!f->failed)
            write_operator(f, op, row, strength, depth);
    }
}

/// The size as an expression of the dimensions; empty when it can't be written.
static mica_string formula_of(mica_model_description *model, mica_value *value)
{
    formula f = {.model = model};
    write_value(&f, value, 0, DEEPEST);
    mica_string text = {f.text, f.failed ? 0 : f.length};
    text.data = micai_arena_copy_text(&model->arena, text);
    return text;
}

// ---- sizes
// -----------------------------------------------------------------------------------

/// The function that an attribute of the entry names; NULL when it has none.
static mica_op *function_of(mica_model_description *model, mica_op *entry,
                            const char *attribute, mica_string *name)
{
    const mica_attr *symbol = mica_op_attr(entry, attribute);
    mica_op *function = symbol ? mica_symbol_resolve(entry, symbol) : NULL;
    *name = (mica_string){"", 0};
    if (function)
        *name = mica_string_attr_text(mica_symbol_name(function));
    name->data = micai_arena_copy_text(&model->arena, *name);
    return function;
}

static bool list_sizes(mica_model_description *model)
{
    size_t most = 1;
    for (size_t i = 0; i < model->output_count; ++i)
        most += model->outputs[i].rank;
    model->sizes = micai_arena_allocate(&model->arena, most * sizeof *model->sizes);
    model->exact = micai_arena_allocate(&model->arena, most * sizeof *model->exact);
    if (!model->sizes || !model->exact)
        return false;
    for (size_t i = 0; i < model->output_count; ++i) {
        mica_model_tensor *output = &model->outputs[i];
        const size_t bytes = (output->rank + 1) * sizeof *output->formula;
        output->formula = micai_arena_allocate(&model->arena, bytes);
        if (!output->formula)
            return false;
        memset(output->formula, 0, bytes);
        for (uint32_t d = 0; d < output->rank; ++d)
            if (output->dims[d] == MICA_MODEL_COMPUTED)
                model->sizes[model->size_count++] = (micai_model_size){(uint32_t)i, d};
    }
    return true;
}

/// What the function itself returns: sizes, which are bounds before it has run, and behind them
/// whether an assertion did not hold.
static void note_exact(mica_model_description *model, const mica_op *entry)
{
    for (size_t i = 0; i < mica_function_result_count(entry); ++i) {
        const mica_attr *attrs = mica_function_result_attrs(entry, i);
        const mica_attr *number =
            attrs ? mica_dictionary_attr_find(attrs, mica_string_from("mica.size")) : NULL;
        if (number)
            model->exact[model->exact_count++] = (size_t)mica_integer_attr_value(number);
        model->has_assertions |=
            attrs && mica_dictionary_attr_find(attrs, mica_string_from("mica.assertions"));
    }
}

static bool is_bound(const mica_model_description *model, size_t number)
{
    for (size_t i = 0; i < model->exact_count; ++i)
        if (model->exact[i] == number)
            return true;
    return false;
}

static bool note_formulas(mica_model_description *model, mica_op *function)
{
    mica_op *returns = mica_block_last(mica_region_first(mica_function_body(function)));
    if (mica_op_operand_count(returns) != model->size_count)
        return mica_op_error(function, "returns %zu sizes instead of %zu",
                             mica_op_operand_count(returns), model->size_count);
    for (size_t i = 0; i < model->size_count; ++i) {
        if (is_bound(model, i))
            continue;
        mica_value *size = mica_op_operand(returns, i);
        mica_model_tensor *output = &model->outputs[model->sizes[i].output];
        const uint32_t dim = model->sizes[i].dim;
        if (!mica_value_op(size))
            output->dims[dim] = MICA_MODEL_DIM(mica_value_index(size));
        else
            output->formula[dim] = formula_of(model, size);
    }
    return true;
}

bool micai_model_note_sizes(mica_model_description *model, mica_op *entry)
{
    mica_op *function = function_of(model, entry, "mica.result_sizes", &model->result_sizes);
    function_of(model, entry, "mica.arena_size", &model->arena_size);
    function_of(model, entry, "mica.sizes_disagree", &model->sizes_disagree);
    if (!list_sizes(model))
        return false;
    note_exact(model, entry);
    if (!function)
        return model->size_count == 0 ||
               mica_op_error(entry, "has outputs whose sizes are not known");
    return note_formulas(model, function);
}
