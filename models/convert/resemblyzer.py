"""Converts the weights of Resemblyzer (PyTorch) to ONNX.

The graph follows `voice_encoder.py` of the Resemblyzer package (Wan, Wang, Papir & Lopez Moreno, "Generalized end-to-end
loss for speaker verification", 2018). Input `mels` [windows, frames, 40]; output `vectors` [windows, 256], none of whose
values is negative, each of length 1. The same weights give the same bytes each time.
"""

import argparse

import numpy as np

from graph import Graph, onnx_order
from weights import load_sequence

BANDS, HIDDEN, LAYERS, WIDTH = 40, 256, 3, 256


class Resemblyzer(Graph):
    def axes(self, *axes):
        return self.constant(axes, np.int64)

    def layer(self, x, number):
        """One LSTM layer: all its values, [frames, windows, 256], and the last of them, [1, windows, 256]."""
        tensors = [onnx_order(self.weights[f"lstm.weight_{kind}_l{number}"])[None] for kind in ("ih", "hh")]
        biases = [onnx_order(self.weights[f"lstm.bias_{kind}_l{number}"]) for kind in ("ih", "hh")]
        tensors.append(np.concatenate(biases)[None])
        inputs = [x, *(self.constant(tensor) for tensor in tensors)]
        outputs = [f"lstm_{number}_{name}" for name in ("values", "last")]
        return self.node_of_many("LSTM", inputs, outputs, hidden_size=HIDDEN)

    def build(self):
        x = self.node("Transpose", ["mels"], perm=[1, 0, 2])
        for number in range(LAYERS):
            values, last = self.layer(x, number)
            # The values have an axis of directions, of which there is one.
            x = self.node("Squeeze", [values, self.axes(1)]) if number + 1 < LAYERS else None
        weight, bias = (self.constant(self.weights[f"linear.{name}"]) for name in ("weight", "bias"))
        dense = self.node("Gemm", [self.node("Squeeze", [last, self.axes(0)]), weight, bias], transB=1)
        self.node("LpNormalization", [self.node("Relu", [dense])], "vectors", axis=1, p=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", required=True, help="the file of weights (.pt)")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    graph = Resemblyzer(load_sequence(arguments.weights, "model_state"))
    graph.build()
    inputs = [("mels", ["windows", "frames", BANDS])]
    graph.write("resemblyzer", inputs, [("vectors", ["windows", WIDTH])], arguments.out)


if __name__ == "__main__":
    main()
