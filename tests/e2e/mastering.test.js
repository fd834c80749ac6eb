// Three sounds are brought to a loudness; another meter agrees with what is told of each.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { rowsAre, takeIn } from './library.js';
import { loudness } from './loudness.js';
import { writeTone } from './sound.js';
import { Studio } from './studio.js';
import { until } from './wait.js';

const TARGET = -14;

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;
/** @type {string} */
let folder;

before(async () => {
  desk = await Desk.open({ sound: false });
  folder = join(desk.folder, 'Mixes');
  mkdirSync(folder);
  writeTone(join(folder, 'quiet.wav'), 300, { title: 'Quiet', decibels: -36 });
  writeTone(join(folder, 'middle.flac'), 500, { title: 'Middle', decibels: -24 });
  writeTone(join(folder, 'loud.mp3'), 700, { title: 'Loud', decibels: -6 });
  studio = await Studio.open(desk);
  await takeIn(studio, folder, 3);
});
after(() => desk?.close());

test('what the masters will be is told before they are made', async () => {
  await studio.click((await rowsAre(studio, 3))[0].id);
  studio.press('ctrl+a');
  studio.press('ctrl+m');
  await studio.see('mastering-setup');
  assert.equal((await studio.all('master-file')).length, 3);
  await studio.click('preset-streaming');
  await studio.click('format-flac');
  await studio.photograph('17-mastering-setup');
});

test('three sounds are mastered, and another meter finds the loudness', async () => {
  await studio.click('mastering-start');
  await studio.see('mastering-results');
  const done = async () => (await studio.all('master-result')).filter(({ state }) => state === 'done').length === 3;
  await until('three masters', done, { within: 60_000, every: 200 });
  await studio.photograph('17-mastering-results');
  const masters = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /[\\/].*\.flac$/.test(name));
  assert.equal(masters.length, 3, masters.join());
  for (const name of masters) {
    const { integrated, truePeak } = loudness(join(folder, name));
    assert.ok(Math.abs(integrated - TARGET) <= 0.15, `${name} has ${integrated} LUFS`);
    assert.ok(truePeak <= -0.9, `${name} has ${truePeak} dBTP`);
  }
});

test('the masters are in the library beside their sources', async () => {
  await studio.click('mastering-done');
  await rowsAre(studio, 6);
});
