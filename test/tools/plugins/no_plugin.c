// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A shared library that is no plugin.
int no_plugin_here(void);
int no_plugin_here(void)
{
    return 0;
}
