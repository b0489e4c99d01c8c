# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# LSTM, GRU and RNN, compiled and run. The reference goes through one sequence after the other,
# step by step, as the operators' equations say; nothing in it is shared between sequences.
import argparse
import sys

import numpy as np

from onnx_ops import Model, floats

ACTIVATIONS = {
    "Sigmoid": lambda v, a, b: 1 / (1 + np.exp(-v)),
    "Tanh": lambda v, a, b: np.tanh(v),
    "Relu": lambda v, a, b: np.maximum(v, 0),
    "Affine": lambda v, a, b: a * v + b,
    "LeakyRelu": lambda v, a, b: np.where(v < 0, a * v, v),
    "ThresholdedRelu": lambda v, a, b: np.where(v > a, v, 0),
    "ScaledTanh": lambda v, a, b: a * np.tanh(b * v),
    "HardSigmoid": lambda v, a, b: np.clip(a * v + b, 0, 1),
    "Elu": lambda v, a, b: np.where(v < 0, a * (np.exp(v) - 1), v),
    "Softsign": lambda v, a, b: v / (1 + np.abs(v)),
    "Softplus": lambda v, a, b: np.log(1 + np.exp(v)),
}


class Network:
    """One direction: weights as the operators name them, without the dimension of directions."""

    def __init__(self, kind, w, r, b, p, functions, clip, forget, late):
        self.kind, self.w, self.r, self.p = kind, w, r, p
        self.hidden = r.shape[1]
        self.b = np.zeros(2 * w.shape[0], np.float32) if b is None else b
        self.functions, self.clip, self.forget, self.late = functions, clip, forget, late

    def act(self, index, value):
        name, alpha, beta = self.functions[index]
        if self.clip:
            value = np.clip(value, -self.clip, self.clip)
        return ACTIVATIONS[name](value, alpha, beta)

    def rows(self, matrix, index):
        return matrix[index * self.hidden:(index + 1) * self.hidden]

    def gate(self, index, x, h):
        w, r, b = (self.rows(m, index) for m in (self.w, self.r, self.b))
        return w @ x + r @ h + b + self.rows(self.b[len(self.w):], index)

    def lstm(self, x, h, c):
        p = [self.rows(self.p, i) if self.p is not None else 0 for i in range(3)]
        i = self.act(0, self.gate(0, x, h) + p[0] * c)
        f = 1 - i if self.forget else self.act(0, self.gate(2, x, h) + p[2] * c)
        c = f * c + i * self.act(1, self.gate(3, x, h))
        o = self.act(0, self.gate(1, x, h) + p[1] * c)
        return o * self.act(2, c), c

    def gru(self, x, h, c):
        z, r = self.act(0, self.gate(0, x, h)), self.act(0, self.gate(1, x, h))
        of_x = self.rows(self.w, 2) @ x + self.rows(self.b, 2)
        bias, weights = self.rows(self.b[len(self.w):], 2), self.rows(self.r, 2)
        of_h = r * (weights @ h + bias) if self.late else weights @ (r * h) + bias
        return (1 - z) * self.act(1, of_x + of_h) + z * h, c

    def rnn(self, x, h, c):
        return self.act(0, self.gate(0, x, h)), c

    def run(self, x, h, c, reverse):
        """One sequence [length, in] -> outputs [length, hidden], last h, last c."""
        outputs = np.zeros((len(x), self.hidden))
        step = {"LSTM": self.lstm, "GRU": self.gru, "RNN": self.rnn}[self.kind]
        for t in range(len(x))[::-1] if reverse else range(len(x)):
            h, c = step(x[t], h, c)
            outputs[t] = h
        return outputs, h, c


GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
USUAL = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}
TAKES_ALPHA = ("Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu")
TAKES_BETA = ("Affine", "ScaledTanh", "HardSigmoid")


