"""Python's fastembed with a float model on the texts of the bench: one JSON line a figure.

`fastembed_bench.py NAME FOLDER TEXTS OURS`: FOLDER holds the float model with its tokenizer, TEXTS is a JSON list with the
model's prefix before each, OURS what our model made of them: 384 float32 a text.
"""

import json
import resource
import sys
import time

import numpy as np
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType


def main(name, folder, texts, ours):
    texts = json.load(open(texts, encoding="utf-8"))
    ours = np.fromfile(ours, np.float32).reshape(len(texts), -1)
    TextEmbedding.add_custom_model(
        model="bench/" + name, pooling=PoolingType.MEAN, normalization=True, sources=ModelSource(hf="bench/" + name),
        dim=ours.shape[1], model_file="model.onnx")
    model = TextEmbedding("bench/" + name, specific_model_path=folder, threads=1)
    list(model.embed(["ready"]))
    best = None
    for batch in (1, 16):
        began, spent = time.monotonic(), cpu()
        theirs = np.array(list(model.embed(texts, batch_size=batch)), np.float32)
        figures = len(texts) / (cpu() - spent), len(texts) / (time.monotonic() - began)
        best = max(best or figures, figures)
    tell("fastembed_passages_per_cpu_s", best[0])
    tell("fastembed_passages_per_s", best[1])
    tell("fastembed_peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    cosine = (theirs * ours).sum(axis=1) / np.linalg.norm(theirs, axis=1) / np.linalg.norm(ours, axis=1)
    tell("cosine_to_float_mean", cosine.mean())
    tell("cosine_to_float_least", cosine.min())


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def tell(metric, value):
    print(json.dumps({"metric": metric, "value": round(float(value), 4)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
