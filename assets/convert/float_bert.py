"""The same encoder as bert.py in plain numpy floats, slow and simple: the measure for the int8 model."""

from math import erf

import numpy as np

_erf = np.vectorize(erf)


def embed(shape, weight, ids):
    """Token ids of one text -> its mean-pooled vector of length 1."""
    x = weight("words")[ids] + weight("positions")[:len(ids)] + weight("types")[0]
    x = _norm(shape, weight, "norm", x)
    for n in range(shape.layers):
        x = _layer(shape, weight, f"layer.{n}.", x)
    return unit(x.mean(axis=0))


def unit(vector):
    return vector / np.linalg.norm(vector)


def _layer(shape, weight, at, x):
    query, key, value = (_heads(shape, _linear(weight, at + part, x)) for part in ("query", "key", "value"))
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    heard = (shares @ value).transpose(1, 0, 2).reshape(x.shape)
    x = _norm(shape, weight, at + "attended_norm", _linear(weight, at + "attended", heard) + x)
    wide = _linear(weight, at + "grow", x)
    wide = 0.5 * wide * (1 + _erf(wide / np.sqrt(2)))
    return _norm(shape, weight, at + "norm", _linear(weight, at + "shrink", wide) + x)


def _heads(shape, x):
    return x.reshape(len(x), shape.heads, -1).transpose(1, 0, 2)


def _linear(weight, name, x):
    return x @ weight(name + ".weight").T + weight(name + ".bias")


def _norm(shape, weight, name, x):
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred ** 2).mean(axis=-1, keepdims=True) + shape.epsilon)
    return centred / spread * weight(name + ".weight") + weight(name + ".bias")
