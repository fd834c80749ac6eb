"""Joins the parts of Kokoro-82M in eight bits and makes it quick on processors.

ONNX Runtime computes `ConvInteger` by laying the whole input out anew on one thread, and packs it anew each time. The same
sums are those of a product of matrices, whose weights are packed once when the model is loaded: each place of the input with
its neighbours beside it, times the kernel. So each convolution in eight bits becomes an `Unfold` and a `MatMulIntegerToFloat`.
The weights are the same to the last bit; biases are added as they were before they were rounded to the steps of the product.

What stands before most of them, a normalisation in the style of the voice and a wave that is added, are fourteen operations,
nearly all of which read or write the whole sound: they become one `AdaInSnake`.

A fifth of what Kokoro makes is silence before and behind the phrase, which the studio cuts away. Its last part, which takes
nearly all of the time, is given only the frames in which there is something to hear: `Sounding` finds them in the energy that
Kokoro foretells, and `AdaInSnake` counts the silence that is not there.

These operations are the studio's own (`src-tauri/inference/src/kernels.rs`). The same parts give the same bytes each time.
"""

import argparse

import numpy as np
import onnx
from onnx import helper, numpy_helper

from graph import CONTRIBUTED, save

# Operations of the studio.
OWN = "son1k"

# Zero of unsigned bytes when they are counted as signed ones.
SIGNED = 128

# What Kokoro foretells of the energy, two frames for 25 ms; it is some logarithm, between -10 and 10. Below -4 what is made lay
# under -50 dB of full scale with the ten voices that were looked at; what is heard of a phrase lies over -40 dB.
ENERGY = "/encoder/Reshape_1_output_0"
SILENCE = -4.0
# Frames of silence that stay on either side.
AROUND = 4
# Those that read what the last part is made from, one value for each frame: the pitch, and what the sound is like.
GENERATOR = [f"/decoder/decoder/generator/{name}" for name in ("f0_upsamp/Resize", "LeakyRelu")]
ENDS = ["sounding/begin", "sounding/end", "sounding/whole"]


