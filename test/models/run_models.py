#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles real models and compares them with onnxruntime, element by element and by what they are
for: digits are read, speech is told from noise, a line of text is read.

    run_models.py --tools BIN --cache FOLDER [--only NAME]...

Models and onnxruntime come from npm into FOLDER, once. Exit status 77 (skipped) when npm does not
answer, 1 when a model fails.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile
import traceback
import wave

import numpy

import fetch
import text_line
from compiled_model import CompiledModel

HERE = os.path.dirname(os.path.abspath(__file__))
RTOL, ATOL = 1e-3, 1e-5
SKIPPED = 77
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SOUNDS = "/usr/share/sounds/alsa"


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Bench:
    """What a check works with: the tools, a folder for its files, the packages."""

    def __init__(self, arguments, folder):
        self.tools, self.cache, self.folder = arguments.tools, arguments.cache, folder
        self.rows = []

    def model(self, package, name):
        paths = glob.glob(os.path.join(fetch.package(package, self.cache), "**", name),
                          recursive=True)
        expect(paths, "the package has no %s" % name)
        return paths[0]

    def compile(self, name, path, flags=()):
        folder = tempfile.mkdtemp(dir=self.folder)
        model = CompiledModel(self.tools, path, folder, flags)
        self.rows.append([name, model, 0.0])
        return model

    def reference(self, path, runs, feedback=None):
        """The outputs of onnxruntime for each of `runs`, dictionaries of arrays."""
        inputs = []
        for name, first in runs[0].items():
            file = os.path.join(self.folder, "input_%d.bin" % len(inputs))
            numpy.concatenate([run[name].reshape(-1) for run in runs]).tofile(file)
            inputs.append({"name": name, "type": str(first.dtype), "dims": list(first.shape),
                           "file": file})
        job = os.path.join(self.folder, "job.json")
        outputs = os.path.join(self.folder, "outputs.bin")
        with open(job, "w") as file:
            json.dump({"model": path, "runs": len(runs), "inputs": inputs, "outputs": outputs,
                       "feedback": feedback or {}}, file)
        modules = os.path.join(fetch.runtime(self.cache), "node_modules")
        done = subprocess.run(["node", os.path.join(HERE, "reference.js"), job],
                              env=dict(os.environ, NODE_PATH=modules), capture_output=True,
                              text=True)
        expect(done.returncode == 0, "onnxruntime: " + done.stderr.strip())
        values, at, made = open(outputs, "rb").read(), 0, []
        for run in json.loads(done.stdout):
            arrays = []
            for tensor in run:
                count = int(numpy.prod(tensor["dims"]))
                array = numpy.frombuffer(values, tensor["type"], count, at)
                at += array.nbytes
                arrays.append(array.reshape(tensor["dims"]))
            made.append(arrays)
        return made

    def compare(self, outputs, expected):
        expect(len(outputs) == len(expected), "%d outputs" % len(outputs))
        for index, (ours, theirs) in enumerate(zip(outputs, expected)):
            expect(ours.shape == theirs.shape,
                   "output %d has shape %s, not %s" % (index, ours.shape, theirs.shape))
            error = numpy.abs(ours.astype(float) - theirs.astype(float))
            wrong = error > ATOL + RTOL * numpy.abs(theirs.astype(float))
            expect(not wrong.any(), "output %d: %d of %d elements differ, by up to %g" %
                   (index, wrong.sum(), wrong.size, error.max()))
            self.rows[-1][2] = max(self.rows[-1][2], float(error.max()))

    def run_and_compare(self, name, path, runs, flags=()):
        """Runs of one compiled model; the outputs of all."""
        model = self.compile(name, path, flags)
        made = []
        for run, expected in zip(runs, self.reference(path, runs)):
            made.append(model.run(run))
            self.compare(made[-1], expected)
        return made


def random_of(*shape):
    return numpy.random.RandomState(1).rand(*shape).astype(numpy.float32)


# ---- digits


