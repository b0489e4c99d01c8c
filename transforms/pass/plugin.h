// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plugins: dialects and passes in shared libraries that a program opens at run time
// (`mica-opt --load-dialect-plugin=x.so --load-pass-plugin=x.so`). A plugin links libmica.so,
// as its host must, and defines one function, whose answer says what it brings:
//
//   static bool register_passes(mica_pass_registry *registry)
//   {
//       return mica_pass_registry_add(registry, &count_calls);
//   }
//   static const mica_plugin plugin = {sizeof plugin, MICA_PLUGIN_VERSION, "calls", NULL,
//                                      register_passes};
//   MICA_API const mica_plugin *mica_plugin_entry(uint32_t host_version)
//   {
//       (void)host_version;
//       return &plugin;
//   }
//
// A plugin built today loads into later versions of Mica: exported functions keep their meaning
// and carry symbol versions, structs that a plugin fills begin with their size and only grow,
// and structs of the host are reached through functions. When that can't be kept,
// MICA_PLUGIN_VERSION changes and old plugins are refused by name. examples/plugins has a
// dialect and a pass; docs/embedding.md tells how to build one.
#ifndef MICA_TRANSFORMS_PASS_PLUGIN_H
#define MICA_TRANSFORMS_PASS_PLUGIN_H

#include "transforms/pass/pass_registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Of the interface between host and plugins.
#define MICA_PLUGIN_VERSION 1

/// What a plugin brings. The first two members stay where they are in every version.
typedef struct mica_plugin {
    size_t struct_size;
    uint32_t version; ///< MICA_PLUGIN_VERSION that the plugin was compiled with
    const char *name; ///< for messages; not NULL
    /// Registers dialects with a context; called once for each context. False after a
    /// diagnostic. NULL: the plugin has none.
    bool (*register_dialects)(mica_context *context);
    /// Adds passes and pipelines to a registry. False when one is refused. NULL: has none.
    bool (*register_passes)(mica_pass_registry *registry);
} mica_plugin;

/// The function that a plugin defines. `host_version` is the host's MICA_PLUGIN_VERSION; the
/// answer is constant. NULL: the plugin can't work with this host.
MICA_API const mica_plugin *mica_plugin_entry(uint32_t host_version);

// ---- for hosts
// -------------------------------------------------------------------------------

typedef struct mica_plugin_library mica_plugin_library;

/// Opens a plugin. NULL when it can't be loaded or is of another version; `message` (`size`
/// bytes, may be NULL for 0) then says why, NUL-terminated and cut to fit.
MICA_API mica_plugin_library *mica_plugin_open(const char *path, char *message, size_t size);
/// Borrowed until it is closed.
MICA_API const mica_plugin *mica_plugin_get(const mica_plugin_library *library);
/// False, with a diagnostic, when it has none or they are refused.
MICA_API bool mica_plugin_register_dialects(const mica_plugin_library *library,
                                            mica_context *context);
/// False when it has none or one is refused (its name is taken).
MICA_API bool mica_plugin_register_passes(const mica_plugin_library *library,
                                          mica_pass_registry *registry);
/// Unloads the plugin's code: no context or registry may have anything of it. NULL is allowed.
MICA_API void mica_plugin_close(mica_plugin_library *library);

#ifdef __cplusplus
}
#endif

#endif
