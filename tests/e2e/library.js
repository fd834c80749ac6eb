// What a person does in the library, in the words of the journeys.

import assert from 'node:assert/strict';
import { until } from './wait.js';

/** @typedef {import('./studio.js').Studio} Studio */

/** Says to the page what the shell says when the system drags files over the window. Runs in the page. */
function tell(event, paths) {
  const payload = { paths, position: { x: 600, y: 400 } };
  void window.__TAURI_INTERNALS__.invoke('plugin:event|emit', { event: `tauri://drag-${event}`, payload });
  return true;
}

/**
 * Drags files over the window, without letting them go.
 * @param {Studio} studio
 * @param {...string} paths
 */
export async function dragOver(studio, ...paths) {
  await studio.driver.run(tell, 'enter', paths);
  await studio.driver.run(tell, 'over', paths);
}

/**
 * Carries the dragged files out of the window again.
 * @param {Studio} studio
 */
export const dragAway = (studio) => studio.driver.run(tell, 'leave', []);

/**
 * Drops files on the window.
 * @param {Studio} studio
 * @param {...string} paths
 */
export async function drop(studio, ...paths) {
  await dragOver(studio, ...paths);
  await studio.driver.run(tell, 'drop', paths);
}

/** Pastes text where the keys are. Runs in the page. */
function pasteText(text) {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  const clipboardData = { getData: (type) => (type === 'text/plain' ? text : '') };
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return true;
}

/**
 * Pastes the paths of files into the room.
 * @param {Studio} studio
 * @param {...string} paths
 */
export const paste = (studio, ...paths) => studio.driver.run(pasteText, paths.join('\n'));

/** @param {Studio} studio */
export const rows = (studio) => studio.all('library-row');

/**
 * Waits until there are so many sounds in the list, and returns their rows.
 * @param {Studio} studio
 * @param {number} count
 */
export const rowsAre = (studio, count) =>
  until(`${count} sounds`, async () => {
    const found = await rows(studio);
    return found.length === count && found;
  }, { within: 60_000, every: 100 });

/**
 * Waits for the report of an import, and returns its numbers.
 * @param {Studio} studio
 */
export async function report(studio) {
  await studio.see('drop-report', { within: 60_000 });
  const number = async (id) => Number(await studio.text(id));
  return {
    added: await number('report-added'),
    known: await number('report-duplicates'),
    refused: await number('report-refused'),
  };
}

/**
 * Returns how many stars a row shows.
 * @param {Studio} studio
 * @param {string} row its test id
 */
export const stars = (studio, row) =>
  studio.driver.run((id) => Number.parseInt(document.querySelector(`[data-testid="${id}"] [data-stars]`)?.getAttribute('aria-label') ?? '', 10) || 0, row);

/**
 * Takes a folder of good files into an empty library, and waits until all of them are in the list.
 * @param {Studio} studio
 * @param {string} folder
 * @param {number} count
 */
export async function takeIn(studio, folder, count) {
  await studio.click('room-audio');
  await drop(studio, folder);
  assert.equal((await report(studio)).added, count);
  await studio.click('report-close');
  await rowsAre(studio, count);
}
