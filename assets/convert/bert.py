"""Writes a BERT encoder as an ONNX graph with int8 weights.

Inputs `input_ids` and `attention_mask` (int64 [batch, sequence]); output `last_hidden_state`
(float32 [batch, sequence, hidden]). Pooling and normalising are the caller's business. There is no
`token_type_ids` input: one text at a time is embedded, so the vector of type 0 is added as a constant.

Only operators of the ONNX standard are used. Two things differ from a plain export:
- The table of words stays int8 in memory. Rows are looked up first and scaled afterwards, so that no
  optimiser can unpack the whole table (for 250,000 words that is 384 MB).
- Linear layers quantise their input while running, as onnxruntime's `quantize_dynamic` would write it; a model may
  name some that do not.
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import int8


@dataclass
class Shape:
    hidden: int
    layers: int
    heads: int
    epsilon: float


def write_encoder(shape, weight, path, encoder=None, exact=()):
    """`weight(name)` gives a float32 array; names are listed in `Encoder`. Matrices are [out, in]. The linear layers
    in `exact` stay float."""
    encoder = (encoder or Encoder)(shape, weight, exact)
    encoder.build()
    graph = helper.make_graph(
        encoder.nodes,
        "bert",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
         for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info(
            "last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", shape.hidden])],
        encoder.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10,
                              producer_name="sheaf")
    onnx.checker.check_model(model)
    onnx.save(model, path)


class Encoder:
    """Weights: `words`, `positions`, `types`, `norm`; and in each layer `layer.N.` + `query`, `key`,
    `value`, `attended`, `attended_norm`, `grow`, `shrink`, `norm`. Layers have `.weight` and `.bias`."""

    def __init__(self, shape, weight, exact=()):
        self.shape, self.weight, self.exact = shape, weight, exact
        self.nodes, self.constants, self.quantized = [], [], {}

    def build(self):
        self._shared_constants()
        x = self._embeddings()
        mask = self._mask()
        for n in range(self.shape.layers):
            x = self._layer(f"layer.{n}.", x, mask, last=n == self.shape.layers - 1)

    def _shared_constants(self):
        head = self.shape.hidden // self.shape.heads
        self._constant("split_heads", np.array([0, 0, self.shape.heads, head], np.int64))
        self._constant("join_heads", np.array([0, 0, self.shape.hidden], np.int64))
        self._constant("score_scale", np.float32(1 / np.sqrt(head)))

    def _words(self):
        table, scale = int8.by_row(self.weight("words"))
        rows = self._node("Gather", [self._constant("words", table), "input_ids"], "word_rows")
        rows = self._node("Cast", [rows], "word_rows_float", to=TensorProto.FLOAT)
        scales = self._node("Gather", [self._constant("words_scale", scale), "input_ids"], "word_scales")
        return self._node("Mul", [rows, scales], "word_vectors")

    def _embeddings(self):
        words = self._words()
        size = self._node("Shape", ["input_ids"], "length", start=1, end=2)
        size = self._node("Squeeze", [size], "length_scalar")
        zero, one = self._constant("zero", np.int64(0)), self._constant("one", np.int64(1))
        steps = self._node("Range", [zero, size, one], "steps")
        # The type vector is the same for every token, so it is added to the positions beforehand.
        positions = self.weight("positions") + self.weight("types")[0]
        places = self._node("Gather", [self._constant("positions", positions), steps], "position_vectors")
        return self._norm(self._node("Add", [words, places], "embedded"), "norm", "x")

    def _mask(self):
        """0 where there is a token, a large negative number where there is padding."""
        axes = self._constant("mask_axes", np.array([1, 2], np.int64))
        mask = self._node("Unsqueeze", ["attention_mask", axes], "mask_wide")
        mask = self._node("Cast", [mask], "mask_float", to=TensorProto.FLOAT)
        absent = self._node("Sub", [self._constant("float_one", np.float32(1)), mask], "absent")
        return self._node("Mul", [absent, self._constant("never", np.float32(-1e9))], "mask")

    def _layer(self, at, x, mask, last):
        query = self._heads(at + "query", x, [0, 2, 1, 3])
        key = self._heads(at + "key", x, [0, 2, 3, 1])
        value = self._heads(at + "value", x, [0, 2, 1, 3])
        scores = self._node("MatMul", [query, key], at + "scores")
        scores = self._node("Mul", [scores, "score_scale"], at + "scaled")
        scores = self._node("Add", [scores, mask], at + "masked")
        shares = self._node("Softmax", [scores], at + "shares", axis=-1)
        heard = self._node("MatMul", [shares, value], at + "heard")
        heard = self._node("Transpose", [heard], at + "heard_turned", perm=[0, 2, 1, 3])
        heard = self._node("Reshape", [heard, "join_heads"], at + "heard_joined")
        heard = self._linear(at + "attended", heard)
        x = self._node("Add", [heard, x], at + "attended_sum")
        x = self._norm(x, at + "attended_norm", at + "attended_normed")
        wide = self._node("Gelu", [self._linear(at + "grow", x)], at + "gelu")
        x = self._node("Add", [self._linear(at + "shrink", wide), x], at + "sum")
        return self._norm(x, at + "norm", "last_hidden_state" if last else at + "x")

    def _heads(self, name, x, order):
        split = self._node("Reshape", [self._linear(name, x), "split_heads"], name + ".split")
        return self._node("Transpose", [split], name + ".turned", perm=order)

    def _linear(self, name, x):
        return self._float_linear(name, x) if name in self.exact else self._int8_linear(name, x)

    def _float_linear(self, name, x):
        weight = self._constant(name + ".weight", self.weight(name + ".weight").T)
        product = self._node("MatMul", [x, weight], name + ".product")
        return self._node("Add", [product, self._constant(name + ".bias", self.weight(name + ".bias"))], name)

    def _int8_linear(self, name, x):
        weight, scale = int8.by_column(self.weight(name + ".weight").T)
        whole, x_scale, x_zero = self._quantize(x)
        product = self._node(
            "MatMulInteger",
            [whole, self._constant(name + ".weight", weight), x_zero,
             self._constant(name + ".zero", np.zeros(len(scale), np.int8))],
            name + ".integers")
        product = self._node("Cast", [product], name + ".float", to=TensorProto.FLOAT)
        both = self._node("Mul", [x_scale, self._constant(name + ".scale", scale)], name + ".scales")
        product = self._node("Mul", [product, both], name + ".product")
        return self._node("Add", [product, self._constant(name + ".bias", self.weight(name + ".bias"))], name)

    def _quantize(self, x):
        """Query, key and value read the same input: it is quantised once."""
        if x not in self.quantized:
            names = [x + ".int8", x + ".int8_scale", x + ".int8_zero"]
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], names, name=names[0]))
            self.quantized[x] = names
        return self.quantized[x]

    def _norm(self, x, name, output):
        gain = self._constant(name + ".gain", self.weight(name + ".weight"))
        shift = self._constant(name + ".shift", self.weight(name + ".bias"))
        return self._node("LayerNormalization", [x, gain, shift], output, axis=-1, epsilon=self.shape.epsilon)

    def _constant(self, name, values):
        values = np.asarray(values)
        values = np.ascontiguousarray(values) if values.ndim else values
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def _node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output
