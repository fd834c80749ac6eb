"""An ONNX graph in the making. The same weights give the same bytes each time."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 9
# Operations of ONNX Runtime that ONNX has not.
CONTRIBUTED = "com.microsoft"


class Graph:
    """Every method that adds nodes returns the name of their result."""

    def __init__(self, weights):
        self.weights = weights
        self.nodes = []
        self.constants = []

    def constant(self, value, dtype=np.float32):
        name = f"constant_{len(self.constants)}"
        array = np.ascontiguousarray(np.asarray(value, dtype))
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operation, inputs, output=None, **attributes):
        output = output or f"value_{len(self.nodes)}"
        self.node_of_many(operation, inputs, [output], **attributes)
        return output

    def node_of_many(self, operation, inputs, outputs, **attributes):
        """Adds a node with several results and returns their names."""
        self.nodes.append(helper.make_node(operation, inputs, outputs, **attributes))
        return outputs

    def write(self, name, inputs, outputs, path):
        """Writes the model; `inputs` and `outputs` are lists as `tensors` takes them."""
        body = helper.make_graph(self.nodes, name, tensors(inputs), tensors(outputs), self.constants)
        domains = [helper.make_opsetid("", OPSET)]
        if any(node.domain == CONTRIBUTED for node in self.nodes):
            domains.append(helper.make_opsetid(CONTRIBUTED, 1))
        model = helper.make_model(body, opset_imports=domains, ir_version=IR_VERSION)
        save(model, path)


class KerasGraph(Graph):
    """A graph whose weights have the names that Keras gives: `conv2d`, `conv2d_1`, `conv2d_2` …"""

    BATCH_NORMALIZATION_EPSILON = 1e-3  # the default of Keras

    def weight(self, layer, number, name):
        return self.weights[f"{layer if number == 0 else f'{layer}_{number}'}/{name}"]

    def normalize(self, x, number, output=None):
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        values = [self.constant(self.weight("batch_normalization", number, name)) for name in names]
        epsilon = self.BATCH_NORMALIZATION_EPSILON
        return self.node("BatchNormalization", [x, *values], output, epsilon=epsilon)


def onnx_order(gates):
    """PyTorch stacks the gates of an LSTM as input, forget, cell, output; ONNX as input, output, forget, cell."""
    given, forget, cell, output = np.split(gates, 4)
    return np.concatenate([given, output, forget, cell])


def tensors(described):
    """Describes tensors, each given as name and shape, and as type where that is not float32."""
    described = [(name, shape, *(kind or [TensorProto.FLOAT])) for name, shape, *kind in described]
    return [helper.make_tensor_value_info(name, kind, shape) for name, shape, kind in described]


def save(model, path):
    onnx.checker.check_model(model)
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
