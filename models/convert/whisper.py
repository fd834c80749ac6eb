"""Converts the weights of Whisper base (CTranslate2) to ONNX: an encoder and a decoder.

The graphs follow `model.py` of the whisper package (Radford, Kim, Xu, Brockman, McLeavey & Sutskever, "Robust speech
recognition via large-scale weak supervision", 2022).

The encoder hears a window of 30 s: input `mel` [1, 80, 3000]; outputs, for each layer n of the decoder, what that attends
to, `keys_n` [8, 64, 1500] and `values_n` [8, 1500, 64].

The decoder is given these, `tokens` [count] (int64), one or several at once, and `memory` [6, 2, 8, past, 64], the keys and
values of the tokens before (past is 0 at the beginning). Outputs: `logits` [51865] of the token that follows the last one,
`memory_after` [6, 2, 8, past + count, 64], and `alignment` [8, count, 1500]: how much each token looks at each 20 ms of the
window (before the softmax), as seen by the heads of which the authors say that they follow the words.

Linear layers and the embedding have weights of 7 bits, each output with a scale of its own, and are computed with integers;
the embedding is kept once for both of its uses. The same weights give the same bytes each time.
"""

import argparse

import numpy as np
from onnx import TensorProto

from ctranslate import load
from graph import CONTRIBUTED, Graph

LAYERS, HEADS, WIDTH = 6, 8, 512
HEAD = WIDTH // HEADS
MELS, FRAMES, PLACES, TOKENS, VOCABULARY = 80, 3000, 1500, 448, 51865
# Layer and head, decoded from `_ALIGNMENT_HEADS["base"]` of the whisper package's `__init__.py`.
ALIGNMENT_HEADS = ((3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6))
# Of the integers that weights become. Processors without VNNI or its like add pairs of products with 16 bits, which holds 255
# times this twice, but not 255 times 127.
LARGEST = 63
# Says to `Softmax` that a token may not be seen.
HIDDEN = -1e9
# What remains of a layer's output, for `Slice`.
END = np.iinfo(np.int64).max


def heard(layer):
    """Returns the names of what a layer of the decoder attends to, with their shapes."""
    return [(f"keys_{layer}", [HEADS, HEAD, PLACES]), (f"values_{layer}", [HEADS, PLACES, HEAD])]


def quantized(weight):
    """Returns a weight [outputs, inputs] as 8-bit integers [inputs, outputs] and the scale of each output."""
    scale = np.abs(weight).max(axis=1) / LARGEST
    scale[scale == 0] = 1
    return np.rint(weight / scale[:, None]).astype(np.int8).T, scale


class Whisper(Graph):
    def weight(self, name):
        return self.weights[name].astype(np.float32)

    def half(self, name):
        """A large constant, kept in half precision as it comes."""
        return self.node("Cast", [self.constant(self.weights[name], np.float16)], to=TensorProto.FLOAT)

    def integers(self, *values):
        return self.constant(values, np.int64)

    def rounded(self, x):
        """Prepares a value for layers of integers: its own, their scale and their zero."""
        name = f"rounded_{len(self.nodes)}"
        return self.node_of_many("DynamicQuantizeLinear", [x], [name, f"{name}_scale", f"{name}_zero"])

    def product(self, x, weight, scale):
        """Multiplies what `rounded` gave with a quantized weight."""
        integers, x_scale, zero = x
        summed = self.node("Cast", [self.node("MatMulInteger", [integers, weight, zero])], to=TensorProto.FLOAT)
        return self.node("Mul", [summed, self.node("Mul", [x_scale, scale])])

    def dense(self, x, layer, part=slice(None), gain=1):
        """A linear layer, or a part of its outputs, over what `rounded` gave."""
        weight, scale = quantized(self.weight(f"{layer}/weight")[part] * gain)
        product = self.product(x, self.constant(weight, np.int8), self.constant(scale))
        return self.node("Add", [product, self.constant(self.weight(f"{layer}/bias")[part] * gain)])

    def normalize(self, x, layer):
        inputs = [x, self.constant(self.weight(f"{layer}/gamma")), self.constant(self.weight(f"{layer}/beta"))]
        return self.node("LayerNormalization", inputs, axis=-1, epsilon=1e-5)

    def gelu(self, x):
        bent = self.node("Erf", [self.node("Div", [x, self.constant(2**0.5)])])
        return self.node("Mul", [self.node("Mul", [x, self.node("Add", [bent, self.constant(1)])]), self.constant(0.5)])

    def parted(self, x, order=(1, 0, 2), output=None):
        """Parts the outputs of a layer [count, 512] into heads; `order` is that of count, head and depth."""
        return self.node("Transpose", [self.node("Reshape", [x, self.integers(-1, HEADS, HEAD)])], output, perm=order)

    def queries_keys_values(self, x, layer):
        """The three parts of a layer of self-attention; the queries are scaled as `Softmax` wants the scores."""
        x = self.rounded(x)
        parts = (slice(n * WIDTH, (n + 1) * WIDTH) for n in range(3))
        return [self.dense(x, layer, part, gain) for part, gain in zip(parts, (HEAD**-0.5, 1, 1))]

    def forward(self, x, layer):
        """The two linear layers behind attention."""
        hidden = self.dense(self.rounded(self.normalize(x, f"{layer}/layer_norm")), f"{layer}/linear_0")
        return self.node("Add", [x, self.dense(self.rounded(self.gelu(hidden)), f"{layer}/linear_1")])

    def added(self, x, chosen, layer):
        """Adds what attention has chosen to the stream."""
        return self.node("Add", [x, self.dense(self.rounded(chosen), layer)])