def check_digits(bench):
    """1,000 of MNIST's digits, read as onnxruntime reads them, and right."""
    folder = os.path.join(fetch.package("digits", bench.cache), "src", "digits")
    pictures, labels = [], []
    for digit in range(10):
        data = json.load(open(os.path.join(folder, "%d.json" % digit)))["data"]
        pictures.append(numpy.array(data[:100 * 784], numpy.float32).reshape(100, 1, 1, 28, 28))
        labels += [digit] * 100
    pictures = numpy.concatenate(pictures)
    path = os.path.join(HERE, "..", "..", "examples", "digits", "digits.onnx")
    made = bench.run_and_compare("digits", path, [{"image": picture} for picture in pictures])
    right = sum(outputs[0].argmax() == label for outputs, label in zip(made, labels))
    print("digits: %d of %d read right" % (right, len(labels)))
    expect(right >= 0.98 * len(labels), "too few")


# ---- text


def check_ocr_parts(bench):
    """Detector and classifier, sizes bound when they are compiled."""
    for name, shape in (("ch_ppocr_mobile_v2.0_cls_infer.onnx", (1, 3, 48, 192)),
                        ("ch_PP-OCRv4_det_infer.onnx", (1, 3, 320, 320))):
        flag = "--shape=x=" + "x".join(map(str, shape))
        bench.run_and_compare(name, bench.model("ocr", name), [{"x": random_of(*shape)}], [flag])


def read_line(probabilities, alphabet):
    """Greedy: the best of each column, repetitions and blanks dropped."""
    best = probabilities[0].argmax(axis=1)
    kept = [c for i, c in enumerate(best) if c != 0 and (i == 0 or c != best[i - 1])]
    return "".join(alphabet[c - 1] for c in kept).strip()


def line_input(text, width):
    picture = text_line.draw(text, FONT, 48, 30)
    if picture is None:
        return None
    padded = numpy.full((48, width), 255, numpy.uint8)
    padded[:, :min(width, picture.shape[1])] = picture[:, :width]
    scaled = (padded.astype(numpy.float32) / 255 - 0.5) / 0.5
    return numpy.ascontiguousarray(numpy.broadcast_to(scaled, (1, 3, 48, width)))


def check_ocr_lines(bench):
    """Lines of text at two widths, read by one object."""
    path = bench.model("ocr", "ch_PP-OCRv4_rec_infer.onnx")
    keys = bench.model("ocr", "ppocr_keys_v1.txt")
    alphabet = [line.rstrip("\n") for line in open(keys, encoding="utf-8")] + [" "]
    lines = {"Mica compiles models": 352, "small, fast, embeddable": 384}
    runs = [{"x": line_input(text, width)} for text, width in lines.items()]
    if any(run["x"] is None for run in runs):
        print("ocr-lines: skipped, no FreeType or no font to draw text with")
        return
    model = bench.compile("ch_PP-OCRv4_rec_infer.onnx", path)
    for text, run in zip(lines, runs):
        outputs = model.run(run)
        bench.compare(outputs, bench.reference(path, [run])[0])
        read = read_line(outputs[0], alphabet)
        print("ocr-lines: drew '%s', read '%s'" % (text, read))
        expect(read == text, "read wrong")


# ---- speech


