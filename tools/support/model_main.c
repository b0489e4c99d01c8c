// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The main function of a compiled model. Options are a table; what they fill in is one struct.
#include "tools/support/model_main.h"

#include "tools/support/array_compare.h"
#include "tools/support/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN_VALUES = 16, MAX_REPEAT = 1000000 };

typedef struct invocation {
    const mica_rt_model *model;
    const mica_model_evaluator *evaluator; // NULL: the model's own code
    const mica_device_api *devices;
    const mica_tensor_format *formats;
    const char **inputs; // paths, in the model's order
    uint32_t input_count;
    mica_model_dim *dims;
    uint32_t dim_count;
    const char *input_dir, *output_dir, *expect_dir, *weights_path;
    double rtol, atol;
    uint32_t threads, repeat;
    bool shows_help, shows_info;
    char own_weights[4096];
    void *weights; // mapped
    size_t weights_size;
    mica_rt_env env;
    mica_tool_error error;
} invocation;

static bool read_number(invocation *v, const char *text, int64_t minimum, int64_t maximum,
                        int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (*text != '\0' && *end == '\0' && errno == 0 && *number >= minimum && *number <= maximum)
        return true;
    return mica_tool_fail(&v->error, "'%.80s' is not a number from %lld to %lld", text,
                          (long long)minimum, (long long)maximum);
}

static bool add_input(invocation *v, char *text)
{
    v->inputs[v->input_count++] = text;
    return true;
}

static bool add_dim(invocation *v, char *text)
{
    char *equals = strchr(text, '=');
    if (equals == NULL)
        return mica_tool_fail(&v->error, "'%.80s' is not NAME=SIZE", text);
    *equals = '\0';
    mica_model_dim *dim = &v->dims[v->dim_count++];
    dim->name = text;
    return read_number(v, equals + 1, 0, INT64_MAX, &dim->size);
}

static bool set_input_dir(invocation *v, char *text)
{
    v->input_dir = text;
    return true;
}

static bool set_output_dir(invocation *v, char *text)
{
    v->output_dir = text;
    return true;
}

static bool set_expect_dir(invocation *v, char *text)
{
    v->expect_dir = text;
    return true;
}

static bool read_tolerance(invocation *v, const char *text, double *tolerance)
{
    char *end;
    *tolerance = strtod(text, &end);
    return (*text != '\0' && *end == '\0' && *tolerance >= 0) ||
           mica_tool_fail(&v->error, "'%.80s' is not a tolerance", text);
}

static bool set_rtol(invocation *v, char *text)
{
    return read_tolerance(v, text, &v->rtol);
}

static bool set_atol(invocation *v, char *text)
{
    return read_tolerance(v, text, &v->atol);
}

static bool set_weights(invocation *v, char *text)
{
    v->weights_path = text;
    return true;
}

static bool set_threads(invocation *v, char *text)
{
    int64_t number = 0;
    const bool is_valid = read_number(v, text, 0, 1024, &number);
    v->threads = (uint32_t)number;
    return is_valid;
}

static bool set_repeat(invocation *v, char *text)
{
    int64_t number = 0;
    const bool is_valid = read_number(v, text, 1, MAX_REPEAT, &number);
    v->repeat = (uint32_t)number;
    return is_valid;
}

static bool set_info(invocation *v, char *text)
{
    (void)text;
    v->shows_info = true;
    return true;
}

static bool set_help(invocation *v, char *text)
{
    (void)text;
    v->shows_help = true;
    return true;
}

// clang-format off
static const struct option {
    const char *name;
    const char *value; // NULL: takes none
    bool (*set)(invocation *v, char *text);
    const char *help;
} options[] = {
    {"--input",      "FILE.npy",  add_input,      "the next input; all words without '--' are inputs too"},
    {"--input-dir",  "DIR",       set_input_dir,  "the inputs are input_0.npy, input_1.npy, ... there"},
    {"--output-dir", "DIR",       set_output_dir, "write output_0.npy, ... there instead of printing values"},
    {"--expect-dir", "DIR",       set_expect_dir, "compare with output_0.npy, ... there instead; exit 1 when one differs"},
    {"--rtol",       "R",         set_rtol,       "and --atol A: |output - expected| <= A + R * |expected| (1e-3, 1e-5)"},
    {"--atol",       "A",         set_atol,       "see --rtol"},
    {"--dim",        "NAME=SIZE", add_dim,        "a dimension that no input's shape tells"},
    {"--threads",    "N",         set_threads,    "threads for parallel loops; 0: one a processor (default 1)"},
    {"--weights",    "FILE",      set_weights,    "the weights, when they were written to a file of their own"},
    {"--repeat",     "N",         set_repeat,     "run N times and print the median time"},
    {"--info",       NULL,        set_info,       "print inputs, outputs and dimensions, and stop"},
    {"--help",       NULL,        set_help,       "print this, and stop"},
};
// clang-format on
enum { OPTION_COUNT = sizeof options / sizeof options[0] };

