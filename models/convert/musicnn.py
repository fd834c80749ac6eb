"""Converts a musicnn checkpoint (TensorFlow) to ONNX.

The graph follows `build_musicnn` of the musicnn package (Pons & Serra, "musicnn: pre-trained convolutional neural networks
for music audio tagging", 2019). Input `mel` [batch, frames, 96]; outputs `tags` [batch, 50] after the sigmoid and
`embedding` [batch, 200]. The same checkpoint gives the same bytes each time.
"""

import argparse

import numpy as np

from checkpoint import load
from graph import KerasGraph

MELS, TAGS, EMBEDDING = 96, 50, 200


class Musicnn(KerasGraph):
    def convolve(self, x, number, time_padding):
        """Convolution and ReLU; TensorFlow keeps kernels as height, width, in, out."""
        kernel = self.weight("conv2d", number, "kernel")
        inputs = [x, self.constant(kernel.transpose(3, 2, 0, 1)), self.constant(self.weight("conv2d", number, "bias"))]
        before, after = time_padding
        convolved = self.node("Conv", inputs, kernel_shape=list(kernel.shape[:2]), pads=[before, 0, after, 0])
        return self.node("Relu", [convolved])

    def dense(self, x, number):
        inputs = [x, self.constant(self.weight("dense", number, "kernel")), self.constant(self.weight("dense", number, "bias"))]
        return self.node("Gemm", inputs)

    def unsqueeze(self, x, axis):
        return self.node("Unsqueeze", [x, self.constant([axis], np.int64)])


def front_end(graph):
    """Two timbral and three temporal filters over the spectrogram: [batch, 1, frames, 561]."""
    spectrogram = graph.normalize(graph.unsqueeze("mel", 1), 0)
    features = []
    for number in range(5):
        height = graph.weight("conv2d", number, "kernel").shape[0]
        # The timbral filters (0 and 1) are padded by 3 frames, the temporal ones as TensorFlow's "same" does.
        padding = (3, 3) if number < 2 else ((height - 1) // 2, height - 1 - (height - 1) // 2)
        filtered = graph.normalize(graph.convolve(spectrogram, number, padding), number + 1)
        features.append(graph.node("ReduceMax", [filtered], axes=[3], keepdims=0))
    joined = graph.node("Concat", features, axis=1)
    return graph.unsqueeze(graph.node("Transpose", [joined], perm=[0, 2, 1]), 1)


def mid_end(graph, front):
    """Three layers with residual connections, joined with their input: [batch, 1, frames, 753]."""

    def layer(x, number):
        normalized = graph.normalize(graph.convolve(x, number, (3, 3)), number + 1)
        return graph.node("Transpose", [normalized], perm=[0, 3, 2, 1])

    first = layer(front, 5)
    second = graph.node("Add", [layer(first, 6), first])
    third = graph.node("Add", [layer(second, 7), second])
    return graph.node("Concat", [front, first, second, third], axis=3)


def back_end(graph, features):
    """Maximum and mean over time, then two dense layers."""
    maximum = graph.node("ReduceMax", [features], axes=[2], keepdims=0)
    mean = graph.node("ReduceMean", [features], axes=[2], keepdims=0)
    pooled = graph.node("Concat", [maximum, mean], axis=1)
    flat = graph.node("Flatten", [graph.node("Transpose", [pooled], perm=[0, 2, 1])], axis=1)
    hidden = graph.node("Relu", [graph.dense(graph.normalize(flat, 9), 0)])
    embedding = graph.normalize(hidden, 10, "embedding")
    graph.node("Sigmoid", [graph.dense(embedding, 1)], "tags")


def build(weights, path):
    graph = Musicnn(weights)
    back_end(graph, mid_end(graph, front_end(graph)))
    inputs = [("mel", ["batch", "frames", MELS])]
    graph.write("musicnn", inputs, [("tags", ["batch", TAGS]), ("embedding", ["batch", EMBEDDING])], path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", required=True, help="the checkpoint's .index file")
    parser.add_argument("--data", required=True, help="the checkpoint's .data-00000-of-00001 file")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    build(load(arguments.index, arguments.data), arguments.out)


if __name__ == "__main__":
    main()
