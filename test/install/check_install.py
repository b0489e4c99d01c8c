# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Installs the build into a folder and uses it as others would: every public header alone, as C17
and C++17, and mica.h as C11; examples/embed through find_package with and without LLVM, shared and static, and
through pkg-config, as C and as C++; what the libraries export."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
ENDING = "built(5) = 225, parsed(2) = 196"


def run(*command, **more):
    result = subprocess.run([str(each) for each in command], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, **more)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout


def check_headers(source, prefix, cc, cxx):
    """Each header is enough for itself: one file a language includes one and nothing else."""
    root = prefix / "include/mica"
    headers = sorted(path.relative_to(root) for path in root.rglob("*.h"))
    assert len(headers) > 60, headers
    page = (source / "docs/c-api.md").read_text()
    missing = [str(header) for header in headers if f"`{header}`" not in page
               and not header.name.endswith("_ops.h") and header.name != "mica.h"]
    assert not missing, f"docs/c-api.md does not name {missing}"
    # Generated ones are alike: one file a language includes them all.
    generated = [header for header in headers if header.name.endswith("_ops.h")
                 and header.name != "builtin_ops.h"]
    groups = [[header] for header in headers if header not in generated] + [generated]
    for header in headers:
        assert not header.stem.endswith("_internal"), header
    for group in groups:
        text = "".join(f'#include "{header}"\n' for header in group + group)
        text += "extern int used; int used;\n"
        older = [(cc, "c", "c11")] if group[0].name == "mica.h" else []
        for compiler, language, standard in [(cc, "c", "c17"), (cxx, "c++", "c++17")] + older:
            run(compiler, f"-std={standard}", *WARNINGS, f"-I{root}", "-fsyntax-only", "-x",
                language, "-", input=text)
    print(f"{len(headers)} headers")


def check_output(text, with_llvm):
    lines = text.splitlines()
    assert lines[1] == "said: cancelled", text
    assert (lines[-1] == ENDING) == with_llvm, text


def check_package(arguments, prefix, folder):
    for name, with_llvm, options in (("llvm", True, ["-DEMBED_LLVM=ON"]),
                                     ("plain", False, ["-DEMBED_LLVM=OFF"]),
                                     ("static", True, ["-DEMBED_STATIC=ON"])):
        with_llvm = with_llvm and arguments.llvm
        build = folder / f"package-{name}"
        run("cmake", "-S", arguments.source / "examples/embed", "-B", build,
            f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={arguments.cc}",
            f"-DCMAKE_CXX_COMPILER={arguments.cxx}", "-DCMAKE_BUILD_TYPE=Debug", *options)
        run("cmake", "--build", build)
        for program in ("embed", "embed_cxx"):
            check_output(run(build / program), with_llvm)
        print(f"find_package: {name}")


def check_plugins(arguments, prefix, folder):
    """examples/plugins, from the installed library, in an installed tool."""
    build = folder / "plugins"
    run("cmake", "-S", arguments.source / "examples/plugins", "-B", build,
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={arguments.cc}")
    run("cmake", "--build", build)
    text = ("func.func @f() -> !units.length<mm> { %0 = units.constant 3 : !units.length<m> "
            "%1 = units.convert %0 : !units.length<m> -> !units.length<mm> "
            "call @g() : () -> () return %1 : !units.length<mm> }\n"
            "func.func private @g()\n")
    printed = run(prefix / "bin/mica-opt", f"--load-dialect-plugin={build}/units_dialect.so",
                  f"--load-pass-plugin={build}/count_calls_pass.so", "-canonicalize",
                  "--count-calls", input=text)
    assert "units.constant 3000 : <mm>" in printed and "call_count = 1" in printed, printed
    print("plugins")


def check_pkg_config(arguments, prefix, folder):
    environment = dict(os.environ, PKG_CONFIG_PATH=str(prefix / "lib/pkgconfig"))
    packages = ["mica", "mica-static"] + (["mica-llvm"] if arguments.llvm else [])
    source = arguments.source / "examples/embed/embed.c"
    for package in packages:
        flags = run("pkg-config", "--cflags", "--libs", package, env=environment).split()
        define = ["-DEMBED_LLVM"] if package == "mica-llvm" else []
        for compiler, language in ((arguments.cc, ["-std=c17", "-x", "c"]),
                                   (arguments.cxx, ["-std=c++20", "-x", "c++"])):
            program = folder / f"pkg-{package}"
            run(compiler, *language, *define, source, "-x", "none", "-o", program, *flags,
                f"-Wl,-rpath,{prefix}/lib")
            check_output(run(program), bool(define))
        print(f"pkg-config: {package}")


def check_symbols(prefix):
    """libmica.so exports functions of the API alone, each with a version."""
    names = [line.split()[-1] for line in
             run("nm", "-D", "--defined-only", prefix / "lib/libmica.so").splitlines()]
    foreign = [name for name in names if not name.startswith(("mica_", "MICA_"))]
    assert names and not foreign, foreign
    unversioned = [name for name in names if "@@MICA_" not in name and "MICA_" not in name]
    assert not unversioned, unversioned
    dynamic = run("readelf", "-d", prefix / "lib/libmica.so")
    assert "Library soname: [libmica.so.0]" in dynamic, dynamic
    print(f"{len(names)} exported symbols")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True, help="is emptied")
    parser.add_argument("--cc", required=True)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--llvm", action="store_true", help="the build has code generation")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.output, ignore_errors=True)
    # Installed in one place and moved to another: nothing may remember the first.
    first, prefix = arguments.output / "first", arguments.output / "prefix"
    run("cmake", "--install", arguments.build, "--prefix", first)
    first.rename(prefix)
    check_symbols(prefix)
    check_headers(arguments.source, prefix, arguments.cc, arguments.cxx)
    check_package(arguments, prefix, arguments.output)
    check_plugins(arguments, prefix, arguments.output)
    check_pkg_config(arguments, prefix, arguments.output)
    shutil.rmtree(arguments.output)


if __name__ == "__main__":
    main()
