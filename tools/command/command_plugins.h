// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --load-dialect-plugin and --load-pass-plugin. Plugins are opened before the other flags are
// read, since those may name their passes.
#ifndef MICA_TOOLS_COMMAND_COMMAND_PLUGINS_H
#define MICA_TOOLS_COMMAND_COMMAND_PLUGINS_H

#include "transforms/pass/plugin.h"

typedef struct command_plugins {
    mica_plugin_library **dialects;
    mica_plugin_library **passes;
    size_t dialect_count, pass_count;
} command_plugins;

/// Opens what the command line names and adds the passes. False after a message.
bool command_plugins_open(command_plugins *plugins, mica_pass_registry *registry, int count,
                          char **arguments);
/// Registers the dialects of all dialect plugins; false after a diagnostic.
bool command_plugins_register(const command_plugins *plugins, mica_context *context);
/// When contexts and the registry are gone.
void command_plugins_close(command_plugins *plugins);

#endif
