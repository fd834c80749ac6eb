"""Reads the float tensors of a PyTorch file without PyTorch, and without running what the file's pickle asks for."""

import collections
import pickle
import zipfile

import numpy as np


def load(path):
    """Returns the tensors of a state dictionary by name."""
    with zipfile.ZipFile(path) as archive:
        root = archive.namelist()[0].split("/")[0]
        with archive.open(f"{root}/data.pkl") as file:
            described = _Reader(file).load()
        return {name: _tensor(archive, root, *where) for name, where in described.items()}


def _tensor(archive, root, storage, offset, shape):
    return _cut(np.frombuffer(archive.read(f"{root}/data/{storage}"), "<f4"), offset, shape)


def _rebuild(storage, offset, shape, *_):
    return storage, offset, shape


def load_sequence(path, entry):
    """Returns the tensors of one entry of a file as PyTorch wrote them before 1.6: five pickles, then each storage."""
    with open(path, "rb") as file:
        for _ in ("magic number", "protocol", "system"):
            _Reader(file).load()
        described, storages = _SequenceReader(file).load()[entry], _Reader(file).load()
        values = {}
        for storage in storages:
            length = int.from_bytes(file.read(8), "little")
            values[storage] = np.frombuffer(file.read(4 * length), "<f4")
        return {name: _cut(values[storage], offset, shape) for name, (storage, offset, shape) in described.items()}


def _cut(values, offset, shape):
    return values[offset : offset + int(np.prod(shape))].reshape(shape)


class _Reader(pickle.Unpickler):
    """Knows the three names that a state dictionary of float tensors is made of, and refuses any other."""

    KNOWN = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
        ("torch", "FloatStorage"): "float",
    }

    def find_class(self, module, name):
        if (module, name) not in self.KNOWN:
            raise ValueError(f"{module}.{name} has no place in a file of weights")
        return self.KNOWN[module, name]

    def persistent_load(self, described):
        """Returns the name of a storage: its description is ("storage", kind, name, device, length)."""
        return described[2]


class _SequenceReader(_Reader):
    """Leaves out what stands beside the tensors, such as an optimiser; nothing of it is run."""

    def find_class(self, module, name):
        return self.KNOWN.get((module, name), _left_out)


def _left_out(*_):
    return None
