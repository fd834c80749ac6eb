// How late a live voice is heard, in the real window. Prints a table: `cargo xtask bench live`.
//
// Microphone and headphones are two channels each of one null sink, so that one recording holds both on one clock: what goes
// into the microphone, and what the studio makes of it.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk } from './desk.js';
import { Studio } from './studio.js';
import { pause, until } from './wait.js';

const RATE = 48_000;
const CHANNELS = 4;
/** A click: a breath of noise, which comes out of every preset where it went in; at distances that no other place has. */
const CLICK = 0.006;
const EVERY = 0.35;
const SPREAD = 0.2;
const SECONDS = 240;
const LISTENED = 12_000;
/** Seconds that one latency is taken from, and the longest that is looked for. */
const WINDOW = 2;
const LONGEST = 0.25;
/** Frames of a step of the levels: 0.5 ms. */
const STEP = 24;
/** `domain::live::PROMPT`. */
const PROMPT = 60;
const PRESETS = ['deeper', 'higher', 'woman', 'man', 'child', 'old', 'whisper', 'robot', 'telephone', 'radio', 'monster', 'choir', 'harmony', 'autotune', 'vocoder', 'doubling'];
const MODULES = [
  'module-null-sink sink_name=bus rate=48000 format=float32le channels=4 channel_map=front-left,front-right,rear-left,rear-right',
  'module-remap-sink sink_name=ear master=bus channels=2 master_channel_map=front-left,front-right channel_map=front-left,front-right remix=no',
  'module-remap-sink sink_name=mouth master=bus channels=2 master_channel_map=rear-left,rear-right channel_map=front-left,front-right remix=no',
  'module-remap-source source_name=microphone_in master=bus.monitor channels=2 master_channel_map=rear-left,rear-right channel_map=front-left,front-right remix=no',
];

/** Numbers from −1 to 1, the same each time. */
function chance() {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

/** @param {string} file */
function writeClicks(file) {
  const next = chance();
  const sound = new Float32Array(SECONDS * RATE);
  for (let at = RATE / 2; at < sound.length - RATE; at += Math.round(RATE * (EVERY + SPREAD * (0.5 + 0.5 * next())))) {
    for (let n = 0; n < CLICK * RATE; n++) sound[at + n] = 0.4 * next();
  }
  writeFileSync(`${file}.f32`, Buffer.from(sound.buffer));
  const done = spawnSync('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'f32le', '-ar', String(RATE), '-ac', '1', '-i', `${file}.f32`, '-ac', '2', file]);
  if (done.status !== 0) throw new Error(String(done.stderr));
}

/** The level of each step of two channels. */
function levels(samples, channel) {
  return Float64Array.from({ length: Math.floor(samples.length / CHANNELS / STEP) }, (_, step) => {
    let sum = 0;
    for (let n = 0; n < STEP; n++) sum += Math.abs(samples[(step * STEP + n) * CHANNELS + channel]);
    return sum;
  });
}

/** The lag in milliseconds at which what is heard follows what is said most closely, for each window. */
function latencies(file) {
  const bytes = readFileSync(file);
  const samples = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4));
  const [heard, said] = [levels(samples, 0), levels(samples, 2)];
  const [window, longest] = [(WINDOW * RATE) / STEP, (LONGEST * RATE) / STEP];
  const found = [];
  for (let from = 0; from + window + longest < said.length; from += window) {
    let [best, most] = [0, 0];
    for (let lag = 0; lag < longest; lag++) {
      let sum = 0;
      for (let n = from; n < from + window; n++) sum += said[n] * heard[n + lag];
      if (sum > most) [best, most] = [lag, sum];
    }
    if (most > 0) found.push((1_000 * best * STEP) / RATE);
  }
  return found.sort((a, b) => a - b);
}

const desk = await Desk.open();
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
try {
  for (const module of MODULES) {
    const loaded = spawnSync('pactl', ['load-module', ...module.split(' ')], { env: desk.env(), encoding: 'utf8' });
    if (loaded.status !== 0) throw new Error(loaded.stderr);
  }
  const clicks = join(desk.folder, 'clicks.wav');
  writeClicks(clicks);
  const speak = () => {
    const player = spawn('paplay', ['-d', 'mouth', clicks], { env: desk.env(), stdio: 'ignore' });
    children.push(player);
    return player;
  };
  const studio = await Studio.open(desk, { env: { PULSE_SINK: 'ear', PULSE_SOURCE: 'microphone_in' } });
  await studio.click('room-voice');
  await studio.see('voice-af_heart');
  studio.press('ctrl+m');
  await studio.see('live-switch');
  const told = (name) => studio.driver.run((key) => document.querySelector('[data-testid="live"]')?.dataset[key] ?? '', name);
  console.log('| preset | heard after, median | least | most | the studio says | |');
  console.log('|---|---|---|---|---|---|');
  for (const preset of PRESETS) {
    await studio.click(`modulation-${preset}`);
    if ((await told('on')) !== 'true') studio.press('ctrl+shift+l');
    await until('it to be on', async () => (await told('on')) === 'true');
    const player = speak();
    // The clocks are known after a moment.
    await pause(3_000);
    const file = join(desk.folder, `${preset}.f32`);
    const output = openSync(file, 'w');
    const parec = spawn('parec', ['-d', 'bus.monitor', '--format=float32le', `--rate=${RATE}`, `--channels=${CHANNELS}`, '--channel-map=front-left,front-right,rear-left,rear-right', '--raw'], { env: desk.env(), stdio: ['ignore', output, 'ignore'] });
    children.push(parec);
    closeSync(output);
    await pause(LISTENED);
    const says = await told('latency');
    parec.kill('SIGTERM');
    await until('the recorder ended', () => parec.exitCode !== null || parec.signalCode);
    player.kill('SIGTERM');
    const found = latencies(file);
    const median = found[Math.floor(found.length / 2)];
    const word = (value) => (value === undefined ? '–' : `${value.toFixed(1)} ms`);
    console.log(`| ${preset} | ${word(median)} | ${word(found[0])} | ${word(found.at(-1))} | ${says} ms | ${median <= PROMPT ? '' : 'late'} |`);
  }
  await studio.close();
} finally {
  for (const child of children) child.kill('SIGKILL');
  await desk.close();
}
