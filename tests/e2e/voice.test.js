// Clone Station: a Spanish and an English text are spoken and heard, found in the library, written down by the studio
// itself, and one of them is changed; with the keys, in both sizes and both languages.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { allFits, SIZES, speakEnglish } from './fit.js';
import { rowsAre } from './library.js';
import { loudness } from './loudness.js';
import { ask, takes, takesAre } from './room.js';
import { RATE, samples } from './sound.js';
import { Studio } from './studio.js';
import { pause, until } from './wait.js';

const SPANISH = { voice: 'em_alex', text: 'Buenas noches. Esta canción suena por primera vez en la radio.', words: ['noches', 'canción', 'primera', 'radio'] };
const ENGLISH = { voice: 'af_heart', text: 'Good evening. This song is on the radio for the very first time.', words: ['evening', 'song', 'radio', 'first'] };
const LOUDNESS = -16;
/** A model is read from disk before the first word. */
const SLOW = { within: 180_000, every: 250 };
/** Samples under this are silence. */
const SILENT = 0.005;

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  studio = await Studio.open(desk);
  await studio.click('room-voice');
  await studio.see('voice-af_heart');
});
after(() => desk?.close());

const count = (id) => studio.driver.run((testId) => document.querySelectorAll(`[data-testid="${testId}"]`).length, id);
const mode = () => studio.driver.run(() => document.querySelector('[data-testid="voice-room"]')?.dataset.mode);
const playing = () => studio.driver.run(() => document.querySelector('[data-testid="play"]').dataset.playing === 'true');
const checked = (id) => studio.driver.run((testId) => document.querySelector(`[data-testid="${testId}"]`)?.getAttribute('aria-checked') === 'true', id);
/** The id of the newest thing that was spoken, or changed. */
const newest = (id) => studio.driver.run((testId) => document.querySelector(`[data-testid="${testId}"]`)?.dataset.sound ?? '', id);

/** Returns how many seconds of a recording are not silent. */
function audible(file) {
  const sound = samples(file);
  const size = RATE / 100;
  let parts = 0;
  for (let from = 0; from + size <= sound.length; from += size) if (sound.subarray(from, from + size).some((value) => Math.abs(value) > SILENT)) parts += 1;
  return parts / 100;
}

/** Every file that a voice was written to. */
const files = (name) => readdirSync(desk.folder, { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file)).map((file) => join(desk.folder, file));

/** @param {{ voice: string, text: string }} line */
async function speak({ voice, text }) {
  const before = await count('spoken');
  await studio.fill('voice-search', '');
  await studio.click(`voice-${voice}`);
  await until(`${voice} to be chosen`, () => checked(`voice-${voice}`));
  studio.press('ctrl+t');
  await until('the text to have the keys', async () => (await studio.focused()) === 'speech-text');
  await studio.fill('speech-text', text);
  studio.press('ctrl+Return');
  await until('it to be spoken', async () => (await count('spoken')) === before + 1, SLOW);
}

/** Plays the newest that was spoken, and returns how much of it was heard. */
async function heard(name) {
  const recording = await desk.record(name);
  await studio.click('spoken-play');
  await until('it to play', playing);
  await until('its first phrase to be lit', () => studio.driver.run(() => document.querySelector('[data-testid="spoken"]')?.dataset.said === '0'));
  await until('it to end', async () => !(await playing()), { within: 30_000 });
  return audible(await recording.stop());
}

test('a preview is heard at once, and is quiet when it is asked to be', async () => {
  studio.press('ctrl+t');
  await studio.fill('speech-text', `${ENGLISH.text} `.repeat(6));
  const recording = await desk.record('preview');
  studio.press('ctrl+shift+Return');
  await until('the preview to be heard', async () => (await studio.driver.run(() => document.querySelector('[data-testid="speech-preview"]').dataset.state)) === 'heard', SLOW);
  await pause(1_500);
  await studio.photograph('20-voice-preview');
  await studio.click('speech-preview');
  await until('it to be quiet', async () => !(await playing()));
  assert.ok(audible(await recording.stop()) > 0.5);
  assert.equal(await count('spoken'), 0);
});

test('a Spanish text is spoken and heard', async () => {
  await speak(SPANISH);
  const seconds = await heard('spanish');
  assert.ok(seconds > 2 && seconds < 12, `${seconds} s were heard`);
  await studio.photograph('20-voice-speak');
});

test('an English text is spoken and heard, at the loudness that was asked for', async () => {
  await speak(ENGLISH);
  const seconds = await heard('english');
  assert.ok(seconds > 2 && seconds < 12, `${seconds} s were heard`);
  const found = files(/[\\/]Voices[\\/][^\\/]+\.wav$/).map((file) => loudness(file).integrated);
  assert.equal(found.length, 2);
  for (const integrated of found) assert.ok(Math.abs(integrated - LOUDNESS) <= 0.5, `${found.join(', ')} LUFS`);
});

test('both are in the library', async () => {
  await studio.click('spoken-library');
  await rowsAre(studio, 2);
  await studio.photograph('20-voice-library');
});

test('the library finds that nobody said them', async () => {
  await studio.click(await studio.driver.run(() => document.querySelector('[data-testid^="library-row-"]')?.dataset.testid));
  await studio.click('marks-look');
  const verdict = () => studio.driver.run(() => document.querySelector('[data-testid="marks"]')?.dataset.verdict);
  await until('the marks to be found', async () => (await verdict()) === 'marked');
  assert.match(await studio.text('marks'), /[0-9a-f]{8} · 100 %.*Spoken by a machine · (af_heart|em_alex)/s);
  await studio.photograph('20-voice-marks');
});

