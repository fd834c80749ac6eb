// A typed idea becomes a song that is heard as it is kept; a muted track is gone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
  return JSON.parse(done.stdout).files.filter((file) => file.startsWith(folder)).sort();
}

/** Plays for a while and returns what was heard. */
async function hear(name, seconds) {
  const recording = await desk.record(name);
  await pause(seconds * 1000);
  return recording.stop();
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

test('what the sound server receives is as loud as the file', async () => {
  await studio.see('play');
  const recording = await desk.record('whole');
  await studio.click('play');
  await until('the song plays', async () => (await playhead(studio)) > 5, { within: 15_000 });
  await studio.photograph('4-playing');
  await pause(24_000);
  const heard = loudness(await recording.stop());
  const kept = loudness(newestMaster(desk.folder));
  const difference = Math.abs(heard.integrated - kept.integrated);
  assert.ok(difference <= 0.5, `heard ${heard.integrated} LUFS, kept ${kept.integrated} LUFS`);
  assert.ok(heard.truePeak <= -0.5, `heard a peak of ${heard.truePeak} dBTP`);
});

test('a track that is muted while the song plays is gone, and the others stay', async () => {
  const files = stems();
  const tracks = (await studio.all('mute')).map(({ id }) => id);
  assert.equal(tracks.length, files.length);
  await studio.click('play');
  const full = unmix(await hear('full', 6), files);
  assert.ok(full.unexplained < 0.2, `the stems are not what is heard: ${JSON.stringify(full)}`);
  // The loudest gains are the surest: a track that rests here proves nothing.
  const chosen = full.gains.findIndex((gain) => gain > 0.7 && gain < 1.3);
  assert.notEqual(chosen, -1, JSON.stringify(full));
  await studio.click(tracks[chosen]);
  await pause(300);
  const without = unmix(await hear('without', 6), files);
  await studio.photograph('5-muted');
  await studio.click(tracks[chosen]);
  assert.ok(Math.abs(without.gains[chosen]) < 0.05, `${tracks[chosen]} is still there: ${JSON.stringify(without)}`);
  assert.ok(without.gains.some((gain, track) => track !== chosen && gain > 0.7), JSON.stringify(without));
});
