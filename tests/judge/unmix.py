"""Finds the stems of a mix inside a recording: how loud each is (1 as in the mix, 0 gone), by least squares.

usage: unmix.py RECORDING STEM STEM ...; the recording is a sound file, or .f32 (stereo, 44,100 Hz, 32-bit float).
Prints {"offset": seconds, "gains": [one a stem], "unexplained": energy left over, 0 to 1}.
"""

import json
import sys

import numpy as np
import soundfile
from scipy.signal import correlate

RATE = 44_100


def read(file):
    if file.endswith(".f32"):
        return np.fromfile(file, dtype="<f4").reshape(-1, 2).astype(np.float64)
    samples, rate = soundfile.read(file, always_2d=True)
    assert rate == RATE, f"{file} is at {rate} Hz"
    return samples


def starts_at(recording, stems):
    """The sample of the recording at which the song starts; negative when its beginning was not recorded.

    Every stem votes with the height of its peak, so that a muted one cannot mislead."""
    votes = []
    for stem in stems:
        one, other = recording.sum(axis=1), stem.sum(axis=1)
        match = correlate(one, other, method="fft")
        at = int(np.argmax(np.abs(match)))
        votes.append((abs(match[at]) / (np.linalg.norm(other) + 1e-12), at - (len(other) - 1)))
    return max(votes)[1]


def overlap(recording, stems, start):
    first = max(0, start)
    length = min(len(recording) - first, min(len(stem) for stem in stems) - (first - start))
    heard = recording[first : first + length].ravel()
    parts = [stem[first - start : first - start + length].ravel() for stem in stems]
    return heard, np.stack(parts, axis=1)


def main(names):
    recording, stems = read(names[0]), [read(name) for name in names[1:]]
    start = starts_at(recording, stems)
    heard, parts = overlap(recording, stems, start)
    gains, *_ = np.linalg.lstsq(parts, heard, rcond=None)
    left = heard - parts @ gains
    unexplained = float((left @ left) / (heard @ heard + 1e-12))
    result = {"offset": start / RATE, "gains": [round(float(g), 4) for g in gains], "unexplained": unexplained}
    print(json.dumps(result))


main(sys.argv[1:])
