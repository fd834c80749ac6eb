// A typed idea becomes a song that is heard as it is kept; a muted track is gone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { loudness, unmix } from './loudness.js';
import { ask, newestMaster, percent, playhead, takesAre } from './room.js';
import { Studio, root } from './studio.js';
import { pause, until } from './wait.js';

const IDEA = 'synthwave, 100 bpm, A minor, 24 seconds';
const SEED = 11;

/** @type {Desk} */
let desk;
/** @type {Studio} */
let studio;

before(async () => {
  desk = await Desk.open();
  studio = await Studio.open(desk);
});
after(() => desk?.close());

/** The same song by the command line, as one file a track. */
function stems() {
  const son1k = process.env.SON1K_CLI ?? join(root, 'target/debug/son1k');
  const folder = join(desk.folder, 'stems');
  const wish = ['generate', '--prompt', IDEA, '--seed', String(SEED), '--stems', folder, '--json'];
  const place = ['--out', join(desk.folder, 'song.wav'), '--data-dir', join(desk.folder, 'command')];
  const env = { ...desk.env(), SON1K_MODELS: join(root, 'models/weights') };
  const done = spawnSync(son1k, [...wish, ...place], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, done.stderr);
  return readdirSync(folder).sort().map((name) => join(folder, name));
}

test('a typed idea becomes a take, with its progress shown', async () => {
  await studio.photograph('1-empty');
  await studio.type('prompt', IDEA);
  await until('the idea is understood', async () => (await studio.text('chip-tempo')).includes('100'));
  await ask(studio, IDEA, SEED);
  assert.ok((await percent(studio, 1)) <= 100);
  await studio.photograph('2-progress');
  await takesAre(studio, 1);
  studio.press('Escape');
  await studio.photograph('3-take');
});

/** What the sound server received while the whole song played. */
let whole = '';

/**
 * Waits until the song has played to its end.
 * @param {number} from seconds the playhead must have passed
 */
async function playToTheEnd(from) {
  await until('the song plays', async () => (await playhead(studio)) > from);
  await until('the song ends', async () => !(await playing()), { within: 40_000, every: 200 });
}

const playing = async () => (await studio.driver.run(() => document.querySelector('[data-testid="play"]').dataset.playing)) === 'true';

test('what the sound server receives is as loud as the file', async () => {
  const recording = await desk.record('whole');
  // Space plays wherever nobody types.
  await studio.driver.run(() => document.activeElement?.blur());
  studio.press('space');
  await until('the song plays', async () => (await playhead(studio)) > 10, { within: 20_000 });
  await studio.photograph('4-playing');
  await playToTheEnd(0);
  whole = await recording.stop();
  const heard = loudness(whole);
  const kept = loudness(newestMaster(desk.folder));
  const difference = Math.abs(heard.integrated - kept.integrated);
  assert.ok(difference <= 0.5, `heard ${heard.integrated} LUFS, kept ${kept.integrated} LUFS`);
  assert.ok(heard.truePeak <= -0.5, `heard a peak of ${heard.truePeak} dBTP`);
});

test('a track that is muted while the song plays is gone, and the others stay', async () => {
  const files = stems();
  const tracks = (await studio.all('mute')).map(({ id }) => id);
  assert.equal(files.length, tracks.length, 'the command writes one stem a track');
  const full = unmix(whole, files);
  assert.ok(full.unexplained < 0.2, `the stems are not what is heard: ${JSON.stringify(full)}`);
  // A track that hardly sounds proves nothing: the loudest one is muted.
  const levels = files.map((file) => loudness(file).integrated);
  const chosen = levels.indexOf(Math.max(...levels));
  assert.ok(full.gains[chosen] > 0.5, JSON.stringify({ chosen, full }));

  await studio.click('play');
  await until('the song plays', async () => (await playhead(studio)) > 0.5);
  await studio.click(tracks[chosen]);
  await pause(300);
  const recording = await desk.record('without');
  await studio.photograph('5-muted');
  await playToTheEnd(0.5);
  const without = unmix(await recording.stop(), files);
  await studio.click(tracks[chosen]);

  assert.ok(Math.abs(without.gains[chosen]) < 0.05, `${tracks[chosen]} is still there: ${JSON.stringify(without)}`);
  const stay = without.gains.filter((_, track) => track !== chosen && full.gains[track] > 0.5);
  assert.ok(stay.length > 0 && stay.every((gain) => gain > 0.5), JSON.stringify({ full, without }));
});
