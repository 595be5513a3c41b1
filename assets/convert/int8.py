"""Symmetric int8 weights: one scale for each output channel (or table row), zero point always 0.

The real value is `scale * integer`. `LEVELS` bounds the integers to -64..64, seven bits: processors
without VNNI add two byte products in a 16-bit register that saturates, and 2 * 255 * 64 still fits
in it (2 * 255 * 127 does not). So a model gives the same vectors on every processor.
"""

import numpy as np

LEVELS = 64
TABLE_LEVELS = 127  # A table is only looked up, never multiplied in a register: it may use all bits.


def by_column(weight):
    """A matrix [in, out] -> (int8 [in, out], float32 scale [out])."""
    scale = _scale(np.abs(weight).max(axis=0), LEVELS)
    return np.rint(weight / scale).astype(np.int8), scale


def by_row(table):
    """A table [rows, dims] -> (int8 [rows, dims], float32 scale [rows, 1])."""
    scale = _scale(np.abs(table).max(axis=1, keepdims=True), TABLE_LEVELS)
    return np.rint(table / scale).astype(np.int8), scale


def _scale(largest, levels):
    # A column of zeros has no scale of its own; any will do.
    return np.where(largest > 0, largest / levels, 1).astype(np.float32)
