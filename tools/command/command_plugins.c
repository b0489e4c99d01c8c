// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plugins of a command line (command_plugins.h).
#include "tools/command/command_plugins.h"

#include "tools/command/command.h"

#include <stdio.h>
#include <stdlib.h>

static mica_plugin_library *open_plugin(const char *path)
{
    char message[512];
    mica_plugin_library *library = mica_plugin_open(path, message, sizeof message);
    if (!library)
        fprintf(stderr, "error: %s\n", message);
    return library;
}

static bool add_passes(const mica_plugin_library *library, mica_pass_registry *registry)
{
    const mica_plugin *plugin = mica_plugin_get(library);
    if (!plugin->register_passes)
        fprintf(stderr, "error: plugin '%s' has no passes\n", plugin->name);
    else if (!mica_plugin_register_passes(library, registry))
        fprintf(stderr, "error: plugin '%s' can't add its passes: a name is taken\n",
                plugin->name);
    else
        return true;
    return false;
}

/// The value of "--name=value" or "--name value" at an argument; NULL when it is another flag.
static const char *value_at(int count, char **arguments, int at, const char *name)
{
    const char *value = command_option(arguments[at], name);
    if (!value && at + 1 < count && command_flag(arguments[at], name))
        value = arguments[at + 1];
    return value;
}

bool command_plugins_open(command_plugins *plugins, mica_pass_registry *registry, int count,
                          char **arguments)
{
    memset(plugins, 0, sizeof *plugins);
    plugins->dialects = calloc((size_t)count, sizeof *plugins->dialects);
    plugins->passes = calloc((size_t)count, sizeof *plugins->passes);
    if (!plugins->dialects || !plugins->passes) {
        fputs("error: out of memory\n", stderr);
        return false;
    }
    for (int i = 1; i < count; i++) {
        const char *dialect = value_at(count, arguments, i, "load-dialect-plugin");
        const char *pass = value_at(count, arguments, i, "load-pass-plugin");
        if (!dialect && !pass)
            continue;
        mica_plugin_library *library = open_plugin(dialect ? dialect : pass);
        if (!library)
            return false;
        if (dialect)
            plugins->dialects[plugins->dialect_count++] = library;
        else
            plugins->passes[plugins->pass_count++] = library;
        if (pass && !add_passes(library, registry))
            return false;
    }
    return true;
}

bool command_plugins_register(const command_plugins *plugins, mica_context *context)
{
    for (size_t i = 0; i < plugins->dialect_count; i++)
        if (!mica_plugin_register_dialects(plugins->dialects[i], context))
            return false;
    return true;
}

void command_plugins_close(command_plugins *plugins)
{
    for (size_t i = 0; i < plugins->dialect_count; i++)
        mica_plugin_close(plugins->dialects[i]);
    for (size_t i = 0; i < plugins->pass_count; i++)
        mica_plugin_close(plugins->passes[i]);
    free(plugins->dialects);
    free(plugins->passes);
}
