"""Checks a converted model: `check.py NAME FOLDER`. Ends with an error when something differs.

- Embeddings of ten sentences against `reference/NAME.json`: against the vectors this conversion gave when
  it was accepted, and against those of the unquantised model (see reference.py).
- Token ids of `TEXTS` against a second implementation of the tokenizer.
- The tokenizer neither truncates nor pads.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import sentencepiece_rules
import wordpiece
from float_bert import unit

SAME = 0.999
# Cosine to the unquantised model. The worst of ten measured: .993 for e5, .984 for MiniLM.
EXACT = {"multilingual-e5-small": 0.99, "all-MiniLM-L6-v2": 0.98}
TEXTS = [
    "", " ", "a", "Hello, world!", "  two  blanks  and a\ttab\nnew line ", "naïve café Ångström",
    "Straße Übergröße Österreich", "It's 3,141.59 €/m² — or ≈ 10⁻³?", "user@example.org", "C:\\Temp\\a_b.txt",
    "会议将于下周三在北京举行。", "領収書は確定申告のために保管してください。", "계약서는 서명되었습니다.", "Договор аренды подписан",
    "يجب تقديم الطلب قبل نهاية الشهر", "यह एक परीक्षण है", "ﬁnancial ① ½ ＦＵＬＬ ｗｉｄｔｈ", "emoji 🙂 👩‍👩‍👧 flags 🇩🇪",
    "soft\u00adhyphen zero\u200bwidth no\u00a0break", "x" * 120, "query: how are passports renewed",
]


def main(name, folder):
    folder = Path(folder)
    rules = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    expect(rules["truncation"] is None and rules["padding"] is None, "the tokenizer truncates or pads")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    check_tokens(tokenizer, rules["model"])
    reference = json.loads((Path(__file__).parent / "reference" / f"{name}.json").read_text(encoding="utf-8"))
    check_vectors(embed_all(folder / "model.onnx", tokenizer, reference["texts"]), reference, EXACT[name])


def check_tokens(tokenizer, rules):
    second = second_tokenizer(rules)
    for text in TEXTS:
        ours, theirs = tokenizer.encode(text).ids, second(text)
        expect(ours == theirs, f"token ids differ for {text!r}: {ours} and {theirs}")


def second_tokenizer(rules):
    if rules["type"] == "Unigram":
        processor = sentencepiece_rules.as_sentencepiece(rules["vocab"])
        return lambda text: [0, *processor.encode(text), 2]
    return lambda text: wordpiece.encode(rules["vocab"], text)


def embed_all(model, tokenizer, texts):
    """One text at a time: int8 results depend on the whole batch, and the program does the same."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    return [unit(_hidden(session, tokenizer.encode(text).ids).mean(axis=0)) for text in texts]


def _hidden(session, ids):
    ids = np.array([ids], np.int64)
    return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]


def check_vectors(vectors, reference, exact):
    for kind, least in (("converted", SAME), ("exact", exact)):
        cosines = [float(unit(np.array(known)) @ vector) for known, vector in zip(reference[kind], vectors)]
        print(f"  cosine to the {kind} vectors: least {min(cosines):.5f}, asked {least}")
        expect(min(cosines) >= least, f"an embedding is too far from its {kind} reference")


def expect(condition, message):
    if not condition:
        sys.exit(f"check failed: {message}")


if __name__ == "__main__":
    main(*sys.argv[1:])
