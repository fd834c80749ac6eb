// Cancelled work stops, killed work goes on, and nothing that was made is lost.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { ask, jobIs, jobs, percent, takes, takesAre } from './room.js';
import { Studio } from './studio.js';

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  studio = await Studio.open(desk);
});
after(() => desk?.close());

test('a second song can be cancelled while it is made', async () => {
  await ask(studio, 'pop, 110 bpm, 15 seconds', 1);
  await takesAre(studio, 1);
  await ask(studio, 'jazz at night, 500 seconds', 2);
  await percent(studio, 3);
  const start = Date.now();
  await studio.click('generate-cancel');
  await jobIs(studio, 'cancelled');
  // The page's own drawing is in it; the services' promise of 200 ms is measured in their tests.
  assert.ok(Date.now() - start < 2_000, `it took ${Date.now() - start} ms`);
  assert.equal((await takes(studio)).length, 1);
  await studio.photograph('6-cancelled');
});

test('a song that was being made when the studio died is made after the restart', async () => {
  await ask(studio, 'slow ambient, 400 seconds', 3);
  await percent(studio, 5);
  const before = (await takes(studio)).map(({ text }) => text);
  await studio.kill();

  studio = await Studio.open(desk);
  await takesAre(studio, 2);
  const now = (await takes(studio)).map(({ text }) => text);
  for (const text of before) assert.ok(now.includes(text), `lost: ${text}`);
  const rows = await jobs(studio);
  assert.ok(!rows.some(({ state }) => state === 'running' || state === 'failed'), JSON.stringify(rows));
  await studio.photograph('7-resumed');
});

test('the studio ends when the system asks, and opens again with everything', async () => {
  await studio.close();
  studio = await Studio.open(desk);
  await takesAre(studio, 2);
});

test('the page comes back when its process dies, and what was being made is made', async () => {
  await ask(studio, 'slow ambient, 200 seconds', 4);
  await percent(studio, 3);
  process.kill(pageOf(studio.child.pid), 'SIGKILL');
  await takesAre(studio, 3);
  await ask(studio, 'pop, 110 bpm, 15 seconds', 5);
  await takesAre(studio, 4);
  await studio.photograph('7-page-back');
});

/**
 * Returns the process in which the studio's page runs.
 * @param {number | undefined} studio its process
 */
function pageOf(studio) {
  const isPage = (/** @type {string} */ number) => {
    try {
      // "pid (name) state parent …"; the kernel keeps 15 letters of a name.
      const [, name, parent] = readFileSync(`/proc/${number}/stat`, 'utf8').match(/\((.*)\) . (\d+)/) ?? [];
      return name === 'WebKitWebProces' && Number(parent) === studio;
    } catch {
      return false; // It has ended meanwhile.
    }
  };
  const page = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isPage(name));
  assert.ok(page, 'the page has a process');
  return Number(page);
}
