// A song and its past: versions kept and compared by ear, a branch, a merge with something to decide, a track brought
// back, and undo that outlives the studio.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { allFits, SIZES, speakEnglish } from './fit.js';
import { loudness } from './loudness.js';
import { ask, playhead, takesAre } from './room.js';
import { samples } from './sound.js';
import { Studio } from './studio.js';
import { pause, until } from './wait.js';

const IDEA = 'synthwave, 100 bpm, A minor, 24 seconds';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  studio = await Studio.open(desk);
  await ask(studio, IDEA, 11);
  await takesAre(studio, 1);
  studio.press('Escape');
});
after(() => desk?.close());

const playing = () => studio.driver.run(() => document.querySelector('[data-testid="play"]').dataset.playing === 'true');
const versions = () => studio.all('version-row');
const rowWith = (text) => studio.driver.run(centreOfRow, text);
const toast = (text) => until(`the studio to say ${text}`, async () => (await studio.all('toast')).some((each) => each.text.includes(text)));

/** Runs in the page: where the middle of the version is that tells of a text. */
function centreOfRow(text) {
  const row = [...document.querySelectorAll('[data-testid="version-row"]')].find((each) => each.innerText.includes(text));
  if (!row) return null;
  const { x, y, height } = row.getBoundingClientRect();
  return { x: Math.round(x + 220), y: Math.round(y + height / 2) };
}

/** @param {string} text of the version's message */
async function pick(text) {
  const { x, y } = await until(`the version ${text}`, () => rowWith(text));
  desk.hands('mousemove', String(x), String(y), 'click', '1');
  await until(`${text} to be picked`, async () => (await studio.text('version-name')).includes(text));
}

/**
 * Keeps a version with Ctrl+S and returns what was suggested as its message.
 * @param {string} [message] in the place of what is suggested
 */
async function keep(message) {
  studio.press('ctrl+s');
  await studio.see('version-message');
  const suggested = await until('a suggestion', () => studio.value('version-message'));
  if (message) await studio.type('version-message', message);
  studio.press('Return');
  await until('the version to be kept', async () => !(await studio.sees('version-message')));
  return suggested;
}

/** Level of a track's fader, in dB. */
const level = (track) => studio.driver.run((id) => Number(document.querySelector(`[data-testid="level-${id}"]`).getAttribute('aria-valuenow')), track);

/** @param {string} track @param {string} key @param {number} times */
async function nudge(track, key, times) {
  await studio.driver.run((id) => document.querySelector(`[data-testid="level-${id}"]`).focus(), track);
  for (let press = 0; press < times; press++) studio.press(key);
  await pause(600);
}

/** How much of a recording is high: the energy of its steps from sample to sample. */
function brightness(file) {
  const sound = samples(file);
  let [steps, all] = [0, 0];
  for (let at = 1; at < sound.length; at++) {
    steps += (sound[at] - sound[at - 1]) ** 2;
    all += sound[at] ** 2;
  }
  return steps / all;
}

/** The largest step from one sample to the next. */
function largestStep(file) {
  const sound = samples(file);
  let largest = 0;
  for (let at = 1; at < sound.length; at++) largest = Math.max(largest, Math.abs(sound[at] - sound[at - 1]));
  return largest;
}

test('Ctrl+S keeps a version, and its message is suggested in the words of music', async () => {
  await keep('The first idea');
  await studio.setSwitch('solo-bass', true);
  const suggested = await keep();
  assert.match(suggested, /bass/i, suggested);
  await studio.click('room-history');
  await until('two versions', async () => (await versions()).length >= 2);
  await studio.photograph('18-history');
});

/**
 * Plays what is under the playhead from its beginning to its end, and returns what the sound server received.
 * @param {string} name
 */
async function hearAll(name) {
  studio.press('ctrl+space');
  await until('the beginning', async () => !(await playing()) && (await playhead(studio)) === 0);
  const recording = await desk.record(name);
  // Not the space bar: the button that was clicked last has it.
  await studio.click('play');
  await until('it to play', async () => (await playhead(studio)) > 1);
  await until('it to end', async () => !(await playing()), { within: 40_000, every: 200 });
  return recording.stop();
}

test('two versions are heard at the same place and equally loud, without a click between them', async () => {
  await pick('The first idea');
  await studio.click('ab-present');
  await until('it to play', playing, { within: 60_000 });
  await pause(1_500);
  const before = await playhead(studio);
  const change = await desk.record('change');
  await pause(500);
  studio.press('x');
  await pause(1_000);
  const between = await change.stop();
  const passed = (await playhead(studio)) - before;
  assert.ok(passed > 1 && passed < 4, `the playhead went on: ${passed} s`);
  await studio.photograph('18-history-compared');
  const alone = await hearAll('alone');
  studio.press('x');
  const whole = await hearAll('whole');
  const heard = { whole: loudness(whole).integrated, alone: loudness(alone).integrated, bright: [brightness(whole), brightness(alone)] };
  const told = JSON.stringify(heard);
  assert.ok(Math.abs(heard.whole - heard.alone) < 0.7, `equally loud: ${told}`);
  assert.ok(Math.abs(Math.log(heard.bright[0] / heard.bright[1])) > 0.25, `not the same sound: ${told}`);
  assert.ok(largestStep(between) < 1.2 * Math.max(largestStep(whole), largestStep(alone)), 'no click at the change');
});

