// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checking passes by running the program: what public functions compute is compared before and
// after each pass that changed something. An input on which the program is undefined at first
// is dropped; where the interpreter can't run the program (models in the onnx dialect),
// checking begins with the pass after which it can. What was undefined (poison) may become
// anything; integers must stay as they are, floats too, within the tolerance that the pass
// declares.
#include <math.h>
#include <stdio.h>

#include "ir/core/builtin_ops.h"
#include "transforms/pass/check_passes_internal.h"

// ---- functions
// -------------------------------------------------------------------------------

static bool is_checked(mica_op *op)
{
    return mica_op_interface(op, &mica_function_like_interface) && mica_symbol_name(op) &&
           !mica_function_is_declaration(op) &&
           mica_symbol_get_visibility(op) == MICA_VISIBILITY_PUBLIC &&
           mica_function_argument_count(op) <= MICAI_CHECK_MAX_VALUES &&
           mica_function_result_count(op) <= MICAI_CHECK_MAX_VALUES;
}

static bool describe_function(micai_check *check, micai_check_function *function, mica_op *op)
{
    const micai_allocator *allocator = check->allocator;
    memset(function, 0, sizeof *function);
    function->name = mica_string_attr_identifier(mica_symbol_name(op));
    function->argument_count = mica_function_argument_count(op);
    function->result_count = mica_function_result_count(op);
    function->arguments = micai_allocate_zeroed(allocator, (function->argument_count + 1) *
                                                               sizeof *function->arguments);
    function->results = micai_allocate_zeroed(allocator, (function->result_count + 1) *
                                                             sizeof *function->results);
    function->result_argument = micai_allocate_zeroed(
        allocator, (function->result_count + 1) * sizeof *function->result_argument);
    if (!function->arguments || !function->results || !function->result_argument)
        return false;
    for (size_t i = 0; i < function->argument_count; i++)
        function->arguments[i] = mica_function_argument_type(op, i);
    for (size_t i = 0; i < function->result_count; i++) {
        function->results[i] = mica_function_result_type(op, i);
        function->result_argument[i] = SIZE_MAX;
    }
    return true;
}

static bool generate_cases(micai_check *check, micai_check_function *function)
{
    const size_t bytes = (function->argument_count + 1) * sizeof(micai_check_value);
    for (size_t i = 0; i < MICAI_CHECK_CASES; i++) {
        micai_check_case *made = &function->cases[i];
        made->inputs = micai_allocate_zeroed(check->allocator, bytes);
        if (!made->inputs)
            return false;
        made->is_dropped = !micai_check_generate(check->allocator, function, i, made->inputs);
    }
    return true;
}

static bool add_function(micai_check *check, mica_op *op)
{
    if (!micai_array_reserve(check->allocator, (void **)&check->functions,
                             &check->function_capacity, check->function_count + 1,
                             sizeof(micai_check_function)))
        return false;
    micai_check_function *function = &check->functions[check->function_count++];
    return describe_function(check, function, op) && generate_cases(check, function);
}

static void free_function(micai_check *check, micai_check_function *function)
{
    const micai_allocator *allocator = check->allocator;
    for (size_t i = 0; i < MICAI_CHECK_CASES; i++) {
        micai_check_case *made = &function->cases[i];
        micai_check_values_free(allocator, made->inputs, function->argument_count);
        micai_release(allocator, made->inputs,
                      (function->argument_count + 1) * sizeof(micai_check_value));
        micai_check_outcome_free(check, function, &made->expected);
    }
    micai_release(allocator, function->arguments,
                  (function->argument_count + 1) * sizeof *function->arguments);
    micai_release(allocator, function->results,
                  (function->result_count + 1) * sizeof *function->results);
    micai_release(allocator, function->result_argument,
                  (function->result_count + 1) * sizeof *function->result_argument);
}

// ---- comparing
// -------------------------------------------------------------------------------

static bool is_poison(const micai_check_value *value, size_t element)
{
    const unsigned char *shadow = value->shadow + element * value->element_size;
    for (size_t i = 0; i < value->element_size; i++)
        if (shadow[i])
            return true;
    return false;
}