class Encoder(Whisper):
    def convolve(self, x, number, stride):
        inputs = [x, self.half(f"encoder/conv{number}/weight"), self.constant(self.weight(f"encoder/conv{number}/bias"))]
        return self.gelu(self.node("Conv", inputs, kernel_shape=[3], pads=[1, 1], strides=[stride]))

    def layer(self, x, name):
        attention = f"{name}/self_attention"
        parts = self.queries_keys_values(self.normalize(x, f"{attention}/layer_norm"), f"{attention}/linear_0")
        # One operation, which never holds the 1,500 × 1,500 scores of a head as a whole.
        chosen = self.node("MultiHeadAttention", parts, domain=CONTRIBUTED, num_heads=HEADS, scale=1.0)
        return self.forward(self.added(x, chosen, f"{attention}/linear_1"), f"{name}/ffn")

    def build(self):
        x = self.convolve(self.convolve("mel", 1, 1), 2, 2)
        x = self.node("Transpose", [x], perm=[0, 2, 1])
        x = self.node("Add", [x, self.half("encoder/position_encodings/encodings")])
        for number in range(LAYERS):
            x = self.layer(x, f"encoder/layer_{number}")
        x = self.rounded(self.normalize(x, "encoder/layer_norm"))
        for number in range(LAYERS):
            layer = f"decoder/layer_{number}/attention/linear_1"
            (keys, _), (values, _) = heard(number)
            self.parted(self.dense(x, layer, slice(0, WIDTH)), (1, 2, 0), keys)
            self.parted(self.dense(x, layer, slice(WIDTH, None)), (1, 0, 2), values)