test('a branch begins at a version, and the song goes on there', async () => {
  await pick('The first idea');
  await studio.click('version-branch');
  await studio.type('branch-name', 'quiet bass');
  studio.press('Return');
  await until('to be there', async () => (await studio.text('branch-menu')).includes('quiet bass'));
  await studio.click('room-ghost');
  await until('the solo to be gone', async () => (await studio.driver.run(() => document.querySelector('[data-testid="solo-bass"]')?.getAttribute('aria-pressed'))) === 'false');
  await nudge('bass', 'Down', 6);
  await studio.setSwitch('mute-drums', true);
  await keep('Bass in the background');
});

test('the first branch is as it was left', async () => {
  await studio.click('room-history');
  await studio.click('branch-menu');
  await studio.see('branch-main');
  await studio.click('branch-main');
  await until('to be there', async () => (await studio.text('branch-menu')).includes('main'));
  await studio.click('room-ghost');
  await studio.setSwitch('solo-bass', false);
  await nudge('bass', 'Up', 4);
  await keep('Bass in front');
});

test('a merge asks what both changed, lets both be heard, and can be taken back', async () => {
  const ours = await level('bass');
  await studio.click('room-history');
  await studio.click('branch-menu');
  await studio.click('branch-merge');
  await studio.see('merge-preview');
  await until('what it would bring', async () => /bass/i.test(await studio.text('merge-preview')));
  await studio.photograph('18-history-merge');
  await studio.click('merge-begin');
  await studio.see('merge-panel', { within: 20_000 });
  assert.equal((await studio.all('conflict')).length, 1);
  await studio.photograph('18-history-conflict');
  await studio.click('hear-theirs');
  await until('it to play', playing, { within: 60_000 });
  const recording = await desk.record('theirs');
  await pause(2_000);
  assert.ok(loudness(await recording.stop()).integrated > -40);
  studio.press('ctrl+space');
  await studio.click('choose-theirs');
  await until('it to be decided', async () => !/^1 /.test(await studio.text('merge-left')));
  await studio.click('merge-close');
  await studio.click('room-ghost');
  const muted = () => studio.driver.run(() => document.querySelector('[data-testid="mute-drums"]').getAttribute('aria-pressed') === 'true');
  await until('their fader', async () => (await level('bass')) < ours);
  assert.ok(await muted(), 'what only they changed came too');
  studio.press('ctrl+z');
  await until('the merge to be taken back', async () => (await level('bass')) === ours && !(await muted()));
});

test('one track is brought back from another version, and undo knows it after the studio was closed', async () => {
  await studio.setSwitch('mute-bass', true);
  await studio.click('room-history');
  await pick('The first idea');
  await studio.click('version-restore');
  await studio.see('restore-parts');
  const bass = await until('what differs in the bass', async () => (await studio.all('part')).find(({ id }) => id === 'part-strip-bass'));
  await studio.click('restore-parts');
  await studio.click(bass.id);
  await studio.photograph('18-history-restore');
  await studio.click('restore-begin');
  await toast('The first idea');
  await studio.click('room-ghost');
  const muted = () => studio.driver.run(() => document.querySelector('[data-testid="mute-bass"]')?.getAttribute('aria-pressed') === 'true');
  await until('the bass to be heard again', async () => !(await muted()));
  assert.equal(await level('bass'), 0);
  await studio.close();
  studio = await Studio.open(desk);
  await studio.see('mute-bass', { within: 30_000 });
  assert.equal(await muted(), false);
  await studio.driver.run(() => document.activeElement?.blur());
  studio.press('ctrl+z');
  await until('the restore to be taken back', muted);
});

test('the room fits both screens in both languages', async () => {
  const look = async (language) => {
    await studio.click('room-history');
    // The picture of the README: a version that changed something.
    await pick('Bass in front');
    for (const [width, height] of SIZES) {
      await studio.resize(width, height);
      await studio.photograph(`18-${language}-${width}-history`);
      await allFits(studio, `${language} at ${width}`);
    }
  };
  await look('en');
  await studio.close();
  studio = await Studio.open(desk, { language: 'es_MX.UTF-8' });
  await look((await studio.driver.run(() => document.documentElement.lang)).slice(0, 2));
  await speakEnglish(studio);
});
