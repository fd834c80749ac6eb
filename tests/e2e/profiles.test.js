// A voice of one's own: recorded with the microphone, checked, cleaned, consented to; its closest voice is found, speaks, is
// changed and heard; with the keys, in both sizes and both languages.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { allFits, SIZES, speakEnglish } from './fit.js';
import { drop } from './library.js';
import { RATE, samples } from './sound.js';
import { root, Studio } from './studio.js';
import { pause, until } from './wait.js';

const SPEECH = join(root, 'tests/fixtures/speech');
const TEXT = 'Buenas noches. Esta es la voz más parecida que tiene el estudio.';
/** A model is read from disk before the first word. */
const SLOW = { within: 180_000, every: 250 };
/** The first search in a language listens to every voice of the studio; Spanish has three. */
const SEARCH = { within: 600_000, every: 500 };
/** So long is read into the microphone, in milliseconds. */
const READING = 18_000;
/** Samples under this are silence. */
const SILENT = 0.005;
const CHECKS = ['level', 'noise', 'clipping', 'duration', 'speakers'];

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;
/** @type {import('node:child_process').ChildProcess} */
let player;

before(async () => {
  desk = await Desk.open();
  const speech = join(desk.folder, 'speech.wav');
  const looped = spawnSync('ffmpeg', ['-loglevel', 'error', '-y', '-stream_loop', '-1', '-i', join(SPEECH, 'spanish.wav'), '-t', '300', '-ar', '48000', '-ac', '2', speech]);
  assert.equal(looped.status, 0, String(looped.stderr));
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
const mode = () => studio.driver.run(() => document.querySelector('[data-testid="voice-room"]')?.dataset.mode);
const modeIs = (wanted) => until(`the mode ${wanted}`, async () => (await mode()) === wanted);
const playing = () => studio.driver.run(() => document.querySelector('[data-testid="play"]').dataset.playing === 'true');
const recorder = () => studio.driver.run(() => document.querySelector('[data-testid="record-button"]')?.dataset.state);
const recorderIs = (wanted) => until(`the recorder to be ${wanted}`, async () => (await recorder()) === wanted, { within: 20_000 });
/** What an element says of itself in its data, by name. */
const told = (id, name) => studio.driver.run((testId, key) => document.querySelector(`[data-testid="${testId}"]`)?.dataset[key] ?? '', id, name);

/** Returns how many seconds of a recording are not silent. */
function audible(file) {
  const sound = samples(file);
  const size = RATE / 100;
  let parts = 0;
  for (let from = 0; from + size <= sound.length; from += size) if (sound.subarray(from, from + size).some((value) => Math.abs(value) > SILENT)) parts += 1;
  return parts / 100;
}

/** Plays what a button plays to its end, and returns how many seconds of it were heard. */
async function heard(button, name) {
  const recording = await desk.record(name);
  await studio.click(button);
  await until('it to play', playing, SLOW);
  await until('it to end', async () => !(await playing()), { within: 60_000 });
  return audible(await recording.stop());
}

test('a profile is made with the keys', async () => {
  studio.press('ctrl+o');
  await modeIs('own');
  await studio.see('profiles-none');
  await studio.click('profile-new');
  await studio.see('profile-form');
  await studio.type('profile-form-name', 'Ana');
  await studio.click('profile-form-es');
  await studio.click('profile-form-others');
  await studio.click('profile-create');
  await studio.see('samples-none');
  assert.equal(await studio.value('profile-name'), 'Ana');
  await studio.photograph('21-own-empty');
});

test('a sample is recorded while the script is read, and checked', async () => {
  studio.press('ctrl+r');
  await studio.see('sample-recorder');
  await recorderIs('ready');
  await studio.see('script-line');
  const first = await studio.text('script-line');
  studio.press('ctrl+r');
  await recorderIs('recording');
  await pause(READING / 2);
  studio.press('Right');
  await until('the next sentence', async () => (await told('script', 'line')) === '1');
  assert.notEqual(await studio.text('script-line'), first);
  await studio.photograph('21-own-recording');
  await pause(READING / 2);
  studio.press('space');
  await until('the sample to be listed', async () => (await count('sample')) === 1, SLOW);
  assert.equal(await studio.sees('sample-recorder'), false);
  for (const check of CHECKS) await studio.see(`check-${check}`);
  assert.equal(await told('check-speakers', 'verdict'), 'good');
  assert.equal(await told('check-duration', 'verdict'), 'good');
  assert.notEqual(await told('sample', 'verdict'), 'unusable');
  await studio.photograph('21-own-sample');
});

test('it is heard', async () => {
  const seconds = await heard('sample-play', 'sample');
  assert.ok(seconds > 5, `${seconds} s were heard`);
});

test('it is cleaned, brought back and cleaned again', async () => {
  await studio.click('sample-clean');
  await studio.see('sample-cleaned', SLOW);
  assert.equal(await told('check-level', 'verdict'), 'good');
  await studio.click('sample-restore');
  await until('the original to be back', async () => (await told('sample', 'cleaned')) === 'false', SLOW);
  await studio.click('sample-clean');
  await studio.see('sample-cleaned', SLOW);
});

test('the closest voice is looked for once the person has consented', async () => {
  await studio.see('consent-missing');
  studio.press('ctrl+Return');
  await studio.see('consent-form');
  await studio.photograph('21-own-consent');
  await studio.type('consent-purpose', 'a test of the studio');
  await studio.click('consent-sure');
  await studio.click('consent-confirm');
  await until('the form to be closed', async () => !(await studio.sees('consent-form')));
  assert.match(await studio.text('receipt'), /Ana · a test of the studio/);
  await studio.see('voice-jobs');
  await until('the closest voice to be found', async () => (await told('closest', 'found')) === 'true', SEARCH);
  assert.match(await studio.text('closest-similarity'), /\d+ % → \d+ %/);
  assert.match(await studio.text('closest'), /not a clone/);
  assert.ok((await studio.text('closest-blend')).length > 2);
  await studio.photograph('21-own-closest');
});

test('it speaks, and is heard', async () => {
  await studio.click('closest-speak');
  await modeIs('speak');
  const chosen = () => studio.driver.run(() => document.querySelector('[data-testid^="voice-profile:"]')?.getAttribute('aria-checked'));
  await until('it to be chosen', async () => (await chosen()) === 'true');
  await studio.fill('speech-text', TEXT);
  studio.press('ctrl+Return');
  await until('it to be spoken', async () => (await count('spoken')) === 1, SLOW);
  const seconds = await heard('spoken-play', 'closest');
  assert.ok(seconds > 2 && seconds < 15, `${seconds} s were heard`);
  await studio.photograph('21-own-spoken');
});

test('what it said is changed, and heard', async () => {
  await studio.click('spoken-modulate');
  await modeIs('modulate');
  await studio.click('modulation-monster');
  studio.press('ctrl+Return');
  await until('it to be made', async () => (await count('changed')) === 1, SLOW);
  const seconds = await heard('changed-play', 'changed');
  assert.ok(seconds > 2, `${seconds} s were heard`);
});

test('a voice is turned toward that of the profile, and heard', async () => {
  const made = await count('changed');
  const card = await studio.driver.run(() => document.querySelector('button[data-testid^="toward-"]').dataset.testid);
  await studio.click(card);
  await studio.see('engine-matching');
  await studio.photograph('21-toward');
  studio.press('ctrl+Return');
  await until('it to be made', async () => (await count('changed')) === made + 1, SLOW);
  assert.match(await studio.text('changed-alike'), /^Similarity \d+ % → \d+ %$/);
  await studio.photograph('21-turned');
  const seconds = await heard('changed-play', 'toward');
  assert.ok(seconds > 2, `${seconds} s were heard`);
  await allFits(studio, 'toward a voice');
});

test('a blend of two voices is heard', async () => {
  studio.press('ctrl+t');
  await modeIs('speak');
  await studio.click('voice-af_heart');
  await studio.click('blend-begin');
  await until('two parts', async () => (await count('blend-part')) === 2);
  assert.match(await told('blend', 'voice'), /^af_heart\*0\.5\+\w+\*0\.5$/);
  const seconds = await heard('blend-hear', 'blend');
  assert.ok(seconds > 1, `${seconds} s were heard`);
  await studio.click('blend-end');
});

test('a sample that is dropped needs the consent anew', async () => {
  studio.press('ctrl+o');
  await modeIs('own');
  await studio.see('consent-given');
  await drop(studio, join(SPEECH, 'english.wav'));
  await until('two samples', async () => (await count('sample')) === 2, SLOW);
  await studio.see('consent-missing');
  await until('another voice to be due', async () => (await told('closest', 'found')) === 'false');
});

/** @param {string} language */
async function fits(language) {
  for (const [width, height] of SIZES) {
    await studio.resize(width, height);
    await studio.click('room-voice');
    await studio.click('mode-own');
    await studio.see('sample');
    await studio.photograph(`21-${language}-${width}-own`);
    await allFits(studio, `own voices, ${language} at ${width}`);
    await studio.click('sample-record');
    await recorderIs('ready');
    await studio.see('script-line');
    await studio.photograph(`21-${language}-${width}-own-record`);
    await allFits(studio, `recording a sample, ${language} at ${width}`);
    studio.press('Escape');
    await until('the recorder to be closed', async () => !(await studio.sees('sample-recorder')));
    await studio.click('consent-give');
    await studio.see('consent-form');
    await allFits(studio, `consent, ${language} at ${width}`);
    studio.press('Escape');
    await until('the form to be closed', async () => !(await studio.sees('consent-form')));
  }
}

test('own voices fit both screens in English', async () => {
  await speakEnglish(studio);
  await fits('en');
});

test('they fit in Spanish too', async () => {
  await studio.click('room-settings');
  await studio.click('language');
  await studio.click('option-es');
  await until('Spanish', async () => (await studio.driver.run(() => document.documentElement.lang)).startsWith('es'));
  await fits('es');
});

test('what was read is kept when the microphone is pulled out, and without one it is said what to do', async () => {
  const samples = await count('sample');
  await studio.click('sample-record');
  await recorderIs('ready');
  studio.press('ctrl+r');
  await recorderIs('recording');
  await pause(READING / 3);
  await desk.stopSound();
  await until('it to be told', async () => (await studio.sees('recorder-problem')) || (await studio.sees('recorder-none')), { within: 20_000 });
  await studio.photograph('21-own-lost');
  studio.press('Escape');
  await until('the recorder to be closed', async () => !(await studio.sees('sample-recorder')));
  await until('the cut sample to be listed', async () => (await count('sample')) === samples + 1, SLOW);
  await studio.click('sample-record');
  await studio.see('recorder-none', { within: 20_000 });
  await studio.see('recorder-again');
  await studio.photograph('21-own-none');
});
