// A folder of good and bad files comes into the library: looked at, taken, heard, found again, described, removed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { dragAway, dragOver, drop, paste, report, rows, rowsAre, stars } from './library.js';
import { loudness } from './loudness.js';
import { writeTone } from './sound.js';
import { Studio } from './studio.js';
import { until } from './wait.js';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;
/** @type {string} */
let folder;

/** What another reads in the tags of a file. */
function titleIn(file) {
  const options = ['-v', 'error', '-show_entries', 'format_tags=title', '-of', 'default=nw=1:nk=1', file];
  return spawnSync('ffprobe', options, { encoding: 'utf8' }).stdout.trim();
}

before(async () => {
  desk = await Desk.open({ sound: false });
  folder = join(desk.folder, 'Loops');
  mkdirSync(folder);
  writeTone(join(folder, 'low.wav'), 220, { title: 'Low tide' });
  writeTone(join(folder, 'high.flac'), 880, { title: 'High noon' });
  copyFileSync(join(folder, 'low.wav'), join(folder, 'twin of low.wav'));
  writeFileSync(join(folder, 'empty.wav'), '');
  writeFileSync(join(folder, 'lying.mp3'), Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(4096)]));
  writeFileSync(join(folder, 'notes.txt'), 'sube la noche por la azotea');
  studio = await Studio.open(desk);
  await studio.click('room-audio');
});
after(() => desk?.close());

test('an empty library invites', async () => {
  await studio.see('library-empty');
  await studio.photograph('14-library-empty');
});

test('a dragged folder is looked at before it is taken: what can be, what not and why', async () => {
  await dragOver(studio, folder);
  await studio.see('drop-refused');
  // The twin is a good file; that it is known already is found when it is read.
  assert.match(await studio.text('drop-sum'), /^3\b/);
  assert.match(await studio.text('drop-refused'), /notes\.txt/);
  await studio.photograph('14-library-drag');
  await dragAway(studio);
  await until('the picture to go', async () => !(await studio.sees('drop-preview')));
  assert.equal((await rows(studio)).length, 0);
});

test('dropped, its good files are taken, and each of the others gets its reason', async () => {
  await drop(studio, folder);
  assert.deepEqual(await report(studio), { added: 2, known: 1, refused: 3 });
  const refusals = (await studio.all('report-refusal')).map(({ text }) => text);
  for (const name of ['empty.wav', 'lying.mp3', 'notes.txt']) {
    const refusal = refusals.find((text) => text.includes(name));
    assert.ok(refusal && refusal.length > name.length + 10, `${name}: ${refusal}`);
  }
  const texts = (await rowsAre(studio, 2)).map(({ text }) => text).join('\n');
  assert.match(texts, /Low tide/);
  assert.match(texts, /High noon/);
  await studio.photograph('14-library-report');
  await studio.click('report-close');
});

test('a word finds one of them while it is typed', async () => {
  studio.press('ctrl+f');
  await until('the search has the keys', async () => (await studio.focused()) === 'library-search');
  await studio.type('library-search', 'noon');
  const [row] = await rowsAre(studio, 1);
  assert.match(row.text, /High noon/);
});

test('the keyboard goes from the search into the list, rates, and opens the details', async () => {
  studio.press('Down');
  await until('the list has the keys', async () => (await studio.focused()) === 'library-list');
  studio.press('4');
  const [{ id }] = await rows(studio);
  await until('four stars', async () => (await stars(studio, id)) === 4);
  studio.press('alt+Return');
  await until('the details have the keys', async () => (await studio.focused()) === 'details-pane');
  studio.press('Escape');
  await until('the list has the keys again', async () => (await studio.focused()) === 'library-list');
});

test('its loudness is what another measures', async () => {
  await until('it is measured', async () => (await studio.text('loudness-integrated')) !== '', { within: 60_000, every: 200 });
  const shown = Number((await studio.text('loudness-integrated')).replace('−', '-'));
  const measured = loudness(join(folder, 'high.flac')).integrated;
  assert.ok(Math.abs(shown - measured) <= 0.15, `shown ${shown} LUFS, measured ${measured} LUFS`);
  await studio.photograph('14-library-details');
});

test('a title that is typed is written into the file', async () => {
  // The word that found the sound is in its old title only.
  await studio.fill('library-search', '');
  const all = await rowsAre(studio, 2);
  await studio.click(all.find(({ text }) => text.includes('High noon')).id);
  await studio.type('tag-title', 'High moon');
  studio.press('Return');
  await until('the row to have the title', async () => (await rows(studio)).some(({ text }) => text.includes('High moon')));
  await until('the file to have the title', () => titleIn(join(folder, 'high.flac')) === 'High moon');
});

test('what was rated and written is there after the studio was opened again', async () => {
  await studio.close();
  studio = await Studio.open(desk);
  await studio.click('room-audio');
  const row = (await rowsAre(studio, 2)).find(({ text }) => text.includes('High moon'));
  assert.ok(row);
  assert.equal(await stars(studio, row.id), 4);
});

test('a file that was moved away is told to be missing, and is back when it is back', async () => {
  const [low, high] = ['Low tide', 'High moon'].map((title) => async () => (await rows(studio)).find(({ text }) => text.includes(title)).id);
  renameSync(join(folder, 'low.wav'), join(desk.folder, 'away.wav'));
  await studio.click(await low());
  await studio.see('details-missing');
  await studio.photograph('14-library-missing');
  renameSync(join(desk.folder, 'away.wav'), join(folder, 'low.wav'));
  await studio.click(await high());
  await studio.click(await low());
  await until('it is back', async () => !(await studio.sees('details-missing')));
});

test('pasted paths are taken too, and what is known is told', async () => {
  await paste(studio, join(folder, 'low.wav'), `file://${join(folder, 'high.flac')}`);
  assert.deepEqual(await report(studio), { added: 0, known: 2, refused: 0 });
  await studio.click('report-close');
});

test('Delete asks, and then takes the sound out of the library and leaves its file', async () => {
  await studio.click((await rows(studio)).find(({ text }) => text.includes('Low tide')).id);
  studio.press('Delete');
  await studio.see('remove-confirm');
  assert.equal((await rows(studio)).length, 2);
  await until('the button has the keys', async () => (await studio.focused()) === 'remove-confirm');
  studio.press('Return');
  await rowsAre(studio, 1);
  assert.ok(existsSync(join(folder, 'low.wav')));
});
