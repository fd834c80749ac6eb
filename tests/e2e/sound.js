// Sounds that tests make and hear: tones written by ffmpeg, and what pitch a recording of the desk has.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Frames a second of a desk's recordings. */
export const RATE = 44_100;
const BELOW = 0.01;

/**
 * Writes a tone with ffmpeg, in the format that the name says.
 * @param {string} file
 * @param {number} frequency
 * @param {{ title?: string, seconds?: number, decibels?: number }} [wishes]
 */
export function writeTone(file, frequency, { title = '', seconds = 5, decibels = -18 } = {}) {
  const source = `sine=frequency=${frequency}:sample_rate=48000:duration=${seconds},volume=${decibels + 18}dB`;
  const options = ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, '-ac', '2', '-metadata', `title=${title}`, file];
  const done = spawnSync('ffmpeg', options);
  assert.equal(done.status, 0, String(done.stderr));
}

/**
 * Returns the samples of the left channel of any file that ffmpeg reads, at 44,100 Hz.
 * @param {string} file raw recordings of a desk end in `.f32`
 */
export function samples(file) {
  if (file.endsWith('.f32')) {
    const bytes = readFileSync(file);
    const both = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 8) * 2);
    return both.filter((_, index) => index % 2 === 0);
  }
  const options = ['-v', 'error', '-i', file, '-af', 'pan=mono|c0=c0', '-ar', String(RATE), '-f', 'f32le', '-'];
  const done = spawnSync('ffmpeg', options, { maxBuffer: 1 << 28 });
  assert.equal(done.status, 0, String(done.stderr));
  return new Float32Array(done.stdout.buffer, done.stdout.byteOffset, Math.floor(done.stdout.byteLength / 4));
}

/**
 * Returns the pitch of each tenth of a second in Hz, 0 where it is silent: counted crossings of zero, upwards.
 * @param {Float32Array} sound
 */
export function pitches(sound) {
  const found = [];
  const size = RATE / 10;
  for (let from = 0; from + size <= sound.length; from += size) {
    const part = sound.subarray(from, from + size);
    const loud = part.some((value) => Math.abs(value) > BELOW);
    found.push(loud ? pitch(part) : 0);
  }
  return found;
}

/** @param {Float32Array} part */
function pitch(part) {
  const crossings = [];
  for (let index = 1; index < part.length; index++) {
    if (part[index - 1] < 0 && part[index] >= 0) crossings.push(index - part[index] / (part[index] - part[index - 1]));
  }
  if (crossings.length < 2) return 0;
  return ((crossings.length - 1) * RATE) / (crossings.at(-1) - crossings[0]);
}

/**
 * Returns how many tenths of a second have a pitch, within three percent.
 * @param {string} file
 * @param {number} frequency
 */
export const tenthsAt = (file, frequency) => pitches(samples(file)).filter((found) => Math.abs(found / frequency - 1) < 0.03).length;

/** The voices whose pitch is looked for, in Hz; what the frames of it are, at an eighth of the rate; how alike two periods are. */
const VOICES = [70, 450];
const STEP = 8;
const FRAME = 220;
const ALIKE = 0.75;

/**
 * Returns the median pitch of a voice in Hz: the lag at which each frame is most like itself.
 * @param {Float32Array} sound
 */
export function medianPitch(sound) {
  const low = new Float32Array(Math.floor(sound.length / STEP)).map((_, index) => {
    let sum = 0;
    for (let n = 0; n < STEP; n++) sum += sound[index * STEP + n];
    return sum / STEP;
  });
  const rate = RATE / STEP;
  const lags = [Math.floor(rate / VOICES[1]), Math.ceil(rate / VOICES[0])];
  const found = [];
  for (let from = 0; from + FRAME + lags[1] <= low.length; from += FRAME / 2) {
    const alike = (lag) => {
      let [both, here, there] = [0, 0, 0];
      for (let n = from; n < from + FRAME; n++) {
        both += low[n] * low[n + lag];
        here += low[n] ** 2;
        there += low[n + lag] ** 2;
      }
      return here > FRAME * BELOW ** 2 && there > 0 ? both / Math.sqrt(here * there) : 0;
    };
    const scores = [];
    for (let lag = lags[0]; lag <= lags[1]; lag++) scores.push(alike(lag));
    const most = Math.max(...scores);
    // Two periods are as alike as one: the first that nearly is the best counts.
    if (most > ALIKE) found.push(rate / (lags[0] + top(scores, scores.findIndex((score, index) => score > 0.92 * most && score >= (scores[index + 1] ?? 0)))));
  }
  assert.ok(found.length > 5, 'nobody speaks');
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)];
}

/**
 * Returns the top of the parabola through a score and its neighbours.
 * @param {number[]} scores
 * @param {number} index
 */
function top(scores, index) {
  const [before, here, after] = [scores[index - 1] ?? scores[index], scores[index], scores[index + 1] ?? scores[index]];
  const bend = before - 2 * here + after;
  return index + (bend < 0 ? (0.5 * (before - after)) / bend : 0);
}
