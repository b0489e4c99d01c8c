// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a tool leaves when it crashes in a pass: a reproducer.
#ifndef MICA_TOOLS_COMMAND_COMMAND_CRASH_H
#define MICA_TOOLS_COMMAND_COMMAND_CRASH_H

#include "transforms/pass/reproducer.h"

/// From now on a crash writes the reproducer of the manager's run to `path`, says so on stderr
/// and goes on crashing. Both are borrowed until command_crash_ignore.
void command_crash_watch(const mica_pass_manager *manager, const char *path);
void command_crash_ignore(void);

#endif
