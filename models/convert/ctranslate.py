"""Reads the weights of a CTranslate2 model without CTranslate2."""

import struct

import numpy as np

# `DataType` of CTranslate2, in its order.
TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
# The layout of the file that is read here.
VERSION = 6


def load(data):
    """Returns the tensors of a `model.bin` by name, as they are in the file."""
    reader = _Reader(data)
    version, _, _, count = reader.number("I"), reader.text(), reader.number("I"), reader.number("I")
    if version != VERSION:
        raise ValueError(f"a file of version {version}, not {VERSION}")
    return {name: tensor for name, tensor in (reader.tensor() for _ in range(count))}


class _Reader:
    """Goes through the file: little-endian, texts with their length before them and a zero behind."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, kind):
        (value,) = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += struct.calcsize(f"<{kind}")
        return value

    def text(self):
        length = self.number("H")
        self.at += length
        return self.data[self.at - length : self.at - 1].decode()

    def tensor(self):
        name = self.text()
        shape = [self.number("I") for _ in range(self.number("B"))]
        kind, size = np.dtype(TYPES[self.number("B")]), self.number("I")
        values = np.frombuffer(self.data, kind, size // kind.itemsize, self.at).reshape(shape)
        self.at += size
        return name, values
