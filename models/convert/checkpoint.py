"""Reads the float tensors of a TensorFlow checkpoint (tensor bundle) without TensorFlow.

The index is a table in the LevelDB format; its values are protocol buffers that say where in the data file a tensor lies.
"""

import struct

import numpy as np

FOOTER_BYTES = 48
FLOAT = 1  # DataType.DT_FLOAT in tensorflow/core/framework/types.proto


def load(index_path, data_path):
    """Returns the tensors by name; those that are not float32 are left out."""
    with open(index_path, "rb") as file:
        index = file.read()
    with open(data_path, "rb") as file:
        data = file.read()
    tensors = {}
    for _, handle in _block(index, *_index_block(index)):
        for name, value in _block(index, *_handle(handle)):
            if name:
                _add(tensors, name.decode(), _message(value), data)
    return tensors


def _add(tensors, name, entry, data):
    """Adds the tensor of a BundleEntryProto: 1 = dtype, 2 = shape, 4 = offset, 5 = size."""
    if entry.get(1, [0])[0] != FLOAT:
        return
    dimensions = _message(entry[2][0]).get(2, []) if 2 in entry else []
    shape = [_message(dimension).get(1, [0])[0] for dimension in dimensions]
    offset, size = entry.get(4, [0])[0], entry.get(5, [0])[0]
    tensors[name] = np.frombuffer(data[offset : offset + size], "<f4").reshape(shape)


def _index_block(table):
    """Returns offset and size of the block that lists the others, from the footer."""
    footer = table[-FOOTER_BYTES:]
    position = 0
    for _ in range(2):  # the handle of the meta-index block
        _, position = _varint(footer, position)
    return _handle(footer[position:])


def _handle(buffer):
    offset, position = _varint(buffer, 0)
    size, _ = _varint(buffer, position)
    return offset, size


def _block(table, offset, size):
    """Yields the keys and values of a block; each key repeats only what differs from the one before."""
    if table[offset + size] != 0:
        raise ValueError("compressed checkpoint blocks are not supported")
    block = table[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * restarts
    position, key = 0, b""
    while position < end:
        shared, position = _varint(block, position)
        fresh, position = _varint(block, position)
        length, position = _varint(block, position)
        key = key[:shared] + block[position : position + fresh]
        position += fresh
        yield key, block[position : position + length]
        position += length


def _varint(buffer, position):
    value = shift = 0
    while True:
        byte = buffer[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position


def _message(buffer):
    """Returns the fields of a protocol buffer: number to list of values."""
    position, fields = 0, {}
    while position < len(buffer):
        tag, position = _varint(buffer, position)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, position = _varint(buffer, position)
        else:
            if wire == 2:
                length, position = _varint(buffer, position)
            else:
                length = {1: 8, 5: 4}[wire]
            value = buffer[position : position + length]
            position += length
        fields.setdefault(number, []).append(value)
    return fields
