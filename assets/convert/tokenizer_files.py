"""Writes the four small files that fastembed expects beside a model.

Truncation and padding are always null: the program sets them in code, and a splitter that measures text
with a truncating tokenizer finds no text too long.
"""

import json
from pathlib import Path


def write(folder, tokenizer, config, special_tokens, tokenizer_class):
    folder = Path(folder)
    tokenizer = {**tokenizer, "truncation": None, "padding": None}
    _save(folder / "tokenizer.json", tokenizer)
    _save(folder / "config.json", config)
    _save(folder / "special_tokens_map.json", special_tokens)
    _save(folder / "tokenizer_config.json", {
        "model_max_length": config["max_position_embeddings"],
        "tokenizer_class": tokenizer_class,
        **special_tokens,
    })


def _save(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