class Kokoro:
    def __init__(self, model):
        self.model = model
        self.graph = model.graph
        self.constants = {constant.name: constant for constant in self.graph.initializer}
        self.made_by = {output: node for node in self.graph.node for output in node.output}
        self.readers = {}
        for node in self.graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)

    def value(self, name):
        return numpy_helper.to_array(self.constants[name])

    def constant(self, name, value):
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def only_reader(self, node):
        (reader,) = self.readers[node.output[0]]
        return reader

    def only_constant(self, node):
        (name,) = [name for name in node.input if name in self.constants]
        return name

    def rewrite(self):
        """Puts what is quicker in the place of what is slow, and leaves away what nothing needs any more."""
        made = {}
        for node in self.graph.node:
            if node.op_type == "ConvInteger" and one_step(node):
                last, product = self.product(node)
                made[last.output[0]] = product
            if node.op_type == "Sin" and node.input[0] in self.made_by:
                waved = self.wave(node)
                if waved:
                    made[waved.output[0]] = [waved]
            if node.name in GENERATOR:
                made[node.output[0]] = self.heard(node)
        nodes = [new for node in self.graph.node for new in made.get(node.output[0], [node])]
        at = next(at for at, node in enumerate(nodes) if ENERGY in node.output)
        found = helper.make_node("Sounding", [ENERGY], ENDS, domain=OWN, silence=SILENCE, around=AROUND)
        nodes.insert(at + 1, found)
        self.keep(nodes)
        self.model.opset_import.append(helper.make_opsetid(OWN, 1))

    def heard(self, reader):
        """Returns a node that reads only the frames in which there is something to hear, and what leaves the others out."""
        begin, end, _ = ENDS
        axis = self.constant(f"{reader.name}/axis", np.array([2], np.int64))
        cut = helper.make_node("Slice", [reader.input[0], begin, end, axis], [f"{reader.name}/heard"])
        reader.input[0] = cut.output[0]
        return [cut, reader]

    def wave(self, sine):
        """Returns what normalises each channel, gives it the voice's gain and shift, and adds x → sin²(αx) / α to it; nothing
        for another sine."""
        angle = self.made_by[sine.input[0]]
        if angle.op_type != "Mul" or not any(name in self.constants for name in angle.input):
            return None
        alpha = self.only_constant(angle)
        (styled,) = [name for name in angle.input if name != alpha]
        (last,) = [reader for reader in self.readers[styled] if reader is not angle]
        gained, shift = self.sides(styled, "Mul")
        normalized, gain = self.sides(gained, "Div")
        apart, deviation = self.made_by[normalized].input
        (x, _) = self.made_by[apart].input
        epsilon = self.only_constant(self.made_by[self.made_by[deviation].input[0]])
        epsilon = float(self.value(epsilon))
        given = [x, gain, shift, alpha, *ENDS]
        return helper.make_node("AdaInSnake", given, [last.output[0]], domain=OWN, epsilon=epsilon, around=AROUND)

    def sides(self, name, operation):
        """Returns the input of a node that `operation` made, and the other one."""
        one, other = self.made_by[name].input
        return (one, other) if self.made_by[one].op_type == operation else (other, one)

    def product(self, convolution):
        """Returns the last node of a convolution, its bias and its scale, and the nodes in its place."""
        name = convolution.name
        quantized, kernel, zero, kernel_zero = convolution.input
        added = self.only_reader(convolution)
        bias = []
        if added.op_type == "Add":
            (rounded,) = [other for other in added.input if other != convolution.output[0]]
            bias = [self.only_constant(self.bias(rounded))]
        cast = self.only_reader(added) if bias else added
        last = self.only_reader(cast)
        (scale,) = [other for other in last.input if other != cast.output[0]]
        steps = self.made_by[scale]
        kernel_step = self.only_constant(steps)
        (step,) = [other for other in steps.input if other != kernel_step]

        weights = self.value(kernel)
        (apart,), (before, behind) = attribute(convolution, "dilations"), attribute(convolution, "pads")
        window = {"count": weights.shape[2], "apart": apart, "before": before, "behind": behind}
        beside = f"{name}/beside"
        nodes = [helper.make_node("Unfold", [quantized, zero], [beside], domain=OWN, **window)]
        signed = (weights.transpose(2, 1, 0).reshape(-1, weights.shape[0]).astype(np.int16) - SIGNED).astype(np.int8)
        weights = self.constant(f"{name}/weights", signed)
        middle = np.int8(int(self.value(kernel_zero).reshape(())) - SIGNED)
        middle = self.constant(f"{name}/middle", np.asarray(middle))
        given = [beside, weights, step, kernel_step, zero, middle, *bias]
        nodes.append(helper.make_node("MatMulIntegerToFloat", given, [f"{name}/product"], domain=CONTRIBUTED))
        nodes.append(helper.make_node("Transpose", [f"{name}/product"], [last.output[0]], perm=[0, 2, 1]))
        return last, nodes

    def bias(self, name):
        """Returns the node that divides a bias by the step that it is rounded to."""
        node = self.made_by[name]
        while node.op_type != "Div":
            node = self.made_by[node.input[0]]
        return node

    def keep(self, nodes):
        """Keeps of these nodes and of all constants those that a result depends on."""
        needed = {output.name for output in self.graph.output}
        kept = []
        for node in reversed(nodes):
            if needed.intersection(node.output):
                kept.append(node)
                needed.update(node.input)
        constants = [constant for constant in self.graph.initializer if constant.name in needed]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(reversed(kept))
        self.graph.initializer.extend(constants)


def attribute(node, name):
    return next(helper.get_attribute_value(one) for one in node.attribute if one.name == name)


def one_step(convolution):
    """Whether it looks at every place; the few others are small."""
    return attribute(convolution, "strides") == [1] and attribute(convolution, "group") == 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for number in range(1, 5):
        parser.add_argument(f"--part{number}", required=True, help=f"part {number} of the ONNX file")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    parts = (arguments.part1, arguments.part2, arguments.part3, arguments.part4)
    kokoro = Kokoro(onnx.load_from_string(b"".join(open(part, "rb").read() for part in parts)))
    kokoro.rewrite()
    save(kokoro.model, arguments.out)


if __name__ == "__main__":
    main()
