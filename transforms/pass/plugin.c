// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening plugins (plugin.h). The version is looked at before anything else of the struct,
// since only its first two members are sure to be there.
#include "transforms/pass/plugin.h"

#include <dlfcn.h>
#include <stdio.h>

#include "ir/core/diagnostics.h"

struct mica_plugin_library {
    void *handle;
    const mica_plugin *plugin;
};

static const char entry_name[] = "mica_plugin_entry";

/// False after a message.
static bool check_version(const mica_plugin *plugin, const char *path, char *message,
                          size_t size)
{
    if (!plugin) {
        snprintf(message, size, "plugin '%s' can't work with version %d of the interface", path,
                 MICA_PLUGIN_VERSION);
        return false;
    }
    if (plugin->version == MICA_PLUGIN_VERSION)
        return true;
    snprintf(message, size,
             "plugin '%s' was built for version %u of the plugin interface, this Mica has "
             "version %d",
             path, (unsigned)plugin->version, MICA_PLUGIN_VERSION);
    return false;
}

static const mica_plugin *ask(void *handle, const char *path, char *message, size_t size)
{
    void *symbol = dlsym(handle, entry_name);
    if (!symbol) {
        snprintf(message, size, "'%s' is no plugin: it has no function %s", path, entry_name);
        return NULL;
    }
    const mica_plugin *(*entry)(uint32_t);
    memcpy(&entry, &symbol, sizeof entry); // ISO C has no cast between the two
    const mica_plugin *plugin = entry(MICA_PLUGIN_VERSION);
    return check_version(plugin, path, message, size) ? plugin : NULL;
}

mica_plugin_library *mica_plugin_open(const char *path, char *message, size_t size)
{
    char nowhere[1];
    if (!message || size == 0) {
        message = nowhere;
        size = sizeof nowhere;
    }
    // A bare name means this folder, not the library path.
    char local[4096];
    snprintf(local, sizeof local, "%s%s", strchr(path, '/') ? "" : "./", path);
    void *handle = dlopen(local, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(message, size, "can't load plugin: %s", dlerror());
        return NULL;
    }
    const mica_plugin *plugin = ask(handle, path, message, size);
    mica_plugin_library *library = plugin ? mica_malloc(sizeof *library) : NULL;
    if (!library) {
        if (plugin)
            snprintf(message, size, "out of memory");
        dlclose(handle);
        return NULL;
    }
    library->handle = handle;
    library->plugin = plugin;
    return library;
}

const mica_plugin *mica_plugin_get(const mica_plugin_library *library)
{
    return library->plugin;
}

bool mica_plugin_register_dialects(const mica_plugin_library *library, mica_context *context)
{
    const mica_plugin *plugin = library->plugin;
    if (!plugin->register_dialects)
        return mica_diagnostic_emit(mica_error(context, mica_location_unknown(),
                                               "plugin '%s' has no dialects", plugin->name));
    return plugin->register_dialects(context);
}

bool mica_plugin_register_passes(const mica_plugin_library *library,
                                 mica_pass_registry *registry)
{
    const mica_plugin *plugin = library->plugin;
    return plugin->register_passes && plugin->register_passes(registry);
}

void mica_plugin_close(mica_plugin_library *library)
{
    if (!library)
        return;
    dlclose(library->handle);
    mica_free(library);
}