void mica_model_main_options(void)
{
    for (int i = 0; i < OPTION_COUNT; ++i) {
        char left[40];
        snprintf(left, sizeof left, "%s%s%s", options[i].name,
                 options[i].value == NULL ? "" : " ",
                 options[i].value == NULL ? "" : options[i].value);
        printf("  %-24s %s\n", left, options[i].help);
    }
}

bool mica_model_main_takes_next(const char *word)
{
    for (int i = 0; i < OPTION_COUNT; ++i) {
        if (options[i].value != NULL && strcmp(word, options[i].name) == 0)
            return true;
    }
    return false;
}

static void print_help(const invocation *v)
{
    printf("runs the compiled model '%s' on .npy files\n\n", v->model->name);
    mica_model_main_options();
}

static void print_tensors(const mica_rt_model *model, const char *kind,
                          const mica_rt_tensor_info *infos, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        char text[200];
        mica_model_describe_tensor(model, &infos[i], text, sizeof text);
        printf("%s %u '%s': %s\n", kind, i, infos[i].name, text);
    }
}

static void print_info(const mica_rt_model *model)
{
    printf("model '%s'%s\n", model->name,
           (model->flags & MICA_RT_MODEL_NEEDS_DEVICE) != 0 ? ", runs on a Vulkan device" : "");
    print_tensors(model, "input", model->inputs, model->input_count);
    print_tensors(model, "output", model->outputs, model->output_count);
    for (uint32_t i = 0; i < model->dim_count; ++i)
        printf("dimension '%s': %lld to %lld\n", model->dims[i].name,
               (long long)model->dims[i].minimum, (long long)model->dims[i].maximum);
}

static bool parse_argument(invocation *v, char **arguments, int *at)
{
    char *word = arguments[*at];
    if (strncmp(word, "--", 2) != 0)
        return add_input(v, word);
    for (int i = 0; i < OPTION_COUNT; ++i) {
        const size_t length = strlen(options[i].name);
        const bool has_equals = options[i].value != NULL && word[length] == '=';
        if (strncmp(word, options[i].name, length) != 0 ||
            (word[length] != '\0' && !has_equals))
            continue;
        if (options[i].value == NULL || has_equals)
            return options[i].set(v, word + length + has_equals);
        if (arguments[*at + 1] == NULL)
            return mica_tool_fail(&v->error, "%s lacks its value", word);
        return options[i].set(v, arguments[++*at]);
    }
    return mica_tool_fail(&v->error, "unknown option '%.80s'; try --help", word);
}

// A program of --weights=file looks for its weights beside itself: PROGRAM.weights.
static bool find_weights(invocation *v)
{
    static const char suffix[] = ".weights";
    if (v->weights_path != NULL || v->model->weights != NULL || v->model->weights_size == 0)
        return true;
    const ssize_t length =
        readlink("/proc/self/exe", v->own_weights, sizeof v->own_weights - sizeof suffix);
    if (length <= 0)
        return mica_tool_fail(&v->error, "the model needs --weights FILE");
    memcpy(v->own_weights + length, suffix, sizeof suffix);
    v->weights_path = v->own_weights;
    return true;
}

