"""BERT's WordPiece (uncased) written from its description, to compare the tokenizer in use with.

Devlin et al. 2019, and tokenization.py of the original BERT: clean, set Han characters apart, lower case
without accents, split at punctuation, then take the longest known piece from the left.
"""

import unicodedata

LONGEST_WORD = 100
HAN = [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
       (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)]


def encode(vocabulary, text):
    """Token ids with [CLS] and [SEP]; `vocabulary` maps a piece to its id."""
    pieces = [piece for word in _words(text) for piece in _pieces(vocabulary, word)]
    return [vocabulary[piece] for piece in ["[CLS]", *pieces, "[SEP]"]]


def _words(text):
    text = "".join(f" {c} " if _is_han(c) else c for c in map(_clean, text))
    text = unicodedata.normalize("NFD", text.lower())
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _is_punctuation(c) else c for c in text).split()


def _pieces(vocabulary, word):
    if len(word) > LONGEST_WORD:
        return ["[UNK]"]
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in vocabulary), None)
        if end is None:
            return ["[UNK]"]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces


def _clean(c):
    if c in "\t\n\r" or unicodedata.category(c) == "Zs":
        return " "
    return "" if c in "\0\ufffd" or unicodedata.category(c) in ("Cc", "Cf") else c


def _is_han(c):
    return c != "" and len(c) == 1 and any(low <= ord(c) <= high for low, high in HAN)


def _is_punctuation(c):
    ascii_sign = c.isascii() and c.isprintable() and not c.isalnum() and c != " "
    return ascii_sign or unicodedata.category(c).startswith("P")
