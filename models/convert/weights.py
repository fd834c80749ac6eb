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
    values = np.frombuffer(archive.read(f"{root}/data/{storage}"), "<f4")
    return values[offset : offset + int(np.prod(shape))].reshape(shape)


def _rebuild(storage, offset, shape, *_):
    return storage, offset, shape


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
