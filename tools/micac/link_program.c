// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Links a program: cc -o OUTPUT model.o libmica_tool_support.a libmica_rt.a -lm -lpthread -ldl.
//
// The archives are found from where micac itself is, at ../lib: build/bin and build/lib, or the
// folders of an installation. Vulkan's loader is opened at run time, nothing of LLVM is linked.
#include "tools/micac/micac.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PATH_SIZE = 4096, MOST_ARGUMENTS = 64 };

/// The path of an archive in ../lib of the folder of this program.
static bool find_archive(const char *name, char *path)
{
    char self[PATH_SIZE];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash)
        return fputs("error: micac can't find its own folder\n", stderr) < 0;
    *slash = '\0';
    if (snprintf(path, PATH_SIZE, "%s/../lib/%s", self, name) >= PATH_SIZE ||
        access(path, R_OK) != 0)
        return fprintf(stderr, "error: can't read '%s': %s\n", path, strerror(errno)) < 0;
    return true;
}

/// Splits a command at blanks into arguments; the text is changed. How many.
static size_t split(char *command, char **arguments, size_t most)
{
    size_t count = 0;
    for (char *word = strtok(command, " "); word && count < most; word = strtok(NULL, " "))
        arguments[count++] = word;
    return count;
}

/// Runs a command to its end. False after a message.
static bool run_command(char **arguments)
{
    pid_t process;
    int status = 0;
    const int error = posix_spawnp(&process, arguments[0], NULL, NULL, arguments, environ);
    if (error != 0)
        return fprintf(stderr,
                       "error: can't start the linker '%s': %s; --linker=COMMAND names "
                       "another\n",
                       arguments[0], strerror(error)) < 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return fprintf(stderr, "error: the linker '%s' failed\n", arguments[0]) < 0;
}

bool link_program(const char *object, const micac_options *options)
{
    char support[PATH_SIZE], runtime[PATH_SIZE];
    static const char more_flags[] = MICA_PROGRAM_LINK_FLAGS; // of sanitizers, for archives
    if (!find_archive("libmica_tool_support.a", support) ||
        !find_archive("libmica_rt.a", runtime))
        return false;
    const size_t size = strlen(options->output) + 32;
    char *temporary = malloc(size);
    char *command = strdup(options->linker && *options->linker ? options->linker : "cc");
    char *extra = strdup(more_flags);
    bool ok = temporary && command && extra;
    if (ok) {
        char *arguments[MOST_ARGUMENTS + 16];
        size_t count = split(command, arguments, MOST_ARGUMENTS / 2);
        count += split(extra, arguments + count, MOST_ARGUMENTS / 2);
        snprintf(temporary, size, "%s.tmp-%ld", options->output, (long)getpid());
        char *const rest[] = {"-o",        temporary, (char *)(size_t)object,
                              support,     runtime,   "-lm",
                              "-lpthread", "-ldl",    NULL};
        memcpy(arguments + count, rest, sizeof rest);
        ok = count > 0 && run_command(arguments);
        if (ok && rename(temporary, options->output) != 0)
            ok = fprintf(stderr, "error: can't write '%s': %s\n", options->output,
                         strerror(errno)) < 0;
        if (!ok)
            unlink(temporary);
    }
    free(extra);
    free(command);
    free(temporary);
    return ok;
}
