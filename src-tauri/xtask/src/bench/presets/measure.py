"""Pitch and formants of voices, heard by other programs than the studio's.

    measure.py FILE...

Prints a JSON list: for each file the median pitch in Hz (pYIN of librosa; null where under a twentieth of the loud frames
have one) and the first three formants in Hz (poles of linear prediction of order 12 at 11 kHz in frames of 25 ms, those
under 500 Hz wide; medians over the loud frames).
"""

import json
import sys

import librosa
import numpy as np

RATE = 11_000
FRAME, HOP, ORDER = 275, 110, 12
VOICED = 0.05
QUIET_DB = 25
WIDEST = 500.0
LOWEST = 180.0


def loud(frames: np.ndarray) -> np.ndarray:
    levels = 10 * np.log10(np.mean(frames**2, axis=0) + 1e-12)
    return levels > levels.max() - QUIET_DB


def pitch(sound: np.ndarray) -> float | None:
    found, voiced, _ = librosa.pyin(sound, fmin=50, fmax=600, sr=RATE, frame_length=1024, hop_length=HOP)
    heard = loud(librosa.util.frame(np.pad(sound, 512), frame_length=1024, hop_length=HOP))[: len(voiced)]
    sung = found[: len(heard)][voiced[: len(heard)] & heard]
    return float(np.median(sung)) if len(sung) > VOICED * heard.sum() else None


def formants(sound: np.ndarray) -> list[float]:
    sharpened = librosa.effects.preemphasis(sound, coef=0.97)
    frames = librosa.util.frame(sharpened, frame_length=FRAME, hop_length=HOP)
    frames = frames[:, loud(frames)] * np.hamming(FRAME)[:, None]
    found = [of_frame(frame) for frame in frames.T]
    return [float(np.median([each[number] for each in found if len(each) > number])) for number in range(3)]


def of_frame(frame: np.ndarray) -> np.ndarray:
    poles = np.roots(librosa.lpc(frame + 1e-9 * np.random.default_rng(1).standard_normal(FRAME), order=ORDER))
    poles = poles[poles.imag > 0]
    hertz = np.angle(poles) * RATE / (2 * np.pi)
    width = -np.log(np.abs(poles)) * RATE / np.pi
    return np.sort(hertz[(width < WIDEST) & (hertz > LOWEST)])


def measure(file: str) -> dict:
    sound, _ = librosa.load(file, sr=RATE, mono=True)
    return {"pitch": pitch(sound), "formants": formants(sound)}


if __name__ == "__main__":
    json.dump([measure(file) for file in sys.argv[1:]], sys.stdout)