static bool floats_agree(double a, double b, double tolerance)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    if (a == b)
        return true;
    const double scale = fmax(1.0, fmax(fabs(a), fabs(b)));
    return fabs(a - b) <= tolerance * scale;
}

/// Declared for f32; other types have more digits, or fewer.
static double tolerance_for(const mica_type *element, double tolerance)
{
    const uint32_t width = mica_type_bit_width(element);
    return width < 32 ? tolerance * 65536.0 : width > 32 ? tolerance / 1e6 : tolerance;
}

static bool elements_agree(const micai_check_value *expected, const micai_check_value *found,
                           size_t element, double tolerance)
{
    const unsigned char *a = expected->data + element * expected->element_size;
    const unsigned char *b = found->data + element * found->element_size;
    mica_scalar x, y;
    double p, q;
    if (is_poison(expected, element))
        return true;
    if (is_poison(found, element))
        return false;
    if (memcmp(a, b, expected->element_size) == 0)
        return true;
    if (!mica_type_is_float(expected->element) || !mica_scalar_load(expected->element, a, &x) ||
        !mica_scalar_load(expected->element, b, &y) || !mica_scalar_get_float(&x, &p) ||
        !mica_scalar_get_float(&y, &q))
        return false;
    return floats_agree(p, q, tolerance_for(expected->element, tolerance));
}

static bool shapes_agree(const micai_check_value *a, const micai_check_value *b)
{
    return a->count == b->count && a->element_size == b->element_size;
}

/// The first output and element that differ; false when all agree.
static bool find_difference(const micai_check_function *function,
                            const micai_check_outcome *expected,
                            const micai_check_outcome *found, double tolerance, size_t *output,
                            size_t *element)
{
    for (size_t i = 0; i < function->result_count + function->argument_count; i++) {
        const micai_check_value *a = &expected->values[i], *b = &found->values[i];
        // An argument that was a tensor before is an output of none.
        if (!a->data || !b->data)
            continue;
        *output = i;
        *element = 0;
        if (!shapes_agree(a, b))
            return true;
        for (size_t k = 0; k < a->count; k++) {
            *element = k;
            if (!elements_agree(a, b, k, tolerance))
                return true;
        }
    }
    return false;
}

// ---- reports
// ---------------------------------------------------------------------------------

enum { MAX_SHOWN_ELEMENTS = 16 };

static void append_element(mica_diagnostic *diagnostic, const micai_check_value *value,
                           size_t element)
{
    mica_scalar scalar;
    double number;
    const unsigned char *bytes = value->data + element * value->element_size;
    if (is_poison(value, element))
        mica_diagnostic_append(diagnostic, "poison");
    else if (!mica_scalar_load(value->element, bytes, &scalar))
        mica_diagnostic_append(diagnostic, "?");
    else if (mica_scalar_get_float(&scalar, &number))
        mica_diagnostic_append(diagnostic, "%.9g", number);
    else
        mica_diagnostic_append(diagnostic, "%lld",
                               (long long)mica_wide_to_int(&scalar.as.integer));
}

static void append_value(mica_diagnostic *diagnostic, const micai_check_value *value)
{
    for (size_t i = 0; value->is_array && i < value->rank; i++)
        mica_diagnostic_append(diagnostic, "%lldx", (long long)value->sizes[i]);
    mica_diagnostic_append(diagnostic, value->is_array ? "[" : "");
    for (size_t i = 0; i < value->count && i < MAX_SHOWN_ELEMENTS; i++) {
        mica_diagnostic_append(diagnostic, i ? ", " : "");
        append_element(diagnostic, value, i);
    }
    mica_diagnostic_append(diagnostic, value->count > MAX_SHOWN_ELEMENTS ? ", ..." : "");
    mica_diagnostic_append(diagnostic, value->is_array ? "]" : "");
}

static mica_diagnostic *begin_report(const micai_check *check, const mica_pass_def *pass,
                                     const micai_check_function *function, mica_op *op)
{
    return mica_error(check->manager->context, mica_op_location(op),
                      "pass '%s' changes what function '%s' computes", pass->argument,
                      mica_identifier_text(function->name).data);
}

