// The room fits the smallest screen people have and uses the usual one, in both languages.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { allFits, SIZES, speakEnglish } from './fit.js';
import { ask, takesAre } from './room.js';
import { Studio } from './studio.js';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  studio = await Studio.open(desk, { language: 'es_MX.UTF-8' });
  await ask(studio, 'trap oscuro, 140 bpm, 30 segundos', 5);
  await takesAre(studio, 1);
  studio.press('Escape');
});
after(() => desk?.close());

/** What must be in the window without scrolling. Runs in the page. */
function inWindow(id) {
  const box = document.querySelector(`[data-testid="${id}"]`)?.getBoundingClientRect();
  return Boolean(box) && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
}

/** @param {string} language */
async function fits(language) {
  for (const [width, height] of SIZES) {
    await studio.resize(width, height);
    await studio.photograph(`11-${language}-${width}`);
    await allFits(studio, `${language} at ${width}`);
    for (const id of ['prompt', 'generate', 'play', 'export', 'jobs-button']) {
      assert.ok(await studio.driver.run(inWindow, id), `${id} at ${width} × ${height}`);
    }
    await studio.click('room-settings');
    await studio.see('language');
    await studio.photograph(`12-${language}-${width}-settings`);
    await allFits(studio, `settings, ${language} at ${width}`);
    await studio.click('room-audio');
    await studio.see('library-search');
    await studio.photograph(`13-${language}-${width}-audio`);
    await allFits(studio, `audio, ${language} at ${width}`);
    for (const id of ['library-search', 'library-import', 'empty-files']) {
      assert.ok(await studio.driver.run(inWindow, id), `${id} at ${width} × ${height}`);
    }
    await studio.click('room-ghost');
    await studio.see('prompt');
  }
}

test('the rooms and the settings fit both screens in Spanish', () => fits('es'));

test('they fit in English too', async () => {
  await speakEnglish(studio);
  await studio.click('room-ghost');
  await fits('en');
});
