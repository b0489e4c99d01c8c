// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mica-opt's command line.
#ifndef MICA_TOOLS_MICA_OPT_OPTIONS_H
#define MICA_TOOLS_MICA_OPT_OPTIONS_H

#include "transforms/pass/pass_manager.h"

enum { MAX_LOADED_DIALECTS = 64, MAX_PRINTED_PASSES = 64 };

typedef struct opt_options {
    const char *input;    ///< "-": standard input
    const char *output;   ///< "-": standard output
    const char *pipeline; ///< --pass-pipeline, or NULL
    char *pass_flags;     ///< passes given as flags, as pipeline text; malloc'd
    char *rewrites;       ///< files of --load-rewrites, separated by commas; malloc'd
    const char *dialects[MAX_LOADED_DIALECTS];
    size_t dialect_count;
    const char *dialect_folders[MAX_LOADED_DIALECTS]; ///< of --dialect-path
    size_t dialect_folder_count;
    const char *print_before[MAX_PRINTED_PASSES + 1];
    const char *print_after[MAX_PRINTED_PASSES + 1];
    size_t print_before_count, print_after_count;
    bool allow_unregistered, split_input, verify_diagnostics, no_verify_each;
    bool show_dialects, list_passes, no_compiled_dialects, no_implicit_module;
    bool threading_disabled, dump_pipeline;
    bool run_reproducer;             ///< the input's pipeline is run
    const char *generate_reproducer; ///< file that gets one in any case, or NULL
    mica_print_options print;
    mica_pass_manager_options passes;
} opt_options;

/// Reads the command line. 0: go on; otherwise exit with the status - 1 (help: 1, an error: 2).
int opt_options_read(opt_options *options, const mica_pass_registry *registry, int count,
                     char **arguments);

#endif
