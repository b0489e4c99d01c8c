// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Is a module still interesting? A verdict is either a program that gets the module as a file
// and answers by its exit status (not 0: interesting, as for mlir-reduce), or what happens when
// the module is verified and a pipeline runs on it: the same crash, or the same error, as on
// the input. Each question is put in a process of its own, which may crash or hang.
#ifndef MICA_TOOLS_MICA_REDUCE_VERDICT_H
#define MICA_TOOLS_MICA_REDUCE_VERDICT_H

#include "transforms/pass/pass_manager.h"

/// Zero is the default. All is borrowed.
typedef struct verdict_options {
    const char *test;       ///< program; NULL: verify and run the pipeline
    char *const *arguments; ///< of the program, before the file
    size_t argument_count;
    const char *expect;   ///< text that it must print, or that the error must have; or NULL
    const char *pipeline; ///< NULL: none
    bool check_passes;    ///< run the program before and after each pass
    const mica_pass_registry *registry;
    unsigned timeout; ///< seconds; what takes longer is not interesting
} verdict_options;

/// How one question ended.
typedef enum verdict_end {
    VERDICT_FINE,  ///< no crash, no error
    VERDICT_ERROR, ///< an error was reported; `message`
    VERDICT_CRASH, ///< `signal_number`
    VERDICT_TIMEOUT,
    VERDICT_TROUBLE, ///< the question could not be put
} verdict_end;

enum { VERDICT_MESSAGE_SIZE = 4096 };

typedef struct verdict_answer {
    verdict_end end;
    int signal_number;
    char message[VERDICT_MESSAGE_SIZE]; ///< without what stands in quotes
} verdict_answer;

typedef struct verdict_state {
    verdict_options options;
    mica_context *context;
    verdict_answer wanted; ///< of the input
    char file[64];         ///< of the program under test
    int report;            ///< where a child writes its first error, or -1
} verdict_state;

/// Takes the context's diagnostics (edits leave much that does not verify: they are dropped)
/// and puts the question to the input. False after a message: there is nothing interesting
/// about it.
bool verdict_begin(verdict_state *verdict, const verdict_options *options,
                   mica_context *context, mica_op *module);
bool verdict_is_interesting(verdict_state *verdict, mica_op *module);
/// Says in words what is looked for, as "the crash by signal 11".
void verdict_describe(const verdict_state *verdict, char *text, size_t size);
void verdict_end_all(verdict_state *verdict);

#endif
