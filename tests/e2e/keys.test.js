// Keyboard first: the global keys do what the help sheet says.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { ask, takes, takesAre } from './room.js';
import { Studio } from './studio.js';
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

test('Ctrl+P goes to the idea and Ctrl+L to the lyrics', async () => {
  await studio.see('ready');
  studio.press('ctrl+p');
  await until('the idea has the keys', async () => (await studio.focused()) === 'prompt');
  studio.press('ctrl+l');
  await until('the lyrics have the keys', async () => (await studio.focused()) === 'lyrics');
});

test('Ctrl+? opens the sheet of all keys and Escape closes it', async () => {
  studio.press('ctrl+question');
  await studio.see('help-sheet');
  assert.match(await studio.text('help-sheet'), /G/);
  await studio.photograph('10-keys');
  studio.press('Escape');
  await until('the sheet is closed', async () => !(await studio.sees('help-sheet')));
});

test('Ctrl+Tab goes from room to room', async () => {
  studio.press('ctrl+Tab');
  await studio.see('voice-room');
  studio.press('ctrl+Tab');
  await studio.see('library-search');
  studio.press('ctrl+Tab');
  await studio.see('history-room');
  studio.press('ctrl+Tab');
  await studio.see('language');
  studio.press('ctrl+Tab');
  await studio.see('prompt');
});

test('Ctrl+G without an idea makes nothing and says where to write', async () => {
  await studio.fill('prompt', '');
  studio.press('ctrl+g');
  await until('the idea has the keys', async () => (await studio.focused()) === 'prompt');
  assert.equal((await takes(studio)).length, 0);
});

test('a deleted take comes back with Ctrl+Z', async () => {
  await ask(studio, 'trap, 140 bpm, 12 seconds', 5);
  await takesAre(studio, 1);
  await studio.click('take-menu');
  await studio.click('take-delete');
  await takesAre(studio, 0);
  // In a text field these keys undo typing.
  await studio.driver.run(() => document.activeElement?.blur());
  studio.press('ctrl+z');
  await takesAre(studio, 1);
});