static bool end_report(mica_diagnostic *diagnostic, const micai_check_function *function,
                       size_t number, mica_op *op)
{
    for (size_t i = 0; i < function->argument_count; i++) {
        mica_diagnostic_note(diagnostic, mica_op_location(op), "input #%zu: ", i);
        append_value(diagnostic, &function->cases[number].inputs[i]);
    }
    return mica_diagnostic_emit(diagnostic);
}

static void append_position(mica_diagnostic *diagnostic, const micai_check_value *value,
                            size_t element)
{
    int64_t index[MICA_EVAL_MAX_RANK];
    for (size_t i = value->rank; i-- > 0;) {
        index[i] = (int64_t)(element % (size_t)value->sizes[i]);
        element /= (size_t)value->sizes[i];
    }
    for (size_t i = 0; i < value->rank; i++)
        mica_diagnostic_append(diagnostic, "%s%lld", i ? ", " : " at [", (long long)index[i]);
    mica_diagnostic_append(diagnostic, value->rank ? "]" : "");
}

static bool report_difference(const micai_check *check, const mica_pass_def *pass,
                              const micai_check_function *function, size_t number, mica_op *op,
                              const micai_check_outcome *found, size_t output, size_t element)
{
    const micai_check_value *a = &function->cases[number].expected.values[output];
    const micai_check_value *b = &found->values[output];
    const bool is_result = output < function->result_count;
    mica_diagnostic *diagnostic = begin_report(check, pass, function, op);
    mica_diagnostic_append(diagnostic, ": %s #%zu", is_result ? "result" : "memory of argument",
                           is_result ? output : output - function->result_count);
    if (!shapes_agree(a, b)) {
        mica_diagnostic_append(diagnostic, ", expected %zu elements, found %zu", a->count,
                               b->count);
        return end_report(diagnostic, function, number, op);
    }
    append_position(diagnostic, a, element);
    mica_diagnostic_append(diagnostic, ", expected ");
    append_element(diagnostic, a, element);
    mica_diagnostic_append(diagnostic, ", found ");
    append_element(diagnostic, b, element);
    return end_report(diagnostic, function, number, op);
}

// ---- one pass
// --------------------------------------------------------------------------------

static double tolerance_of(const mica_pass_def *pass)
{
    return pass->struct_size > offsetof(mica_pass_def, tolerance) ? pass->tolerance : 0.0;
}

static bool note_unchecked(micai_check_function *function, const mica_pass_def *pass,
                           const micai_check_report *report)
{
    if (!function->left_by)
        function->left_by = pass;
    const char *why = report->is_adapted ? report->message : "its signature is not understood";
    snprintf(function->reason, sizeof function->reason, "%s", why);
    return true;
}

static bool judge(const micai_check *check, const mica_pass_def *pass,
                  micai_check_function *function, size_t number, mica_op *op,
                  micai_check_outcome *found, const micai_check_report *report)
{
    const micai_check_case *one = &function->cases[number];
    if (!report->is_adapted || report->status == MICA_EVAL_UNSUPPORTED ||
        report->status == MICA_EVAL_NO_MEMORY)
        return note_unchecked(function, pass, report); // the next pass is compared instead
    if (report->status != MICA_EVAL_DONE) {
        mica_diagnostic *diagnostic = begin_report(check, pass, function, op);
        mica_diagnostic_append(diagnostic, ": %s", report->message);
        return end_report(diagnostic, function, number, op);
    }
    size_t output, element;
    function->was_checked = true;
    function->left_by = NULL;
    return !find_difference(function, &one->expected, found, tolerance_of(pass), &output,
                            &element) ||
           report_difference(check, pass, function, number, op, found, output, element);
}

