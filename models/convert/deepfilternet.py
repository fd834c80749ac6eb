"""Joins the three ONNX graphs of DeepFilterNet3 into one.

Schröter, Rosenkranz, Escalante-B. & Maier, "DeepFilterNet: perceptually motivated real-time speech enhancement", 2023. The
encoder feeds both decoders, so that one run of one session does. Inputs `feat_erb` [1, 1, frames, 32] and `feat_spec`
[1, 2, frames, 96]; outputs `gains` [1, 1, frames, 32], one a band, and `coefs` [1, frames, 96, 10], five complex taps for
each of the lowest 96 bins. The same graphs give the same bytes each time.
"""

import argparse
import tarfile

import onnx
from onnx import compose

from graph import save

FOLDER = "tmp/export"
GIVEN = ("e0", "e1", "e2", "e3", "emb", "c0")
RESULTS = {"bands_m": "gains", "bins_coefs": "coefs"}


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", required=True, help="DeepFilterNet3_onnx.tar.gz")
    parser.add_argument("--out", required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    encoder, bands, bins = graphs(arguments.archive)
    both = join(encoder, bands, "bands_", ["bands_m", "encoder_emb", "encoder_c0"])
    model = join(both, bins, "bins_", list(RESULTS))
    rename(model.graph, {"encoder_feat_erb": "feat_erb", "encoder_feat_spec": "feat_spec", **RESULTS})
    save(model, arguments.out)


if __name__ == "__main__":
    main()
