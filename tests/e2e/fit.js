// What fits into a window, in one language and the other.

import assert from 'node:assert/strict';
import { until } from './wait.js';

/** The smallest screen people have, and the usual one. */
export const SIZES = [
  [1280, 800],
  [1920, 1080],
];

/** Returns what sticks out of the window or hides its text, as test ids or texts. Runs in the page. */
function misfits() {
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const cut = (element) => {
    const style = getComputedStyle(element);
    const clips = style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis';
    return clips && element.scrollWidth > element.clientWidth + 1;
  };
  const outside = (element) => {
    const box = element.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.left < -1;
  };
  const controls = [...document.querySelectorAll('button, input, textarea, [role="slider"]')].filter(seen);
  const labels = [...document.querySelectorAll('button, label, h1, h2, h3')].filter(seen);
  const wrong = [...controls.filter(outside), ...labels.filter(cut)];
  return wrong.map((element) => element.dataset.testid || element.innerText || element.outerHTML.slice(0, 120));
}

/**
 * Chooses English in the settings, and waits until the studio speaks it.
 * @param {import('./studio.js').Studio} studio
 */
export async function speakEnglish(studio) {
  await studio.click('room-settings');
  await studio.click('language');
  await studio.click('option-en');
  await until('English', async () => (await studio.driver.run(() => document.documentElement.lang)).startsWith('en'));
}

/**
 * Sees that everything fits, once the page has come to rest after a change of its size or its panels.
 * @param {import('./studio.js').Studio} studio
 * @param {string} where words for the message when something does not fit
 */
export async function allFits(studio, where) {
  let wrong = [];
  const none = async () => (wrong = await studio.driver.run(misfits)).length === 0;
  await until('everything to fit', none, { within: 5_000 }).catch(() => assert.deepEqual(wrong, [], where));
}