def sound(name):
    """A recording of alsa-utils, at 16 kHz: every third value of a mean of three."""
    path = os.path.join(SOUNDS, name)
    if not os.path.exists(path):
        return None
    with wave.open(path) as file:
        values = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
    values = values[:len(values) // 3 * 3].reshape(-1, 3).mean(axis=1) / 32768
    return values.astype(numpy.float32)


def frames_of(values, size, context):
    """Frames of `size` values, each behind the last `context` values of the one before."""
    padded = numpy.concatenate([numpy.zeros(context, numpy.float32), values])
    return [padded[i:i + context + size].reshape(1, -1)
            for i in range(0, len(values) - size + 1, size)]


# name: package, file, inputs besides the frame, state -> its output, frame, context. Those with a
# half for each rate, which are as long as their frames, are compiled for one rate.
SILERO = {
    "silero-v5": ("vad-web", "silero_vad_v5.onnx", ("sr",), {"state": "stateN"}, 512, 64),
    "silero-v6": ("vad-web", "silero_vad_v6.onnx", ("sr",), {"state": "stateN"}, 512, 64),
    "silero-legacy": ("vad-web", "silero_vad_legacy.onnx", ("sr",), {"h": "hn", "c": "cn"},
                      1536, 0),
    "silero-op15": ("silero", "silero_vad_16k_op15.onnx", ("sr",), {"state": "stateN"}, 512, 64),
    "silero-half": ("silero", "silero_vad_half.onnx", (), {"state": "stateN"}, 512, 64),
    "silero-ifless": ("silero", "silero_vad_op18_ifless.onnx", ("sr",), {"state": "stateN"},
                      512, 64),
    "silero-livekit": ("livekit", "silero_vad.onnx", ("sr",), {"state": "stateN"}, 512, 64),
}


FOR_ONE_RATE = ("silero-v5", "silero-v6", "silero-livekit")


def check_silero(bench, name):
    """Speech and noise, frame by frame with the state handed on, by one object."""
    package, file, scalars, states, size, context = SILERO[name]
    path = bench.model(package, file)
    recordings = [sound("Front_Center.wav"), sound("Noise.wav")]
    if any(recording is None for recording in recordings):
        print("%s: skipped, no recordings of alsa-utils" % name)
        return
    shape = (2, 1, 64) if "h" in states else (2, 1, 128)
    model = bench.compile(name, path, [
        "--shape=input=1x%d" % (size + context),
        *(["--value=sr=16000"] if name in FOR_ONE_RATE else []),
        *("--shape=%s=%s" % (state, "x".join(map(str, shape))) for state in states)])
    shares = []
    for recording in recordings:
        runs = []
        for frame in frames_of(recording, size, context):
            run = {"input": frame, **{state: numpy.zeros(shape, numpy.float32)
                                      for state in states}}
            run.update({scalar: numpy.array(16000, numpy.int64) for scalar in scalars})
            runs.append(run)
        speech, state = 0, {}
        for run, expected in zip(runs, bench.reference(path, runs, states)):
            outputs = model.run({**run, **state})
            bench.compare(outputs, expected)
            speech += float(outputs[0].reshape(-1)[0]) > 0.5
            state = {name: outputs[model.output_names.index(output)]
                     for name, output in states.items()}
        shares.append((speech, len(runs)))
    print("%s: speech in %d of %d frames of a voice, %d of %d of noise" %
          (name, *shares[0], *shares[1]))
    expect(shares[0][0] > 0.4 * shares[0][1] and shares[1][0] == 0, "speech is not told from noise")


# ---- all


def list_checks():
    checks = {"digits": check_digits, "ocr-parts": check_ocr_parts, "ocr-lines": check_ocr_lines}
    for name in SILERO:
        checks[name] = lambda bench, name=name: check_silero(bench, name)
    return checks


def print_rows(rows):
    print("%-36s %10s %9s %10s %12s %9s" %
          ("model", "compile s", "peak MB", "object KB", "max error", "run ms"))
    for name, model, error in rows:
        print("%-36s %10.2f %9.0f %10.0f %12.3g %9.3f" %
              (name, model.compile_seconds, model.peak_bytes / 1e6, model.object_bytes() / 1e3,
               error, getattr(model, "run_seconds", 0) * 1e3))


def main():
    checks = list_checks()
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", required=True, help="folder of micac")
    parser.add_argument("--cache", required=True, help="folder for what is fetched")
    parser.add_argument("--only", action="append", choices=sorted(checks), default=[])
    arguments = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments, folder)
        try:
            fetch.runtime(arguments.cache)
            for name in fetch.PACKAGES:
                fetch.package(name, arguments.cache)
        except fetch.Unavailable as error:
            print("skipped:", error)
            return SKIPPED
        for name in arguments.only or checks:
            try:
                checks[name](bench)
            except (Failure, RuntimeError) as error:
                failed.append(name)
                print("%s: FAILED: %s" % (name, error))
            except Exception:  # a fault of this script's must not hide the other models
                failed.append(name)
                print("%s: FAILED" % name)
                traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
        print_rows(bench.rows)
    if failed:
        print("failed: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
