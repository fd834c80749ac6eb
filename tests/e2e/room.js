// What a person does in Ghost Studio, in the words of the journeys.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.js';

/** @typedef {import('./studio.js').Studio} Studio */

/**
 * Types an idea and presses Ctrl+G.
 * @param {Studio} studio
 * @param {string} idea
 * @param {number} [seed]
 */
export async function ask(studio, idea, seed) {
  await studio.type('prompt', idea);
  if (seed !== undefined) {
    await studio.type('seed', String(seed));
    studio.press('Tab');
  }
  await studio.click('prompt');
  studio.press('ctrl+g');
}

/** @param {Studio} studio */
export const takes = (studio) => studio.all('take-row');

/**
 * Waits until there are so many takes.
 * @param {Studio} studio
 * @param {number} count
 */
export const takesAre = (studio, count) =>
  until(`${count} takes`, async () => (await takes(studio)).length === count, { within: 120_000, every: 200 });

/**
 * Opens the jobs tray if it is closed and returns its rows.
 * @param {Studio} studio
 */
export async function jobs(studio) {
  if (!(await studio.sees('jobs-tray'))) {
    await studio.click('jobs-button');
    await studio.see('jobs-tray');
  }
  return studio.all('job-row');
}

/**
 * Waits for a job in a state.
 * @param {Studio} studio
 * @param {string} state
 */
export const jobIs = (studio, state, within = 60_000) =>
  until(`a job that is ${state}`, async () => (await jobs(studio)).find((job) => job.state === state), { within });

/**
 * Waits until the song under way shows at least so many percent, and returns them.
 * @param {Studio} studio
 * @param {number} least
 */
export const percent = (studio, least) =>
  until(
    `a song at ${least} %`,
    async () => {
      const shown = Number(/(\d+) ?%/.exec(await studio.text('generating'))?.[1]);
      return shown >= least && shown;
    },
    { within: 60_000, every: 20 },
  );

/**
 * Returns the seconds that the playhead shows.
 * @param {Studio} studio
 */
export async function playhead(studio) {
  const shown = /(\d+):(\d+\.\d)/.exec(await studio.text('playhead-time'));
  return shown ? Number(shown[1]) * 60 + Number(shown[2]) : 0;
}

/**
 * Returns the newest master that a desk's projects hold.
 * @param {string} folder
 */
export function newestMaster(folder) {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.flac'))
    .map((name) => join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  if (found.length === 0) throw new Error(`no master under ${folder}`);
  return found[0];
}
