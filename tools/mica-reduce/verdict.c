// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Questions in child processes (verdict.h). For a pipeline the child is a copy of this process,
// so that the module need not be printed and read again; what it reports first comes back in a
// pipe.
#include "tools/mica-reduce/verdict.h"

#include "ir/core/diagnostics.h"
#include "ir/core/verifier.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// ---- errors
// ----------------------------------------------------------------------------------

/// Names and types change as a module shrinks; the words of a message stay.
static void put_message(int file, mica_string message)
{
    bool is_quoted = false;
    for (size_t i = 0; i < message.length; i++) {
        const char letter = message.data[i];
        if (letter == '\'')
            is_quoted = !is_quoted;
        else if (!is_quoted && write(file, &letter, 1) != 1)
            return;
    }
}

static void on_diagnostic(void *user, const mica_diagnostic *diagnostic)
{
    verdict_state *verdict = user;
    const mica_string message = mica_diagnostic_message(diagnostic);
    if (mica_diagnostic_severity(diagnostic) != MICA_SEVERITY_ERROR)
        return;
    if (verdict->report >= 0)
        put_message(verdict->report, message);
    verdict->report = -1; // the first error only
}

// ---- children
// --------------------------------------------------------------------------------

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/// Reads what the child says until it closes the pipe; false when time is up. What does not fit
/// is read and dropped, but `expect`, if any, is looked for in all of it.
static bool listen(int file, double deadline, char *text, size_t size)
{
    size_t length = 0;
    for (;;) {
        const double left = deadline - seconds_now();
        struct pollfd wait = {file, POLLIN, 0};
        const int ready = left > 0 ? poll(&wait, 1, (int)(left * 1000) + 1) : 0;
        if (ready == 0)
            return false;
        char piece[1024];
        const ssize_t got = ready > 0 ? read(file, piece, sizeof piece) : -1;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        const size_t room = size - 1 - length;
        const size_t kept = (size_t)got < room ? (size_t)got : room;
        memcpy(text + length, piece, kept);
        length += kept;
        text[length] = '\0';
    }
}

/// Waits for the child with the end of the pipe in hand.
static void take_answer(pid_t child, int file, unsigned timeout, verdict_answer *answer)
{
    int status = 0;
    answer->message[0] = '\0';
    const bool in_time =
        listen(file, seconds_now() + timeout, answer->message, sizeof answer->message);
    close(file);
    if (!in_time)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!in_time)
        answer->end = VERDICT_TIMEOUT;
    else if (WIFSIGNALED(status))
        answer->end = VERDICT_CRASH;
    else
        answer->end = WEXITSTATUS(status) == 0 ? VERDICT_FINE : VERDICT_ERROR;
    answer->signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void silence(int file)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0)
        dup2(nowhere, file);
}

/// In the child: verifies and runs the pipeline. Never returns.
static void run_pipeline(verdict_state *verdict, mica_op *module)
{
    const verdict_options *options = &verdict->options;
    silence(STDERR_FILENO);
    silence(STDOUT_FILENO);
    bool ok = mica_op_verify(module);
    if (ok && options->pipeline) {
        mica_pass_manager *manager =
            mica_pass_manager_create(verdict->context, options->registry, NULL);
        const mica_pass_manager_options settings = {.struct_size = sizeof settings,
                                                    .check_passes = options->check_passes};
        if (manager)
            mica_pass_manager_set_options(manager, &settings);
        ok = manager && mica_pass_manager_parse(manager, mica_string_from(options->pipeline)) &&
             mica_pass_manager_run(manager, module);
    }
    _exit(ok ? 0 : 1);
}

/// In the child: becomes the program. Never returns.
static void run_program(const verdict_state *verdict, int output)
{
    const verdict_options *options = &verdict->options;
    char **arguments = calloc(options->argument_count + 3, sizeof *arguments);
    if (!arguments)
        _exit(0);
    size_t count = 0;
    arguments[count++] = (char *)options->test;
    for (size_t i = 0; i < options->argument_count; i++)
        arguments[count++] = options->arguments[i];
    arguments[count] = (char *)verdict->file;
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(options->test, arguments);
    _exit(0); // a program that can't run finds nothing interesting
}

