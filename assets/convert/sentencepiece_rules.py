"""The SentencePiece vocabulary of multilingual-e5-small in two shapes.

`as_tokenizer_json` is what the program uses. `as_sentencepiece` is the same vocabulary for Google's own
implementation; check.py compares the two. Both follow XLM-RoBERTa: text is normalised by the rules
"nmt_nfkc", a blank becomes U+2581 and stands before each word, ids are <s> 0, <pad> 1, </s> 2, <unk> 3.
"""

import base64
import io

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
BLANK = "\u2581"


def as_tokenizer_json(pieces, unknown):
    charsmap = base64.b64encode(_normalizer().precompiled_charsmap).decode()
    metaspace = {"type": "Metaspace", "replacement": BLANK, "prepend_scheme": "always", "split": True}
    begin, end = {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}
    first, second = ({"Sequence": {"id": id, "type_id": 0}} for id in "AB")
    return {
        "version": "1.0",
        "added_tokens": [_added(pieces, name) for name in SPECIAL + ["<mask>"]],
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": charsmap},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, first, end],
            "pair": [begin, first, end, end, second, end],
            "special_tokens": {name: {"id": name, "ids": [_id(pieces, name)], "tokens": [name]}
                               for name in ("<s>", "</s>")},
        },
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": unknown, "vocab": [list(piece) for piece in pieces],
                  "byte_fallback": False},
    }


def as_sentencepiece(pieces):
    """A SentencePieceProcessor whose ids are those of `pieces`."""
    model = proto.ModelProto()
    kind = proto.ModelProto.SentencePiece.Type
    for text, score in pieces:
        special = kind.UNKNOWN if text == "<unk>" else kind.CONTROL
        model.pieces.add(piece=text, score=score,
                         type=special if text in SPECIAL + ["<mask>"] else kind.NORMAL)
    model.trainer_spec.model_type = proto.TrainerSpec.UNIGRAM
    model.trainer_spec.vocab_size = len(pieces)
    model.trainer_spec.unk_id, model.trainer_spec.bos_id = 3, 0
    model.trainer_spec.eos_id, model.trainer_spec.pad_id = 2, 1
    model.normalizer_spec.CopyFrom(_normalizer())
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())


def _normalizer():
    """The library carries the rules compiled but hands them out only inside a trained model."""
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["one line of text", "another line of text"] * 50), model_writer=trained,
        vocab_size=30, hard_vocab_limit=False, normalization_rule_name="nmt_nfkc", minloglevel=2)
    model = proto.ModelProto()
    model.ParseFromString(trained.getvalue())
    return model.normalizer_spec


def _added(pieces, name):
    return {"id": _id(pieces, name), "content": name, "single_word": False, "lstrip": name == "<mask>",
            "rstrip": False, "normalized": False, "special": True}


def _id(pieces, name):
    return next(id for id, (text, _) in enumerate(pieces) if text == name)