/// `pass` NULL: before the first.
static bool check_case(const micai_check *check, const mica_pass_def *pass,
                       micai_check_function *function, size_t number, mica_op *op)
{
    micai_check_case *one = &function->cases[number];
    micai_check_outcome found;
    micai_check_report report;
    if (one->is_dropped)
        return true;
    const bool is_first = !one->expected.is_set;
    if (is_first && function->steps > MICAI_CHECK_ENOUGH) {
        one->is_dropped = true;
        return true;
    }
    micai_check_run(check, function, op, one->inputs, is_first ? NULL : &one->expected, &found,
                    &report);
    bool good = true;
    function->steps += is_first ? report.steps : 0;
    if (is_first && report.message[0])
        snprintf(function->reason, sizeof function->reason, "%s", report.message);
    if (is_first)
        one->is_dropped = report.is_adapted && report.status != MICA_EVAL_DONE &&
                          report.status != MICA_EVAL_UNSUPPORTED;
    else
        good = judge(check, pass, function, number, op, &found, &report);
    if (!found.is_set)
        return good;
    micai_check_outcome_free(check, function, &one->expected);
    one->expected = found;
    return good;
}

static bool check_function(const micai_check *check, const mica_pass_def *pass,
                           micai_check_function *function)
{
    mica_op *op = mica_symbol_find_in(check->root, mica_identifier_text(function->name));
    if (!op || !mica_op_interface(op, &mica_function_like_interface) ||
        mica_function_is_declaration(op))
        return true;
    for (size_t i = 0; i < MICAI_CHECK_CASES; i++)
        if (!check_case(check, pass, function, i, op))
            return false;
    return true;
}

bool micai_check_after_pass(micai_check *check, const mica_pass_def *pass, mica_op *op)
{
    const mica_attr *name = op == check->root ? NULL : mica_symbol_name(op);
    const mica_identifier *own = name ? mica_string_attr_identifier(name) : NULL;
    bool is_known = false;
    for (size_t i = 0; i < check->function_count; i++)
        is_known |= check->functions[i].name == own;
    for (size_t i = 0; i < check->function_count; i++)
        if ((!is_known || check->functions[i].name == own) &&
            !check_function(check, pass, &check->functions[i])) {
            check->has_failed = true;
            return false;
        }
    return true;
}

// ---- begin and end
// ---------------------------------------------------------------------------

micai_check *micai_check_begin(mica_pass_manager *manager, mica_op *root)
{
    micai_check *check = micai_allocate_zeroed(manager->allocator, sizeof *check);
    if (!check)
        return NULL;
    check->manager = manager;
    check->allocator = manager->allocator;
    check->root = root;
    bool done = true;
    if (mica_op_is(root, &mica_builtin_module_kind)) {
        mica_for_each_op(op, mica_module_body(root))
        {
            if (done && is_checked(op))
                done = add_function(check, op);
        }
    }
    for (size_t i = 0; i < check->function_count && done; i++)
        done = check_function(check, NULL, &check->functions[i]);
    if (done)
        return check;
    micai_check_end(check);
    return NULL;
}

/// Silence would pass for success.
static void report_unchecked(const micai_check *check, const micai_check_function *function)
{
    mica_context *context = check->manager->context;
    const mica_op *op = mica_symbol_find_in(check->root, mica_identifier_text(function->name));
    if (!op || (function->was_checked && !function->left_by))
        return;
    mica_diagnostic *diagnostic =
        mica_remark(context, mica_op_location(op), "function '%s' is not checked",
                    mica_identifier_text(function->name).data);
    if (function->left_by)
        mica_diagnostic_append(diagnostic, " from pass '%s' on", function->left_by->argument);
    if (function->reason[0])
        mica_diagnostic_append(diagnostic, ": %s", function->reason);
    mica_diagnostic_emit(diagnostic);
}

void micai_check_end(micai_check *check)
{
    if (!check)
        return;
    for (size_t i = 0; i < check->function_count && !check->has_failed; i++)
        report_unchecked(check, &check->functions[i]);
    for (size_t i = 0; i < check->function_count; i++)
        free_function(check, &check->functions[i]);
    micai_release(check->allocator, check->functions,
                  check->function_capacity * sizeof(micai_check_function));
    micai_release(check->allocator, check, sizeof *check);
}
