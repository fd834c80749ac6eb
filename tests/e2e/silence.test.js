// No sound device: it is said clearly, and everything else works.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { ask, newestMaster, playhead, takesAre } from './room.js';
import { Studio } from './studio.js';
import { loudness } from './loudness.js';
import { until } from './wait.js';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open({ sound: false });
  studio = await Studio.open(desk);
});
after(() => desk?.close());

test('without a sound device the studio says so in words and with a way out', async () => {
  await studio.see('no-device');
  const said = await studio.text('no-device');
  assert.ok(said.length > 3, said);
  await studio.photograph('9-no-device');
});

test('without a sound device a song is made all the same', async () => {
  await ask(studio, 'lo-fi, 80 bpm, 15 seconds');
  await takesAre(studio, 1);
  assert.ok(Math.abs(loudness(newestMaster(desk.folder)).integrated + 14) <= 0.3);
  await studio.see('timeline');
});

test('a device that is lost while it plays is told, and the studio stays', async () => {
  await studio.close();
  await desk.startSound();
  studio = await Studio.open(desk);
  await takesAre(studio, 1);
  await studio.click('play');
  await until('it plays', async () => (await playhead(studio)) > 1);
  await desk.stopSound();
  await studio.see('no-device', { within: 10_000 });
  await ask(studio, 'rock, 120 bpm, 12 seconds');
  await takesAre(studio, 2);
});
