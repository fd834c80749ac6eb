// A microphone, live: its voice is heard changed, late by as little as it says, and what is said into it is written down; the sound card is pulled out.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { allFits, SIZES, speakEnglish } from './fit.js';
import { medianPitch, samples } from './sound.js';
import { root, Studio } from './studio.js';
import { pause, until } from './wait.js';

const SPEECH = join(root, 'tests/fixtures/speech');
/** A model is read from disk before the first word. */
const SLOW = { within: 180_000, every: 250 };
const LISTENED = 6_000;
const ATTEMPTS = 8;
/** Semitones of the presets. */
const HIGHER = 3;
const DEEPER = -3;
const WORDS = ['necesito', 'volumen', 'favor'];

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;
/** @type {import('node:child_process').ChildProcess} */
let player;

before(async () => {
  desk = await Desk.open();
  // With a pause behind each sentence, as somebody who dictates.
  const speech = join(desk.folder, 'speech.wav');
  const made = spawnSync('ffmpeg', ['-loglevel', 'error', '-y', '-i', join(SPEECH, 'spanish.wav'), '-af', 'apad=pad_dur=1.5,aloop=loop=100:size=83554', '-t', '300', '-ar', '48000', '-ac', '2', speech]);
  assert.equal(made.status, 0, String(made.stderr));
  player = spawn('paplay', ['-d', 'microphone', speech], { env: desk.env(), stdio: 'ignore' });
  studio = await Studio.open(desk);
  await studio.click('room-voice');
  await studio.see('voice-af_heart');
});
after(() => {
  player?.kill('SIGKILL');
  return desk?.close();
});

const count = (id) => studio.driver.run((testId) => document.querySelectorAll(`[data-testid="${testId}"]`).length, id);
const told = (id, name) => studio.driver.run((testId, key) => document.querySelector(`[data-testid="${testId}"]`)?.dataset[key] ?? '', id, name);
const modeIs = (wanted) => until(`the mode ${wanted}`, async () => (await told('voice-room', 'mode')) === wanted);
const liveIs = (on) => until(`live to be ${on}`, async () => (await told('live', 'on')) === String(on), { within: 20_000 });
const semitones = (hertz, reference) => 12 * Math.log2(hertz / reference);

/** The median pitch; none where nobody is heard. */
function pitchOf(sound) {
  try {
    return medianPitch(sound);
  } catch {
    return Number.NaN;
  }
}

/** Waits until a voice is heard moved by so many semitones: a machine with other work breaks what it changes live. */
async function heard(name, own, moved) {
  const pitches = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const recording = await desk.record(`${name}-${attempt}`);
    await pause(LISTENED);
    pitches.push(pitchOf(samples(await recording.stop())));
    if (Math.abs(semitones(pitches.at(-1), own) - moved) < 1) return;
  }
  assert.fail(`${own} Hz became ${pitches.join(', ')} Hz`);
}

test('the voice in the microphone is heard changed, and another preset at once', async () => {
  studio.press('ctrl+m');
  await modeIs('modulate');
  await studio.click('modulation-higher');
  studio.press('ctrl+shift+l');
  await liveIs(true);
  await studio.see('live-headphones');
  await until('the latency to be measured', async () => Number(await told('live', 'latency')) > 0, { within: 20_000 });
  const own = medianPitch(samples(join(SPEECH, 'spanish.wav')));
  await heard('higher', own, HIGHER);
  await studio.photograph('22-live');
  await studio.click('modulation-deeper');
  await pause(500);
  await heard('deeper', own, DEEPER);
  // The conversion alone takes 10 ms; other work on the machine makes it late for a while.
  await until('a latency of devices that are in step', async () => {
    const latency = Number(await told('live', 'latency'));
    return latency > 10 && latency < 120;
  }, { within: 60_000 });
});

test('it is quiet once it is switched off', async () => {
  studio.press('ctrl+shift+l');
  await liveIs(false);
  const recording = await desk.record('off');
  await pause(1_500);
  const sound = samples(await recording.stop());
  assert.ok(sound.every((value) => Math.abs(value) < 0.001));
});

test('what is dictated is written down while somebody speaks on, and kept with its recording', async () => {
  studio.press('ctrl+l');
  await modeIs('listen');
  studio.press('ctrl+d');
  await studio.see('dictation', { within: 20_000 });
  await until('the first phrase', async () => (await count('dictated-line')) > 0, SLOW);
  assert.equal(await told('dictation', 'state'), 'listening');
  const lines = await count('dictated-line');
  await until('the next phrase', async () => (await count('dictated-line')) > lines, SLOW);
  await studio.photograph('22-dictation');
  studio.press('Escape');
  await until('it to be over', async () => !(await studio.sees('dictation')), SLOW);
  await until('its transcript', async () => (await count('word')) > 0, SLOW);
  const said = async () => (await studio.all('transcript-line')).filter(({ id }) => id === 'transcript-line').map(({ text }) => text).join(' ').toLowerCase();
  // What is not painted yet has no text.
  await until('the transcript to be painted', async () => (await said()).trim() !== '', { within: 20_000 });
  const words = await said();
  for (const word of WORDS) assert.ok(words.includes(word), `${word} is not in: ${words}`);
  await studio.photograph('22-dictated');
});

test('both fit both screens, in both languages', async () => {
  for (const language of ['en', 'es']) {
    if (language === 'en') await speakEnglish(studio);
    else {
      await studio.click('room-settings');
      await studio.click('language');
      await studio.click('option-es');
      await until('Spanish', async () => (await studio.driver.run(() => document.documentElement.lang)).startsWith('es'));
    }
    for (const [width, height] of SIZES) {
      await studio.resize(width, height);
      await studio.click('room-voice');
      await studio.click('mode-modulate');
      await modeIs('modulate');
      await studio.click('live-switch');
      await liveIs(true);
      await studio.photograph(`22-${language}-${width}-live`);
      await allFits(studio, `live, ${language} at ${width}`);
      await studio.click('live-switch');
      await liveIs(false);
    }
  }
});

test('it ends, and says why, when the sound card is pulled out', async () => {
  await studio.click('live-switch');
  await liveIs(true);
  await desk.stopSound();
  await liveIs(false);
  await studio.see('live-problem');
  await studio.photograph('22-live-lost');
});