static bool map_weights(invocation *v)
{
    struct stat status;
    const int file = open(v->weights_path, O_RDONLY);
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size > 0) {
        v->weights_size = (size_t)status.st_size;
        v->weights = mmap(NULL, v->weights_size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    if (file >= 0)
        close(file);
    if (v->weights == NULL || v->weights == MAP_FAILED) {
        v->weights = NULL;
        return mica_tool_fail(&v->error, "%.120s: can't be read", v->weights_path);
    }
    v->env.weights = v->weights;
    v->env.weights_size = v->weights_size;
    return true;
}

static bool open_env(invocation *v)
{
    int32_t code = MICA_RT_OK;
    if (!find_weights(v) || (v->weights_path != NULL && !map_weights(v)))
        return false;
    if (v->threads != 1)
        code = mica_rt_thread_pool_create(v->threads, &v->env.executor);
    if (code == MICA_RT_OK && (v->model->flags & MICA_RT_MODEL_NEEDS_DEVICE) != 0 &&
        v->devices != NULL)
        code = v->devices->open(&v->env.device);
    return code == MICA_RT_OK || mica_tool_fail(&v->error, "%s", mica_rt_error_string(code));
}

static void close_env(invocation *v)
{
    if (v->env.device != NULL)
        v->devices->close(v->env.device);
    if (v->env.executor != NULL)
        mica_rt_thread_pool_destroy(v->env.executor);
    if (v->weights != NULL)
        munmap(v->weights, v->weights_size);
}

static void print_values(const char *name, const mica_array *array)
{
    char text[200];
    mica_array_describe(array, text, sizeof text);
    printf("%s %s:", name, text);
    for (uint64_t i = 0; i < array->count && i < SHOWN_VALUES; ++i)
        printf(" %.6g", mica_array_value(array, i));
    printf("%s\n", array->count > SHOWN_VALUES ? " ..." : "");
}

// What numpy has no name for is written as the bits that it is.
static bool write_output(invocation *v, uint32_t index, const mica_array *output)
{
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/output_%u.npy", v->output_dir, index);
    if (length >= (int)sizeof path)
        return mica_tool_fail(&v->error, "the output folder's name is too long");
    mica_array written = *output;
    written.type = mica_array_bits_type(written.type);
    return mica_npy_write(path, &written, &v->error);
}

static bool check_output(invocation *v, uint32_t index, const mica_array *output)
{
    mica_array expected;
    mica_comparison result;
    if (!mica_tensor_folder_read(v->formats, v->expect_dir, "output", index, &expected,
                                 &v->error))
        return false;
    const char *name = v->model->outputs[index].name;
    mica_array_take_bits_as(&expected, output->type);
    const bool is_comparable =
        mica_array_compare(output, &expected, v->rtol, v->atol, true, &result, &v->error);
    mica_array_destroy(&expected);
    if (!is_comparable)
        return false;
    char text[200];
    mica_array_describe(output, text, sizeof text);
    printf("output %u '%s' %s: largest error %.3g (relative %.3g) at %llu\n", index, name, text,
           result.largest_error, result.largest_relative_error,
           (unsigned long long)result.largest_index);
    return result.mismatches == 0 ||
           mica_tool_fail(&v->error,
                          "output %u '%.80s': %llu of %llu elements differ by more than %g + "
                          "%g * |expected|",
                          index, name, (unsigned long long)result.mismatches,
                          (unsigned long long)result.count, v->atol, v->rtol);
}

static bool give_outputs(invocation *v, const mica_array *outputs)
{
    bool is_good = true;
    for (uint32_t i = 0; i < v->model->output_count && is_good; ++i) {
        if (v->output_dir == NULL && v->expect_dir == NULL)
            print_values(v->model->outputs[i].name, &outputs[i]);
        is_good = (v->output_dir == NULL || write_output(v, i, &outputs[i])) &&
                  (v->expect_dir == NULL || check_output(v, i, &outputs[i]));
    }
    return is_good;
}

static int compare_times(const void *a, const void *b)
{
    const double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static void print_time(const invocation *v, double *times)
{
    qsort(times, v->repeat, sizeof *times, compare_times);
    printf("median %.4g ms of %u runs\n", times[v->repeat / 2] * 1e3, v->repeat);
    if (v->env.device != NULL)
        printf("%llu dispatches a run on %s\n",
               (unsigned long long)(v->devices->dispatch_count(v->env.device) / v->repeat),
               v->devices->name(v->env.device));
}

// ---- profiles
// --------------------------------------------------------------------------------

static int compare_parts(const void *a, const void *b)
{
    const mica_rt_profile_counter *const first = *(mica_rt_profile_counter *const *)a;
    const mica_rt_profile_counter *const second = *(mica_rt_profile_counter *const *)b;
    if (first->nanoseconds != second->nanoseconds)
        return first->nanoseconds < second->nanoseconds ? 1 : -1;
    return (first > second) - (first < second);
}

static void print_parts(const mica_rt_profile *profile,
                        const mica_rt_profile_counter *const *parts)
{
    double total = 0;
    for (uint32_t i = 0; i < profile->part_count; ++i)
        total += (double)profile->counters[i].nanoseconds;
    fprintf(stderr, "%12s %7s  %s\n", "ms a run", "share", "part");
    for (uint32_t i = 0; i < profile->part_count; ++i) {
        const double time = (double)parts[i]->nanoseconds;
        const double runs = parts[i]->runs ? (double)parts[i]->runs : 1;
        fprintf(stderr, "%12.4f %6.1f%%  %s\n", time / runs / 1e6,
                total > 0 ? 100 * time / total : 0,
                profile->names[parts[i] - profile->counters]);
    }
    const double runs = profile->part_count ? (double)profile->counters[0].runs : 1;
    fprintf(stderr, "%12.4f %6.1f%%  all %u parts, %.0f runs\n", total / runs / 1e6, 100.0,
            profile->part_count, runs);
}

// To stderr, the slowest part first: results may go to stdout.
static void print_profile(const mica_rt_profile *profile)
{
    const mica_rt_profile_counter **parts = calloc(profile->part_count + 1, sizeof *parts);
    if (parts == NULL)
        return;
    for (uint32_t i = 0; i < profile->part_count; ++i)
        parts[i] = &profile->counters[i];
    qsort(parts, profile->part_count, sizeof *parts, compare_parts);
    print_parts(profile, parts);
    free(parts);
}

static bool call_evaluator(invocation *v, const mica_array *inputs, mica_array *outputs)
{
    const mica_model_options call_options = {.dims = v->dims, .dim_count = v->dim_count};
    if (v->repeat != 0)
        return mica_tool_fail(&v->error, "--repeat measures compiled models only");
    return v->evaluator->call(v->evaluator->user, &call_options, inputs, v->input_count,
                              outputs, &v->error);
}

static bool call_model(invocation *v, const mica_array *inputs, mica_array *outputs)
{
    if (v->evaluator != NULL)
        return call_evaluator(v, inputs, outputs);
    double *times = v->repeat == 0 ? NULL : calloc(v->repeat, sizeof *times);
    const mica_model_options call_options = {.env = &v->env,
                                             .devices = v->devices,
                                             .dims = v->dims,
                                             .dim_count = v->dim_count,
                                             .repeat = times == NULL ? 1 : v->repeat,
                                             .run_times = times};
    const bool has_run =
        mica_model_call(v->model, &call_options, inputs, v->input_count, outputs, &v->error);
    if (has_run && times != NULL)
        print_time(v, times);
    if (has_run && v->model->profile != NULL)
        print_profile(v->model->profile);
    free(times);
    return has_run;
}

static void destroy_arrays(mica_array *arrays, uint32_t count)
{
    for (uint32_t i = 0; arrays != NULL && i < count; ++i)
        mica_array_destroy(&arrays[i]);
    free(arrays);
}

static bool read_input(invocation *v, uint32_t index, mica_array *input)
{
    const bool is_read =
        v->input_dir != NULL
            ? mica_tensor_folder_read(v->formats, v->input_dir, "input", index, input,
                                      &v->error)
            : mica_tensor_file_read(v->formats, v->inputs[index], input, &v->error);
    if (is_read && index < v->model->input_count)
        mica_array_take_bits_as(input, v->model->inputs[index].type);
    return is_read;
}

static bool run_on_files(invocation *v)
{
    if (v->input_dir != NULL && v->input_count > 0)
        return mica_tool_fail(&v->error, "inputs are given by name and by folder");
    if (v->input_dir != NULL)
        v->input_count = v->model->input_count;
    mica_array *inputs = calloc(v->input_count + 1, sizeof *inputs);
    mica_array *outputs = calloc(v->model->output_count + 1, sizeof *outputs);
    bool is_good = inputs != NULL && outputs != NULL;
    if (!is_good)
        (void)mica_tool_fail(&v->error, "out of memory");
    for (uint32_t i = 0; is_good && i < v->input_count; ++i)
        is_good = read_input(v, i, &inputs[i]);
    is_good =
        is_good && open_env(v) && call_model(v, inputs, outputs) && give_outputs(v, outputs);
    destroy_arrays(inputs, v->input_count);
    destroy_arrays(outputs, v->model->output_count);
    close_env(v);
    return is_good;
}

int mica_model_main(const mica_rt_model *model, const mica_device_api *devices, int count,
                    char **arguments)
{
    return mica_model_main_with(model, NULL, devices, mica_npy_format, count, arguments);
}

int mica_model_main_with(const mica_rt_model *model, const mica_model_evaluator *evaluator,
                         const mica_device_api *devices, const mica_tensor_format *formats,
                         int count, char **arguments)
{
    invocation v = {.model = model,
                    .evaluator = evaluator,
                    .devices = devices,
                    .formats = formats,
                    .rtol = 1e-3,
                    .atol = 1e-5,
                    .inputs = calloc((size_t)count + 1, sizeof(char *)),
                    .dims = calloc((size_t)count + 1, sizeof(mica_model_dim)),
                    .threads = 1,
                    .env = MICA_RT_ENV_INIT};
    int status = v.inputs == NULL || v.dims == NULL;
    if (status != 0)
        (void)mica_tool_fail(&v.error, "out of memory");
    for (int i = 1; status == 0 && i < count; ++i)
        status = parse_argument(&v, arguments, &i) ? 0 : 2;
    if (status == 0 && v.shows_help)
        print_help(&v);
    else if (status == 0 && v.shows_info)
        print_info(model);
    else if (status == 0)
        status = run_on_files(&v) ? 0 : 1;
    if (status != 0)
        fprintf(stderr, "%s: error: %s\n", count > 0 ? arguments[0] : model->name,
                v.error.text);
    free(v.inputs);
    free(v.dims);
    return status;
}
