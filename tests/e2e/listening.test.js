// Sounds of the library are played as they are: one after the other, from anywhere, again and again, slower, against each other.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { rows, takeIn } from './library.js';
import { playhead } from './room.js';
import { tenthsAt, writeTone } from './sound.js';
import { Studio } from './studio.js';
import { pause, until } from './wait.js';

const [LOW, MIDDLE, HIGH] = [220, 440, 880];
const SECONDS = 8;

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  const folder = join(desk.folder, 'Tones');
  mkdirSync(folder);
  writeTone(join(folder, 'low.wav'), LOW, { title: 'Low', seconds: SECONDS });
  writeTone(join(folder, 'middle.flac'), MIDDLE, { title: 'Middle', seconds: SECONDS, decibels: -24 });
  writeTone(join(folder, 'high.mp3'), HIGH, { title: 'High', seconds: SECONDS });
  studio = await Studio.open(desk);
  await takeIn(studio, folder, 3);
});
after(() => desk?.close());

const rowOf = async (title) => (await rows(studio)).find(({ text }) => text.includes(title)).id;
const playing = () => studio.driver.run(() => document.querySelector('[data-testid="play"]').dataset.playing === 'true');

/** Runs in the page. */
function boxOf(id) {
  const { x, y, width, height } = document.querySelector(`[data-testid="${id}"]`).getBoundingClientRect();
  return { x, y, width, height };
}

/**
 * Moves the mouse over the picture of the sound, to a share of its width.
 * @param {number} share
 * @param {...string} then words for the hands, once it is there
 */
async function at(share, ...then) {
  const { x, y, width, height } = await studio.driver.run(boxOf, 'stage-field');
  desk.hands('mousemove', String(Math.round(x + width * share)), String(Math.round(y + height * 0.6)), ...then);
}

/** Plays a row with Enter, once its waveform can be drawn. */
async function play(title) {
  await studio.click(await rowOf(title));
  studio.press('Return');
  await until(`${title} to play`, async () => (await studio.text('transport-title')).includes(title) && (await playing()));
}

test('Enter plays a sound, and it is heard as it is', async () => {
  const recording = await desk.record('played');
  await play('Middle');
  await until('the playhead to move', async () => (await playhead(studio)) > 2);
  studio.press('space');
  await until('it to rest', async () => !(await playing()));
  assert.ok(tenthsAt(await recording.stop(), MIDDLE) >= 15);
  await studio.photograph('15-listening-wave');
});

test('a click in its picture goes there', async () => {
  await at(0.75, 'click', '1');
  await until('the playhead to be there', async () => Math.abs((await playhead(studio)) - SECONDS * 0.75) < 0.4);
});

test('a part that is drawn over is played again and again', async () => {
  await at(0.25, 'mousedown', '1');
  for (const share of [0.28, 0.32, 0.36, 0.375]) {
    await at(share);
    await pause(60);
  }
  await at(0.375, 'mouseup', '1');
  await studio.see('stage-selection');
  studio.press('l');
  await until('the loop to be on', () => studio.driver.run(() => document.querySelector('[data-testid="stage-loop"]').getAttribute('aria-pressed') === 'true'));
  await pause(500);
  if (!(await playing())) studio.press('space');
  await until('it to play', playing);
  await until('the playhead to be inside', async () => (await playhead(studio)) >= 1.9 && (await playhead(studio)) <= 3.2);
  for (let look = 0; look < 30; look++) {
    const seconds = await playhead(studio);
    assert.ok(seconds >= 1.9 && seconds <= 3.2, `the playhead is at ${seconds} s`);
    await pause(100);
  }
  await studio.photograph('15-listening-loop');
  await studio.setSwitch('stage-loop', false);
});

/** Runs in the page: the seconds that its clock and the playhead show at one moment. */
function clocks() {
  const [, minutes, seconds] = /(\d+):(\d+\.\d)/.exec(document.querySelector('[data-testid="playhead-time"]').textContent);
  return { clock: performance.now() / 1_000, sound: Number(minutes) * 60 + Number(seconds) };
}

/** Measures how much of the sound passes in a second. */
async function speed() {
  const from = await studio.driver.run(clocks);
  await pause(1_500);
  const to = await studio.driver.run(clocks);
  return (to.sound - from.sound) / (to.clock - from.clock);
}

test('half as fast it has the same pitch', async () => {
  await play('Low');
  await studio.click('stage-speed');
  await studio.setSwitch('stage-speed-0.5', true);
  studio.press('Escape');
  const recording = await desk.record('slow');
  // A busy machine shows the playhead late now and then.
  const seen = [];
  await until('half of the sound to pass in its time', async () => {
    seen.push(await speed());
    return Math.abs(seen.at(-1) - 0.5) < 0.1;
  }, { within: 9_000 }).catch((error) => assert.fail(`${error.message}: ${seen.join(', ')}`));
  assert.ok(tenthsAt(await recording.stop(), LOW) >= 10);
  await studio.click('stage-speed');
  await studio.setSwitch('stage-speed-1', true);
  studio.press('Escape');
});

test('its spectrum is drawn, and can be looked at closely', async () => {
  await studio.click('stage-look-spectrum');
  await until('the tiles to be there', () => studio.driver.run(() => document.querySelector('[data-testid="stage-spectrum"]')?.getAttribute('aria-busy') === 'false'), { within: 60_000 });
  await studio.photograph('15-listening-spectrum');
  await studio.click('stage-look-both');
  for (let step = 0; step < 3; step++) studio.press('plus');
  await pause(1_500);
  await studio.photograph('15-listening-both');
  await studio.click('stage-look-wave');
  await studio.click('stage-fit');
});

test('one sound follows the other', async () => {
  const tones = { Low: LOW, Middle: MIDDLE, High: HIGH };
  const titles = (await rows(studio)).map(({ text }) => Object.keys(tones).find((title) => text.includes(title)));
  const [first, second] = titles;
  const recording = await desk.record('followed');
  await play(first);
  await at(0.85, 'click', '1');
  await until('the next one plays', async () => (await studio.text('transport-title')).includes(second) && (await playing()), { within: 10_000 });
  await pause(1_000);
  studio.press('space');
  const file = await recording.stop();
  assert.ok(tenthsAt(file, tones[first]) >= 5 && tenthsAt(file, tones[second]) >= 5);
});

test('two sounds are compared at the same place, as loud as each other', async () => {
  await studio.click(await rowOf('Low'));
  const { x, y } = await studio.see(await rowOf('Middle'));
  desk.hands('keydown', 'ctrl', 'mousemove', String(x), String(y), 'click', '1', 'keyup', 'ctrl');
  studio.press('c');
  await studio.see('compare');
  await until('it plays', playing);
  const recording = await desk.record('compared');
  await pause(1_200);
  studio.press('x');
  await pause(1_500);
  await studio.photograph('15-listening-compare');
  const file = await recording.stop();
  assert.ok(tenthsAt(file, LOW) >= 6 && tenthsAt(file, MIDDLE) >= 6, `${tenthsAt(file, LOW)}, ${tenthsAt(file, MIDDLE)}`);
  // They are 6 dB apart; the ear's curve hears the lower one a little less.
  const gain = Number(/(\d+)[.,](\d)/.exec(await studio.text('compare-gain'))?.slice(1).join('.'));
  assert.ok(gain > 5.5 && gain < 6.1, `${gain} dB`);
  await studio.click('compare-end');
  await until('the comparison to end', async () => !(await studio.sees('compare')));
});
