// How smoothly the list of a large library scrolls, in the real window. Prints a table: `cargo xtask bench scroll`.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Desk } from './desk.js';
import { Studio } from './studio.js';
import { until } from './wait.js';

const ROWS = 100_000;
const SECONDS = 5;
/** Ways to scroll, in pixels a frame: a wheel that is turned, a flick, and the bar that is dragged through everything. */
const WAYS = [['wheel', 24], ['flick', 400], ['bar', 8_000]];

/** Begins to scroll, to and fro, and notes when each frame came and how many rows it showed empty. Runs in the page. */
function scroll(step, seconds) {
  const list = document.querySelector('[data-testid="library-list"]');
  const seen = { frames: [], empty: 0, rows: 0, done: false };
  window.scrolled = seen;
  const begun = performance.now();
  let direction = 1;
  list.scrollTop = 0;
  const frame = (now) => {
    seen.frames.push(now);
    const { top, bottom } = list.getBoundingClientRect();
    for (const row of list.querySelectorAll('[data-index]')) {
      const box = row.getBoundingClientRect();
      if (box.bottom < top || box.top > bottom) continue;
      seen.rows += 1;
      if (!row.textContent.trim()) seen.empty += 1;
    }
    if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) direction = -1;
    if (list.scrollTop <= 0) direction = 1;
    list.scrollTop += direction * step;
    if (now - begun < seconds * 1_000) requestAnimationFrame(frame);
    else seen.done = true;
  };
  requestAnimationFrame(frame);
  return true;
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

const desk = await Desk.open({ sound: false });
try {
  const data = join(desk.folder, 'data/son1k');
  mkdirSync(data, { recursive: true });
  const filled = spawnSync(process.env.SON1K_FILL, [data, String(ROWS)], { encoding: 'utf8' });
  if (filled.status !== 0) throw new Error(filled.stderr);
  const studio = await Studio.open(desk);
  await studio.click('room-audio');
  await until('the library is there', async () => (await studio.all('library-row')).length > 5, { within: 60_000 });
  console.log('| scrolling | frames a second | between frames, median | p95 | p99 | longest | rows shown empty |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [way, step] of WAYS) {
    await studio.driver.run(scroll, step, SECONDS);
    const seen = await until('it is scrolled', async () => {
      const seen = await studio.driver.run(() => window.scrolled);
      return seen.done && seen;
    }, { within: 60_000, every: 1_000 });
    const gaps = seen.frames.slice(1).map((now, index) => now - seen.frames[index]);
    const sum = gaps.reduce((sum, gap) => sum + gap, 0);
    gaps.sort((a, b) => a - b);
    const figures = [0.5, 0.95, 0.99, 1].map((share) => `${at(gaps, share).toFixed(0)} ms`);
    const rate = ((1_000 * gaps.length) / sum).toFixed(0);
    console.log(`| ${way}, ${step} px a frame | ${rate} | ${figures.join(' | ')} | ${((100 * seen.empty) / seen.rows).toFixed(1)} % |`);
  }
  await studio.close();
} finally {
  await desk.close();
}