class Decoder(Whisper):
    def __init__(self, weights):
        super().__init__(weights)
        self.memories = []
        self.aligned = []

    def embed(self, embedding, scale):
        """The tokens as vectors at their places: [count, 512]."""
        columns = self.node("Cast", [self.node("Gather", [embedding, "tokens"], axis=1)], to=TensorProto.FLOAT)
        scaled = self.node("Mul", [columns, self.node("Gather", [scale, "tokens"])])
        places = self.node("Slice", [self.half("decoder/position_encodings/encodings"), self.past, self.total, self.integers(0)])
        return self.node("Add", [self.node("Transpose", [scaled], perm=[1, 0]), places])

    def measure(self):
        """Counts the tokens before these and all of them, and hides from each token those behind it."""
        self.past = self.node("Slice", [self.node("Shape", ["memory"]), self.integers(3), self.integers(4)])
        self.total = self.node("Add", [self.past, self.node("Shape", ["tokens"])])
        numbers = self.node("Slice", [self.integers(*range(TOKENS)), self.integers(0), self.total])
        rows = self.node("Unsqueeze", [self.node("Slice", [numbers, self.past, self.total]), self.integers(1)])
        behind = self.node("Greater", [numbers, rows])
        self.mask = self.node("Where", [behind, self.constant(HIDDEN), self.constant(0)])

    def remembered(self, layer, keys, values):
        """Puts the keys and values of a layer behind those of the tokens before, and returns them all."""
        before = self.node("Gather", ["memory", self.integers(layer)], axis=0)
        now = [self.node("Unsqueeze", [half, self.integers(0, 1)]) for half in (keys, values)]
        self.memories.append(self.node("Concat", [before, self.node("Concat", now, axis=1)], axis=3))
        halves = self.node_of_many("Split", [self.memories[-1]], [f"{name}_of_{layer}" for name in ("keys", "values")], axis=1)
        return [self.node("Squeeze", [half, self.integers(0, 1)]) for half in halves]

    def layer(self, x, number):
        name = f"decoder/layer_{number}"
        itself, sound = f"{name}/self_attention", f"{name}/attention"
        parts = self.queries_keys_values(self.normalize(x, f"{itself}/layer_norm"), f"{itself}/linear_0")
        queries, keys, values = (self.parted(part) for part in parts)
        keys, values = self.remembered(number, keys, values)
        scores = self.node("MatMul", [queries, self.node("Transpose", [keys], perm=[0, 2, 1])])
        x = self.added(x, self.chosen(self.node("Add", [scores, self.mask]), values), f"{itself}/linear_1")

        asked = self.rounded(self.normalize(x, f"{sound}/layer_norm"))
        queries = self.parted(self.dense(asked, f"{sound}/linear_0", gain=HEAD**-0.5))
        (keys, _), (values, _) = heard(number)
        scores = self.node("MatMul", [queries, keys])
        self.align(scores, number)
        return self.forward(self.added(x, self.chosen(scores, values), f"{sound}/linear_2"), f"{name}/ffn")

    def chosen(self, scores, values):
        """What the scores choose of the values: [count, 512]."""
        chosen = self.node("MatMul", [self.node("Softmax", [scores], axis=-1), values])
        return self.node("Reshape", [self.node("Transpose", [chosen], perm=[1, 0, 2]), self.integers(-1, WIDTH)])

    def align(self, scores, layer):
        heads = [head for its, head in ALIGNMENT_HEADS if its == layer]
        if heads:
            self.aligned.append(self.node("Gather", [scores, self.integers(*heads)], axis=0))

    def build(self):
        weight, scale = quantized(self.weight("decoder/embeddings/weight"))
        embedding, scale = self.constant(weight, np.int8), self.constant(scale)
        self.measure()
        x = self.embed(embedding, scale)
        for number in range(LAYERS):
            x = self.layer(x, number)
        last = self.node("Slice", [x, self.integers(-1), self.integers(END), self.integers(0)])
        last = self.rounded(self.normalize(last, "decoder/layer_norm"))
        self.node("Squeeze", [self.product(last, embedding, scale), self.integers(0)], "logits")
        self.node("Concat", self.memories, "memory_after", axis=0)
        self.node("Concat", self.aligned, "alignment", axis=0)


def memory(length):
    return [LAYERS, 2, HEADS, length, HEAD]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part1", required=True, help="the first part of model.bin")
    parser.add_argument("--part2", required=True, help="the second part of model.bin")
    parser.add_argument("--out-encoder", required=True, help="the ONNX file of the encoder to write")
    parser.add_argument("--out-decoder", required=True, help="the ONNX file of the decoder to write")
    arguments = parser.parse_args()
    parts = (arguments.part1, arguments.part2)
    weights = load(b"".join(open(part, "rb").read() for part in parts))

    everything = [tensor for layer in range(LAYERS) for tensor in heard(layer)]
    encoder = Encoder(weights)
    encoder.build()
    encoder.write("whisper-encoder", [("mel", [1, MELS, FRAMES])], everything, arguments.out_encoder)
    decoder = Decoder(weights)
    decoder.build()
    inputs = [("tokens", ["count"], TensorProto.INT64), ("memory", memory("past")), *everything]
    outputs = [("logits", [VOCABULARY]), ("memory_after", memory("total")), ("alignment", [len(ALIGNMENT_HEADS), "count", PLACES])]
    decoder.write("whisper-decoder", inputs, outputs, arguments.out_decoder)


if __name__ == "__main__":
    main()
