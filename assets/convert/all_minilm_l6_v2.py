"""all-MiniLM-L6-v2: `all_minilm_l6_v2.py SOURCE FOLDER` writes model and tokenizer.

SOURCE holds the original `model.safetensors`, `config.json` and `tokenizer.json`.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import bert
import tokenizer_files

# Our names (see bert.py) -> those in model.safetensors.
EMBEDDINGS = {"words": "word_embeddings.weight", "positions": "position_embeddings.weight",
              "types": "token_type_embeddings.weight",
              "norm.weight": "LayerNorm.weight", "norm.bias": "LayerNorm.bias"}
LAYER = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
         "attended": "attention.output.dense", "attended_norm": "attention.output.LayerNorm",
         "grow": "intermediate.dense", "shrink": "output.dense", "norm": "output.LayerNorm"}


# The first layer's outliers do more harm in int8 than all else, and a float layer in its place costs 7 % of the speed
# (docs/DECISIONS.md).
EXACT = ("layer.0.shrink",)


def main(source, folder):
    source = Path(source)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    shape, weight = load(source, config)
    bert.write_encoder(shape, weight, Path(folder) / "model.onnx", exact=EXACT)
    tokenizer_files.write(
        folder, json.loads((source / "tokenizer.json").read_text(encoding="utf-8")), config,
        {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
         "mask_token": "[MASK]"},
        "BertTokenizer")


def load(source, config):
    """The shape and `weight(name)` for bert.py."""
    tensors = load_file(source / "model.safetensors")

    def weight(name):
        if name in EMBEDDINGS:
            return tensors["embeddings." + EMBEDDINGS[name]].astype(np.float32)
        _, n, part, kind = name.split(".")
        return tensors[f"encoder.layer.{n}.{LAYER[part]}.{kind}"].astype(np.float32)

    return bert.Shape(config["hidden_size"], config["num_hidden_layers"], config["num_attention_heads"],
                      config["layer_norm_eps"]), weight


if __name__ == "__main__":
    main(*sys.argv[1:])
