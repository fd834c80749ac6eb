"""Converts the weights of BeatNet (PyTorch) to ONNX.

The graph follows class `BDA` of the BeatNet package (Heydari, Cwitkowitz & Duan, "BeatNet: CRNN and particle filtering for
online joint beat, downbeat and meter tracking", 2021). Inputs `features` [frames, 272], and the state that the stretch
before has left, `hidden` and `cell` [2, 1, 150] (zeros at the beginning); outputs `activations` [frames, 3] (beat, downbeat,
neither) and the state behind the stretch, `hidden_after` and `cell_after`. The same weights give the same bytes each time.
"""

import argparse

import numpy as np

from graph import Graph, onnx_order
from weights import load

FEATURES, HIDDEN, LAYERS, CLASSES = 272, 150, 2, 3
STATE = [LAYERS, 1, HIDDEN]


class BeatNet(Graph):
    def weight(self, name):
        return self.constant(self.weights[name])

    def axes(self, *axes):
        return self.constant(axes, np.int64)

    def dense(self, x, layer):
        return self.node("Gemm", [x, self.weight(f"{layer}.weight"), self.weight(f"{layer}.bias")], transB=1)

    def front(self):
        """A convolution over the bands of each frame: [frames, 150]."""
        bands = self.node("Unsqueeze", ["features", self.axes(1)])
        convolved = self.node("Conv", [bands, self.weight("conv1.weight"), self.weight("conv1.bias")])
        pooled = self.node("MaxPool", [self.node("Relu", [convolved])], kernel_shape=[2], strides=[2])
        return self.dense(self.node("Flatten", [pooled], axis=1), "linear0")

    def layer(self, x, number, state):
        """One LSTM layer: [frames, 1, 150] and the two states behind it."""
        tensors = [onnx_order(self.weights[f"lstm.weight_{kind}_l{number}"])[None] for kind in ("ih", "hh")]
        biases = [onnx_order(self.weights[f"lstm.bias_{kind}_l{number}"]) for kind in ("ih", "hh")]
        tensors.append(np.concatenate(biases)[None])
        inputs = [x, *(self.constant(tensor) for tensor in tensors), "", *state]
        outputs = [f"lstm_{number}_{name}" for name in ("values", "hidden", "cell")]
        values, *state = self.node_of_many("LSTM", inputs, outputs, hidden_size=HIDDEN)
        # The values have an axis of directions, of which there is one.
        return self.node("Squeeze", [values, self.axes(1)]), state

    def state(self, name):
        """Splits a state into its layers, [1, 1, 150] each."""
        return self.node_of_many("Split", [name], [f"{name}_{number}" for number in range(LAYERS)], axis=0)

    def build(self):
        x = self.node("Unsqueeze", [self.front(), self.axes(1)])
        before = list(zip(self.state("hidden"), self.state("cell")))
        after = []
        for number in range(LAYERS):
            x, state = self.layer(x, number, before[number])
            after.append(state)
        for name, parts in zip(("hidden_after", "cell_after"), zip(*after)):
            self.node("Concat", list(parts), name, axis=0)
        scores = self.dense(self.node("Squeeze", [x, self.axes(1)]), "linear")
        self.node("Softmax", [scores], "activations", axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", required=True, help="the file of weights (.pt)")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    graph = BeatNet(load(arguments.weights))
    graph.build()
    inputs = [("features", ["frames", FEATURES]), ("hidden", STATE), ("cell", STATE)]
    outputs = [("activations", ["frames", CLASSES]), ("hidden_after", STATE), ("cell_after", STATE)]
    graph.write("beatnet", inputs, outputs, arguments.out)


if __name__ == "__main__":
    main()
