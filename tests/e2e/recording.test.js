// A microphone is recorded; what was played into it is kept, even when the studio dies in the middle.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { rows, rowsAre } from './library.js';
import { samples, tenthsAt, writeTone } from './sound.js';
import { Studio } from './studio.js';
import { pause, until } from './wait.js';

const TONE = 330;
const RATE = 44_100;

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;
/** @type {import('node:child_process').ChildProcess} */
let player;

before(async () => {
  desk = await Desk.open();
  const tone = join(desk.folder, 'tone.wav');
  writeTone(tone, TONE, { seconds: 300, decibels: -12 });
  player = spawn('paplay', ['-d', 'microphone', tone], { env: desk.env(), stdio: 'ignore' });
  studio = await Studio.open(desk);
  await studio.click('room-audio');
  await studio.see('library-empty');
});
after(() => {
  player?.kill('SIGKILL');
  return desk?.close();
});

const state = () => studio.driver.run(() => document.querySelector('[data-testid="record-button"]')?.dataset.state);
const stateIs = (wanted) => until(`the recorder to be ${wanted}`, async () => (await state()) === wanted, { within: 20_000 });

/** Every take that lies on the disk. */
const takes = () =>
  readdirSync(desk.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(Take|Toma) \d+.*\.wav$/.test(name))
    .map((name) => join(desk.folder, name))
    .sort();

test('the level of the input is shown before anything is recorded', async () => {
  studio.press('ctrl+r');
  await studio.see('recorder');
  await stateIs('ready');
  const advice = () => studio.driver.run(() => document.querySelector('[data-testid="record-advice"]').dataset.advice);
  await until('the level to be good', async () => (await advice()) === 'good', { within: 20_000 });
  await studio.photograph('16-recording-ready');
});

test('what is played into the microphone is in the take', async () => {
  await studio.click('record-button');
  await stateIs('recording');
  await pause(3_000);
  await studio.photograph('16-recording');
  await studio.click('record-button');
  await stateIs('ready');
  await until('the take to be listed', async () => (await studio.all('record-take')).length === 1);
  const [take] = takes();
  assert.ok(samples(take).length / RATE > 2.5);
  assert.ok(tenthsAt(take, TONE) >= 22, `${tenthsAt(take, TONE)} tenths of a second have the tone`);
  await studio.photograph('16-recording-take');
});

test('a take is there after the studio was killed in the middle of it', async () => {
  await studio.click('record-button');
  await stateIs('recording');
  await pause(4_000);
  await studio.kill();
  const take = takes().at(-1);
  assert.ok(samples(take).length / RATE > 3, `${samples(take).length / RATE} s are on the disk`);
  studio = await Studio.open(desk);
  await studio.click('room-audio');
  await rowsAre(studio, 2);
  assert.ok((await rows(studio)).some(({ text }) => /Take 2/.test(text)));
  assert.ok(tenthsAt(take, TONE) >= 25);
  await studio.photograph('16-recording-recovered');
});
