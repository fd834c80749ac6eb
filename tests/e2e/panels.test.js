// The panels of the Audio room fit the smallest screen people have and use the usual one, in both languages.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { allFits, SIZES, speakEnglish } from './fit.js';
import { rows, takeIn } from './library.js';
import { writeTone } from './sound.js';
import { Studio } from './studio.js';
import { until } from './wait.js';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

/** Panels by their names, with the keys that open them, what tells that they are open, and the keys that close them. */
const PANELS = [
  ['queue', 'q', 'queue-panel', 'q'],
  ['record', 'ctrl+r', 'recorder'],
  ['master', 'ctrl+m', 'mastering-setup'],
  ['clean', 'ctrl+k', 'cleaning-start'],
];

before(async () => {
  desk = await Desk.open();
  const folder = join(desk.folder, 'Loops');
  mkdirSync(folder);
  writeTone(join(folder, 'low.wav'), 220, { title: 'Marea baja', seconds: 8 });
  writeTone(join(folder, 'high.flac'), 880, { title: 'Luna alta en la azotea de los vecinos de enfrente', seconds: 8 });
  studio = await Studio.open(desk, { language: 'es_MX.UTF-8' });
  await takeIn(studio, folder, 2);
  await studio.click((await rows(studio))[0].id);
  studio.press('Return');
  await studio.see('stage-field');
});
after(() => desk?.close());

/** @param {string} language @param {number} width @param {string} panel */
async function look(language, width, panel) {
  await studio.photograph(`17-${language}-${width}-${panel}`);
  await allFits(studio, `${panel}, ${language} at ${width}`);
}

/** @param {string} language */
async function fits(language) {
  for (const [width, height] of SIZES) {
    await studio.resize(width, height);
    await look(language, width, 'stage');
    for (const [panel, keys, id, close = 'Escape'] of PANELS) {
      await studio.click((await rows(studio))[0].id);
      studio.press(keys);
      await studio.see(id);
      await look(language, width, panel);
      studio.press(close);
      await until(`${panel} to close`, async () => !(await studio.sees(id)));
    }
  }
}

test('the panels of the Audio room fit both screens in Spanish', () => fits('es'));

test('they fit in English too', async () => {
  await speakEnglish(studio);
  await studio.click('room-audio');
  await fits('en');
});