/** Listens to what is chosen, and returns the words. */
async function writtenDown() {
  await studio.see('transcript-none');
  studio.press('ctrl+Return');
  await until('it to be written down', async () => (await count('word')) > 0, SLOW);
  // A line is there before it is painted with its words.
  let said = '';
  await until('its lines to be painted', async () => {
    said = (await studio.all('transcript-line')).filter(({ id }) => id === 'transcript-line').map(({ text }) => text).join(' ').toLowerCase();
    return said.trim() !== '';
  });
  return said;
}

test('what they say is written down, each in its language', async () => {
  await studio.click('room-voice');
  const english = await newest('spoken');
  studio.press('ctrl+l');
  await until('the mode', async () => (await mode()) === 'listen');
  await studio.click(`voice-sound-${english}`);
  const said = await writtenDown();
  for (const word of ENGLISH.words) assert.ok(said.includes(word), `${word} is not in: ${said}`);
  assert.match(await studio.text('transcript-told'), /English/);
  const other = (await studio.all('voice-sound')).map(({ id }) => id).find((id) => /^voice-sound-/.test(id) && id !== 'voice-sound-search' && id !== `voice-sound-${english}`);
  await studio.click(other);
  const dicho = await writtenDown();
  for (const word of SPANISH.words) assert.ok(dicho.includes(word), `${word} is not in: ${dicho}`);
  assert.match(await studio.text('transcript-told'), /Spanish/);
  await studio.photograph('20-voice-transcript');
});

/** The place in its line of the word that has the keys; −1 when none has them. */
const wordWithKeys = () => studio.driver.run(() => Number(document.activeElement?.dataset?.word ?? -1));

/** Gives the keys to the first word that has another before it in its line. Runs in the page. */
function focusSecondWord() {
  const word = [...document.querySelectorAll('[data-testid="word"]')].find(({ dataset }) => Number(dataset.word) > 0);
  word.focus();
  return Number(word.dataset.word);
}

test('a word is heard where it stands, and a line is mended with the keys', async () => {
  const [words, lines] = [await count('word'), await count('transcript-line')];
  const place = await studio.driver.run(focusSecondWord);
  studio.press('Return');
  await until('it to play from there', playing);
  studio.press('shift+Return');
  await until('the line to be split', async () => (await count('transcript-line')) === lines + 1 && (await wordWithKeys()) === 0);
  studio.press('BackSpace');
  await until('it to be joined again', async () => (await count('transcript-line')) === lines && (await wordWithKeys()) === place);
  assert.equal(await count('word'), words);
  studio.press('F2');
  await studio.see('line-field');
  studio.press('End');
  desk.hands('type', '--delay', '8', ' bis');
  studio.press('Return');
  await until('the word to be there', async () => (await count('word')) === words + 1);
  studio.press('ctrl+z');
  await until('it to be taken back', async () => (await count('word')) === words);
  if (await playing()) studio.press('ctrl+space');
});

test('a voice is changed, tried against the original and made', async () => {
  studio.press('ctrl+m');
  await until('the mode', async () => (await mode()) === 'modulate');
  await studio.click('modulation-monster');
  studio.press('ctrl+shift+Return');
  await studio.see('compare', SLOW);
  await until('it to be heard', playing);
  await until('the other voice to be the one that is heard', () => checked('compare-b'));
  studio.press('x');
  await until('the original to be heard', () => checked('compare-a'));
  await studio.photograph('20-voice-modulate');
  await studio.click('compare-end');
  await until('the comparison to end', async () => !(await studio.sees('compare')));
  studio.press('ctrl+Return');
  await until('it to be made', async () => (await count('changed')) === 1, SLOW);
  const recording = await desk.record('changed');
  await studio.click('changed-play');
  await until('it to play', playing);
  await until('it to end', async () => !(await playing()), { within: 30_000 });
  assert.ok(audible(await recording.stop()) > 2);
  await studio.click('changed-library');
  await rowsAre(studio, 3);
});

test('the changed voice is put on a track of the song, and heard in it', async () => {
  await studio.click('room-ghost');
  await ask(studio, 'lofi con piano, 80 bpm, 12 segundos', 3);
  await takesAre(studio, 1);
  studio.press('Escape');
  await studio.click('room-voice');
  await studio.click('changed-place');
  await studio.see('place');
  await studio.photograph('20-voice-place');
  await studio.click('place-put');
  await until('it to be on its way', async () => !(await studio.sees('place')));
  await studio.click('room-ghost');
  await takesAre(studio, 2);
  const titles = (await takes(studio)).map(({ text }) => text).join(' | ');
  assert.match(titles, / \+ /);
  await studio.photograph('20-voice-song');
  const recording = await desk.record('song');
  await studio.click('play');
  await until('the song to play', playing);
  await pause(6_000);
  await studio.click('play');
  assert.ok(audible(await recording.stop()) > 4);
});

/** @param {string} language */
async function fits(language) {
  for (const [width, height] of SIZES) {
    await studio.resize(width, height);
    await studio.click('room-voice');
    for (const each of ['speak', 'listen', 'modulate']) {
      await studio.click(`mode-${each}`);
      await until('the mode', async () => (await mode()) === each);
      await studio.photograph(`20-${language}-${width}-${each}`);
      await allFits(studio, `${each}, ${language} at ${width}`);
    }
  }
}

test('the three modes fit both screens in English', async () => {
  await speakEnglish(studio);
  await fits('en');
});

test('they fit in Spanish too', async () => {
  await studio.click('room-settings');
  await studio.click('language');
  await studio.click('option-es');
  await until('Spanish', async () => (await studio.driver.run(() => document.documentElement.lang)).startsWith('es'));
  await fits('es');
});
