"""Finds the stems of a mix inside a recording: how loud each is (1 as in the mix, 0 gone), by least squares.

usage: unmix.py RECORDING STEM STEM ...; the recording is a sound file, or .f32 (stereo, 44,100 Hz, 32-bit float).
Prints {"offset": seconds, "gains": [one a stem], "unexplained": energy left over, 0 to 1, "slips": [seconds, ...]}.

A busy machine drops a few milliseconds now and then, and everything after such a slip is late. So the recording is laid
over the stems in short windows, each near the place of the one before; slips are told, not hidden.
"""

import json
import sys

import numpy as np
import soundfile
from scipy.signal import correlate

RATE = 44_100
WINDOW = RATE // 2
# How far one window may lie from where the last one was.
REACH = 3 * RATE // 10
SILENT = 1e-4
# Windows with a slip in their middle fit nowhere; the worst ones are left out.
KEPT = 0.85


def read(file):
    if file.endswith(".f32"):
        return np.fromfile(file, dtype="<f4").reshape(-1, 2).astype(np.float64)
    samples, rate = soundfile.read(file, always_2d=True)
    assert rate == RATE, f"{file} is at {rate} Hz"
    return samples


def loud(samples):
    return np.sqrt(np.mean(samples**2)) > SILENT


def lag(heard, reference):
    """The place of `heard` inside `reference`, and how sure it is (normalised correlation)."""
    match = correlate(reference, heard, mode="valid", method="fft")
    sums = np.concatenate([[0.0], np.cumsum(reference**2)])
    energy = sums[len(heard) :] - sums[: -len(heard)]
    likeness = match / np.sqrt(np.maximum(energy, 1e-9) * np.sum(heard**2))
    at = int(np.argmax(likeness))
    return at, likeness[at]


def place(heard, references, around):
    """The sample of the song at which a window starts, by whichever reference knows it best: the mix, or one stem when
    the rest is muted."""
    first = 0 if around is None else max(0, around - REACH)
    last = None if around is None else around + len(heard) + REACH
    found = []
    for reference in references:
        part = reference[first:last]
        if len(part) >= len(heard) and loud(part):
            at, likeness = lag(heard, part)
            found.append((likeness, first + at))
    return max(found, default=(0.0, None))


def laid(recording, stems):
    """Pairs of a window of the recording and the same moment of every stem, with the moment."""
    mono = recording.mean(axis=1)
    whole = [stem.mean(axis=1) for stem in stems]
    references = [np.sum(whole, axis=0), *whole]
    around, pairs = None, []
    for start in range(0, len(mono) - WINDOW, WINDOW):
        heard = mono[start : start + WINDOW]
        if not loud(heard):
            continue
        likeness, at = place(heard, references, around)
        if at is None or likeness < 0.3:
            around = None if around is None else around + WINDOW
            continue
        around = at + WINDOW
        parts = np.stack([stem[at : at + WINDOW].ravel() for stem in stems], axis=1)
        pairs.append((start, at, recording[start : start + WINDOW].ravel(), parts))
    return pairs


def solve(pairs):
    heard = np.concatenate([pair[2] for pair in pairs])
    parts = np.concatenate([pair[3] for pair in pairs])
    gains, *_ = np.linalg.lstsq(parts, heard, rcond=None)
    left = heard - parts @ gains
    return gains, float(left @ left / (heard @ heard + 1e-12))


def main(names):
    recording, stems = read(names[0]), [read(name) for name in names[1:]]
    length = min(len(stem) for stem in stems)
    pairs = laid(recording, [stem[:length] for stem in stems])
    assert pairs, "nothing of the stems was found in the recording"
    gains, _ = solve(pairs)
    misfit = [np.mean((heard - parts @ gains) ** 2) / np.mean(heard**2) for _, _, heard, parts in pairs]
    best = [pairs[index] for index in sorted(np.argsort(misfit)[: max(1, int(len(pairs) * KEPT))])]
    gains, unexplained = solve(best)
    offsets = [(start - at) / RATE for start, at, _, _ in best]
    slips = [round(late, 4) for late in np.diff(offsets) if abs(late) > 0.001]
    result = {"offset": offsets[0], "gains": [round(float(g), 4) for g in gains], "unexplained": unexplained}
    print(json.dumps({**result, "slips": slips}))


main(sys.argv[1:])
