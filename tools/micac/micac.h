// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts of micac share: the options, and one function for each kind of output.
#ifndef MICA_TOOLS_MICAC_MICAC_H
#define MICA_TOOLS_MICAC_MICAC_H

#include "tools/driver/model_driver.h"

typedef struct micac_options micac_options;
/// Makes the output of a model that was read and described. False after a message.
typedef bool (*micac_emit_fn)(model_driver *driver, const micac_options *options);

/// A line of --emit.
typedef struct micac_output {
    const char *name, *summary;
    const char *suffix; ///< of the OUTPUT that means it; NULL: none does
    micac_emit_fn emit;
    bool is_described; ///< needs a model that can be called
    bool is_text;      ///< may go to standard output
} micac_output;

struct micac_options {
    const micac_output *kind;
    const char *input, *output;
    const char *device, *entry, *prefix;
    const char *cpu, *features;
    const char *linker;
    const char *weights;    ///< "embed" or "file"
    model_sizes sizes;      ///< --dim and --shape
    unsigned optimization;  ///< 0 to 3
    bool prints_locations;  ///< --mlir-print-debuginfo
    bool has_profile;       ///< --profile
    bool has_time_report;   ///< --time-report
    const char *reproducer; ///< --crash-reproducer, or NULL
    const char *report;     ///< --report; NULL: none
    bool help;
};

bool emit_mlir(model_driver *driver, const micac_options *options);
bool emit_linalg(model_driver *driver, const micac_options *options);
bool emit_llvm(model_driver *driver, const micac_options *options);
bool emit_spirv(model_driver *driver, const micac_options *options);

// The following need LLVM (emit_native.c); without it emit_without_llvm stands for them.

bool emit_llvm_ir(model_driver *driver, const micac_options *options);
bool emit_assembly(model_driver *driver, const micac_options *options);
bool emit_object(model_driver *driver, const micac_options *options);
bool emit_library(model_driver *driver, const micac_options *options);
bool emit_executable(model_driver *driver, const micac_options *options);
bool emit_without_llvm(model_driver *driver, const micac_options *options);

/// Links `object` (a file) with what a program of a model needs to `options->output`, with
/// `options->linker` or cc. False after a message, with nothing written.
bool link_program(const char *object, const micac_options *options);

#endif