def case(model, kind, direction="forward", layout=0, bias=True, lengths=None, states=True,
         peepholes=False, activations=None, alphas=(), betas=(), clip=0.0, forget=0, late=0,
         seq=4, batch=3, wide=2, hidden=5, known=(1, 2)):
    dirs = 2 if direction == "bidirectional" else 1
    x, w = floats(seq, batch, wide, low=-1, high=1), floats(dirs, GATES[kind] * hidden, wide,
                                                            low=-1, high=1)
    r = floats(dirs, GATES[kind] * hidden, hidden, low=-0.5, high=0.5)
    b = floats(dirs, 2 * GATES[kind] * hidden, low=-0.5, high=0.5) if bias else None
    h0 = floats(dirs, batch, hidden) if states else None
    c0 = floats(dirs, batch, hidden) if states and kind == "LSTM" else None
    p = floats(dirs, 3 * hidden) if peepholes else None
    names = activations or USUAL[kind] * dirs
    alphas_left, betas_left, functions = list(alphas), list(betas), []
    for name in names:
        functions.append((name, alphas_left.pop(0) if name in TAKES_ALPHA else 0,
                          betas_left.pop(0) if name in TAKES_BETA else 0))
    y = np.zeros((seq, dirs, batch, hidden))
    last_h, last_c = np.zeros((dirs, batch, hidden)), np.zeros((dirs, batch, hidden))
    for d in range(dirs):
        share = len(functions) // dirs
        net = Network(kind, w[d], r[d], None if b is None else b[d], None if p is None else p[d],
                      functions[d * share:(d + 1) * share], clip, forget, late)
        for i in range(batch):
            length = seq if lengths is None else lengths[i]
            zero = np.zeros(hidden)
            y[:length, d, i], last_h[d, i], last_c[d, i] = net.run(
                x[:length, i], zero if h0 is None else h0[d, i],
                zero if c0 is None else c0[d, i], direction == "reverse" or d == 1)
    results = [y, last_h, last_c] if kind == "LSTM" else [y, last_h]
    operands = [x, w, r, b, None if lengths is None else np.array(lengths, np.int32), h0]
    operands += [c0, p] if kind == "LSTM" else []
    if layout:
        operands = [o.swapaxes(0, 1) if i in (0, 5, 6) and o is not None else o
                    for i, o in enumerate(operands)]
        results = [results[0].transpose(2, 0, 1, 3), *(v.swapaxes(0, 1) for v in results[1:])]
    attrs = [f'direction = "{direction}"', f"layout = {layout} : i64",
             f"hidden_size = {hidden} : i64",
             f"operandSegmentSizes = array<i32: {', '.join(str(int(o is not None)) for o in operands)}>",
             f"resultSegmentSizes = array<i32: {', '.join('1' for _ in results)}>"]
    attrs += [f"clip = {clip} : f32"] if clip else []
    attrs += ["input_forget = 1 : i64"] if forget else []
    attrs += ["linear_before_reset = 1 : i64"] if late else []
    if activations:
        attrs.append("activations = [" + ", ".join(f'"{a}"' for a in activations) + "]")
    for name, values in (("activation_alpha", alphas), ("activation_beta", betas)):
        if values:
            attrs.append(f"{name} = array<f32: {', '.join(map(str, values))}>")
    model.case(kind, [o for o in operands if o is not None],
               tuple(v.astype(np.float32) for v in results), ", ".join(attrs), known=known)


def plain(model):
    for kind in GATES:
        case(model, kind, bias=False, states=False)
        for direction in ("forward", "reverse", "bidirectional"):
            case(model, kind, direction)
        case(model, kind, "bidirectional", layout=1, known=())
        case(model, kind, seq=1, batch=1)


def lengths(model):
    for kind in GATES:
        for direction in ("forward", "reverse", "bidirectional"):
            case(model, kind, direction, lengths=[4, 1, 2])
    case(model, "GRU", "reverse", lengths=[3, 2, 4], layout=1)


def options(model):
    case(model, "LSTM", peepholes=True)
    case(model, "LSTM", "bidirectional", peepholes=True, clip=0.3)
    case(model, "LSTM", forget=1)
    case(model, "GRU", late=1)
    case(model, "GRU", "bidirectional", late=1, clip=0.4)
    case(model, "GRU", late=1, bias=False)
    case(model, "RNN", clip=0.5)
    case(model, "RNN", activations=["Relu"])
    case(model, "RNN", activations=["Softsign"])
    case(model, "RNN", activations=["Softplus"])
    case(model, "RNN", activations=["Affine"], alphas=[0.5], betas=[0.25])
    case(model, "RNN", activations=["Elu"], alphas=[0.75])
    case(model, "LSTM", activations=["HardSigmoid", "ScaledTanh", "LeakyRelu"],
         alphas=[0.3, 1.5, 0.1], betas=[0.4, 0.5])
    case(model, "GRU", "bidirectional",
         activations=["HardSigmoid", "Tanh", "Sigmoid", "ThresholdedRelu"],
         alphas=[0.25, 0.2], betas=[0.5])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tools", required=True, help="the folder with mica-run")
    tools = parser.parse_args().tools
    faults = 0
    for family in (plain, lengths, options):
        model = Model()
        family(model)
        print(family.__name__, end=": ", flush=True)
        faults += model.run(tools)
    sys.exit(faults != 0)


if __name__ == "__main__":
    main()
