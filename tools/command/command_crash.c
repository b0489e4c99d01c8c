// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Crashes (command_crash.h): a signal handler on a stack of its own, so that an overflow of the
// program's stack is a crash like others. It calls nothing that is not safe in signal handlers.
#define _XOPEN_SOURCE 700
#include "tools/command/command_crash.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
enum { SIGNAL_COUNT = sizeof signals / sizeof *signals, STACK_SIZE = 64 << 10 };

// A signal handler has no other way to know.
static const mica_pass_manager *volatile watched;
static const char *volatile reproducer_path;
static char *stack;

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; // there is nobody left to tell
}

/// Afterwards the signal comes again, with its default action.
static void on_crash(int signal_number)
{
    const mica_pass_manager *manager = watched;
    watched = NULL;
    if (manager && mica_pass_manager_write_reproducer(manager, reproducer_path)) {
        say("error: a pass crashed: reproducer generated at `");
        say(reproducer_path);
        say("`\n");
    }
    raise(signal_number);
}

void command_crash_watch(const mica_pass_manager *manager, const char *path)
{
    reproducer_path = path;
    watched = manager;
    if (stack)
        return;
    stack = malloc(STACK_SIZE);
    if (!stack)
        return;
    const stack_t alternative = {.ss_sp = stack, .ss_size = STACK_SIZE};
    sigaltstack(&alternative, NULL);
    struct sigaction action = {.sa_handler = on_crash};
    action.sa_flags = SA_ONSTACK | (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i], &action, NULL);
}

void command_crash_ignore(void)
{
    watched = NULL;
}