static bool write_file(void *user, const char *data, size_t size)
{
    return fwrite(data, 1, size, user) == size;
}

static bool write_module(const verdict_state *verdict, mica_op *module)
{
    FILE *file = fopen(verdict->file, "wb");
    if (!file)
        return false;
    const bool printed = mica_print_op(module, NULL, write_file, file);
    return fclose(file) == 0 && printed;
}

static verdict_answer ask(verdict_state *verdict, mica_op *module)
{
    verdict_answer answer = {.end = VERDICT_TROUBLE};
    int ends[2];
    if ((verdict->options.test && !write_module(verdict, module)) || pipe(ends) != 0)
        return answer;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        verdict->report = ends[1];
        if (verdict->options.test)
            run_program(verdict, ends[1]);
        else
            run_pipeline(verdict, module);
    }
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    else
        take_answer(child, ends[0], verdict->options.timeout, &answer);
    return answer;
}

// ---- verdicts
// --------------------------------------------------------------------------------

/// A program's crash counts as its finding something.
static bool is_wanted(const verdict_state *verdict, const verdict_answer *answer)
{
    const verdict_options *options = &verdict->options;
    if (answer->end != VERDICT_ERROR && answer->end != VERDICT_CRASH)
        return false;
    if (options->expect && !strstr(answer->message, options->expect))
        return false;
    if (options->test)
        return true;
    if (answer->end != verdict->wanted.end ||
        answer->signal_number != verdict->wanted.signal_number)
        return false;
    return answer->end == VERDICT_CRASH || options->expect ||
           strcmp(answer->message, verdict->wanted.message) == 0;
}

static bool make_file(verdict_state *verdict)
{
    const char *folder = getenv("TMPDIR");
    snprintf(verdict->file, sizeof verdict->file, "%.32s/mica-reduce-XXXXXX",
             folder && *folder ? folder : "/tmp");
    const int file = mkstemp(verdict->file);
    if (file >= 0)
        close(file);
    else
        verdict->file[0] = '\0';
    return file >= 0;
}

bool verdict_begin(verdict_state *verdict, const verdict_options *options,
                   mica_context *context, mica_op *module)
{
    verdict->options = *options;
    verdict->context = context;
    verdict->report = -1;
    mica_context_set_diagnostic_handler(context, on_diagnostic, verdict);
    if (options->test && !make_file(verdict)) {
        perror("error: can't make a file for the test");
        return false;
    }
    verdict->wanted = ask(verdict, module);
    if (is_wanted(verdict, &verdict->wanted))
        return true;
    static const char *const ends[] = {
        [VERDICT_FINE] = "the input is not interesting: no error, no crash",
        [VERDICT_ERROR] = "the input is not interesting: another error than expected",
        [VERDICT_CRASH] = "the input is not interesting: a crash without the expected text",
        [VERDICT_TIMEOUT] = "the input takes longer than the timeout",
        [VERDICT_TROUBLE] = "can't start a process or write its file",
    };
    fprintf(stderr, "error: %s\n", ends[verdict->wanted.end]);
    return false;
}

bool verdict_is_interesting(verdict_state *verdict, mica_op *module)
{
    const verdict_answer answer = ask(verdict, module);
    return is_wanted(verdict, &answer);
}

void verdict_describe(const verdict_state *verdict, char *text, size_t size)
{
    if (verdict->options.test)
        snprintf(text, size, "what '%s' finds", verdict->options.test);
    else if (verdict->wanted.end == VERDICT_CRASH)
        snprintf(text, size, "the crash by signal %d", verdict->wanted.signal_number);
    else
        snprintf(text, size, "the error \"%.200s\"", verdict->wanted.message);
}

void verdict_end_all(verdict_state *verdict)
{
    if (verdict->file[0])
        unlink(verdict->file);
}
