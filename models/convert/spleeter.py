"""Converts the two-stem checkpoint of Spleeter (TensorFlow) to ONNX.

The graph follows `unet` of the spleeter package (Hennequin, Khlif, Voituret & Moussallam, "Spleeter: a fast and efficient
music source separation tool with pre-trained models", 2020): one U-Net a stem. Input `magnitude` [batch, 2 channels,
512 frames, 1024 bins]; outputs `vocals` and `accompaniment` of the same shape, the magnitudes of the stems. Kernels are
kept in half precision, which halves the file; they are computed with in single precision. The same checkpoint gives the
same bytes each time.
"""

import argparse

import numpy as np
from onnx import TensorProto

from checkpoint import load
from graph import KerasGraph

STEMS = ("vocals", "accompaniment")
DEPTH = 6
LEAK = 0.2
# What TensorFlow's "same" padding is for a kernel of 5 and a stride of 2.
HALVING = {"kernel_shape": [5, 5], "strides": [2, 2], "pads": [1, 1, 2, 2]}
SHAPE = ["batch", 2, 512, 1024]


class Spleeter(KerasGraph):
    def convolve(self, operation, x, layer, number, **attributes):
        """TensorFlow keeps kernels as height, width, in, out (transposed ones: out, in); ONNX wants the last two first."""
        kernel = self.weight(layer, number, "kernel").transpose(3, 2, 0, 1)
        kernel = self.node("Cast", [self.constant(kernel, np.float16)], to=TensorProto.FLOAT)
        return self.node(operation, [x, kernel, self.constant(self.weight(layer, number, "bias"))], **attributes)

    def unet(self, stem, output):
        """Adds the network of a stem; layers are numbered through both of them."""
        convolution, transposed, normalization = (stem * layers for layers in (DEPTH + 1, DEPTH, 2 * DEPTH))
        x, skipped = "magnitude", []
        for level in range(DEPTH):
            x = self.convolve("Conv", x, "conv2d", convolution + level, **HALVING)
            skipped.append(x)
            if level < DEPTH - 1:
                x = self.node("LeakyRelu", [self.normalize(x, normalization + level)], alpha=LEAK)
        for level in range(DEPTH):
            x = self.convolve("ConvTranspose", x, "conv2d_transpose", transposed + level, **HALVING)
            x = self.normalize(self.node("Relu", [x]), normalization + DEPTH + level)
            if level < DEPTH - 1:
                x = self.node("Concat", [skipped[DEPTH - 2 - level], x], axis=1)
        last = {"kernel_shape": [4, 4], "dilations": [2, 2], "pads": [3, 3, 3, 3]}
        mask = self.node("Sigmoid", [self.convolve("Conv", x, "conv2d", convolution + DEPTH, **last)])
        self.node("Mul", [mask, "magnitude"], output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", required=True, help="the checkpoint's .index file")
    parser.add_argument("--data", required=True, help="the checkpoint's .data-00000-of-00001 file")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    graph = Spleeter(load(arguments.index, arguments.data))
    for number, stem in enumerate(STEMS):
        graph.unet(number, stem)
    graph.write("spleeter", [("magnitude", SHAPE)], [(stem, SHAPE) for stem in STEMS], arguments.out)


if __name__ == "__main__":
    main()
