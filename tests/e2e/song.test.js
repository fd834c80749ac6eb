// A typed idea becomes a song that is heard as it is kept; a muted track is gone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk } from './desk.js';
import { loudness } from './loudness.js';
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
  const heard = loudness(await recording.stop());
  const kept = loudness(newestMaster(desk.folder));
  const difference = Math.abs(heard.integrated - kept.integrated);
  assert.ok(difference <= 0.5, `heard ${heard.integrated} LUFS, kept ${kept.integrated} LUFS`);
  assert.ok(heard.truePeak <= -0.5, `heard a peak of ${heard.truePeak} dBTP`);
});

/**
 * Returns how loud the next moment of the sound server is, in LUFS.
 * @param {string} name
 */
async function moment(name) {
  const recording = await desk.record(name);
  await pause(2000);
  // The hand's move has to pass the studio's ring and the server's own buffer first: about 200 ms on an idle machine.
  return loudness(await recording.stop(), { from: 1 }).integrated;
}

test('a track that is muted while the song plays is gone, and the others stay', async () => {
  const tracks = (await studio.all('mute')).map(({ id }) => id.replace('mute-', ''));
  const files = stems();
  assert.equal(files.length, tracks.length, 'the command writes one stem a track');
  // The loudest of those that play from the first bar on: soloed and muted, it says most.
  const levels = files.map((file) => loudness(file, { from: 0, to: 8 }).integrated);
  const chosen = tracks[levels.indexOf(Math.max(...levels))];

  await studio.click('play');
  await until('the song plays', async () => (await playhead(studio)) > 0.3);
  await studio.setSwitch(`solo-${chosen}`, true);
  const alone = await moment('alone');
  await studio.setSwitch(`mute-${chosen}`, true);
  const gone = await moment('gone');
  await studio.photograph('5-muted');
  await studio.setSwitch(`solo-${chosen}`, false);
  const others = await moment('others');
  const stillPlays = await playing();
  await studio.setSwitch(`mute-${chosen}`, false);

  const heard = JSON.stringify({ chosen, alone, gone, others });
  assert.ok(stillPlays, `the song ended too early: ${heard}`);
  assert.ok(alone > -45, `the soloed track is not heard: ${heard}`);
  assert.ok(gone < -65, `the muted track is still there: ${heard}`);
  assert.ok(others > -45, `the other tracks are not heard: ${heard}`);
});
