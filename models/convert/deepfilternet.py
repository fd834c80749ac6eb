"""Joins the three ONNX graphs of DeepFilterNet3 into one.

Schröter, Rosenkranz, Escalante-B. & Maier, "DeepFilterNet: perceptually motivated real-time speech enhancement", 2023. The
encoder feeds both decoders, so that one run of one session does, and the five recurrent layers get their memory from
outside, so that a long sound can be heard stretch by stretch. Inputs `feat_erb` [1, 1, frames, 32], `feat_spec`
[1, 2, frames, 96] and `memory` [5, 1, 256] (zeros at the beginning); outputs `gains` [1, 1, frames, 32], one a band, `coefs`
[1, frames, 96, 10], five complex taps for each of the lowest 96 bins, and `memories` [frames, 5, 1, 256], the memory behind
each frame. The same graphs give the same bytes each time.
"""

import argparse
import tarfile

import onnx
from onnx import compose, helper

from graph import save, tensors

FOLDER = "tmp/export"
GIVEN = ("e0", "e1", "e2", "e3", "emb", "c0")
RESULTS = {"bands_m": "gains", "bins_coefs": "coefs"}
CELLS = 256


def graphs(path):
    """Returns encoder, decoder of the bands and decoder of the bins; each has its names to itself."""
    with tarfile.open(path) as archive:
        for name, prefix in (("enc", "encoder_"), ("erb_dec", "bands_"), ("df_dec", "bins_")):
            model = onnx.load_from_string(archive.extractfile(f"{FOLDER}/{name}.onnx").read())
            yield compose.add_prefix(model, prefix)


def join(encoder, decoder, prefix, keep):
    inputs = {tensor.name for tensor in decoder.graph.input}
    pairs = [(f"encoder_{name}", f"{prefix}{name}") for name in GIVEN if f"{prefix}{name}" in inputs]
    return compose.merge_models(encoder, decoder, io_map=pairs, outputs=keep)


def rename(graph, names):
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for tensor in (*graph.input, *graph.output):
        tensor.name = names.get(tensor.name, tensor.name)


def open_memory(graph):
    """Gives each recurrent layer its share of `memory` instead of zeros, and tells what it remembers behind each frame."""
    layers = [node for node in graph.node if node.op_type == "GRU"]
    before = [f"memory_{number}" for number in range(len(layers))]
    for layer, name in zip(layers, before):
        layer.input[5] = name
    graph.node.insert(0, helper.make_node("Split", ["memory"], before, axis=0))
    graph.node.append(helper.make_node("Concat", [layer.output[0] for layer in layers], ["memories"], axis=1))
    graph.input.extend(tensors([("memory", [len(layers), 1, CELLS])]))
    graph.output.extend(tensors([("memories", ["frames", len(layers), 1, CELLS])]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", required=True, help="DeepFilterNet3_onnx.tar.gz")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    encoder, bands, bins = graphs(arguments.archive)
    both = join(encoder, bands, "bands_", ["bands_m", "encoder_emb", "encoder_c0"])
    model = join(both, bins, "bins_", list(RESULTS))
    rename(model.graph, {"encoder_feat_erb": "feat_erb", "encoder_feat_spec": "feat_spec", **RESULTS})
    open_memory(model.graph)
    save(model, arguments.out)


if __name__ == "__main__":
    main()
