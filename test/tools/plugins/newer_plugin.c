// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plugin of a version that does not exist yet: only what every version has is there.
#include "transforms/pass/plugin.h"

static const struct {
    size_t struct_size;
    uint32_t version;
    char rest[128];
} plugin = {sizeof plugin, MICA_PLUGIN_VERSION + 1, {0}};

const mica_plugin *mica_plugin_entry(uint32_t host_version)
{
    (void)host_version;
    return (const mica_plugin *)(const void *)&plugin;
}
