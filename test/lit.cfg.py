# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# lit's configuration: IR tests are `.mlir` files with RUN lines. A project that tests its own
# dialects or passes can load this file from its own lit.cfg.py:
#
#   mica_tools = "/path/to/mica/bin"
#   lit_config.load_config(config, "/path/to/mica/test/lit.cfg.py")
#
# Parameters (lit --param NAME=VALUE) or variables set before loading:
#   mica_tools   folder of mica-opt and the other tools
#   llvm_tools   folder of FileCheck and not
#   test_output  where lit writes
import os

import lit.formats


def setting(name, default):
    return lit_config.params.get(name, globals().get(name, default))


config.name = "mica"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["kernels", "Inputs"]
if not getattr(config, "test_source_root", None):
    config.test_source_root = os.path.dirname(os.path.abspath(__file__))

here = config.test_source_root
tools = setting("mica_tools", os.path.join(here, "..", "build", "bin"))
llvm = setting("llvm_tools", "/usr/lib/llvm-19/bin")
config.test_exec_root = setting("test_output", os.path.join(tools, "..", "lit"))
config.environment["PATH"] = os.pathsep.join([tools, llvm, os.environ.get("PATH", "")])
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "VK_ICD_FILENAMES",
             "LD_PRELOAD", "MICA_DISABLED_PASS"):  # the last two: see mutation/README.md
    if name in os.environ:
        config.environment[name] = os.environ[name]

# Programs under test need not free what they allocate; a leak checker must not count it.
config.substitutions.append(("%run_program", "env ASAN_OPTIONS=detect_leaks=0 mica-run"))
config.substitutions.append(("%plugins", os.path.join(tools, "..", "lib", "plugins")))
for tool in ("mica-opt", "mica-translate", "mica-run", "micac", "mica-gen",
             "mica-reduce"):
    if os.path.exists(os.path.join(tools, tool)):
        config.available_features.add(tool)
config.available_features.add(os.uname().machine)
if os.path.isdir(os.path.join(here, "..", "..", "shared")):
    config.available_features.add("shared")
    config.substitutions.append(("%shared", os.path.join(here, "..", "..", "shared")))
