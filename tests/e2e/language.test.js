// Both languages: the system's at first, then whatever is chosen.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { ask, takesAre } from './room.js';
import { Studio } from './studio.js';
import { until } from './wait.js';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  studio = await Studio.open(desk, { language: 'es_ES.UTF-8' });
});
after(() => desk?.close());

test('a Spanish system gets a Spanish studio that understands Spanish', async () => {
  const page = await studio.driver.run(() => document.documentElement.lang);
  assert.match(page, /^es/);
  assert.match(await studio.text('generate'), /generar|crear/i);
  await studio.fill('prompt', 'reggaetón oscuro en la menor, 95 bpm, sin piano, 15 segundos');
  await until('the tempo is understood', async () => (await studio.text('chip-tempo')).includes('95'));
  assert.match(await studio.text('chip-without'), /piano/i);
  await studio.photograph('8-spanish');
});

test('the language is changed without losing what was typed', async () => {
  const typed = await studio.value('prompt');
  await studio.click('room-settings');
  await studio.click('language');
  await studio.click('option-en');
  await until('English', async () => (await studio.driver.run(() => document.documentElement.lang)).startsWith('en'));
  await studio.photograph('8-settings');
  await studio.click('room-ghost');
  assert.match(await studio.text('generate'), /generate|create|make/i);
  assert.equal(await studio.value('prompt'), typed);
  await ask(studio, 'house, 124 bpm, 12 seconds');
  await takesAre(studio, 1);
});
