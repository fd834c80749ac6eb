// The desk itself: what is played at it is heard by the recorder as it is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { Desk } from './desk.js';
import { loudness } from './loudness.js';

test('the recorder hears a tone as loud as its file is', async () => {
  const desk = await Desk.open();
  try {
    const tone = join(desk.folder, 'tone.wav');
    const sine = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=4', '-ac', '2', tone];
    assert.equal(spawnSync('ffmpeg', ['-loglevel', 'error', ...sine]).status, 0);
    const recording = await desk.record('tone');
    assert.equal(spawnSync('paplay', [tone], { env: desk.env() }).status, 0);
    const heard = loudness(await recording.stop());
    const played = loudness(tone);
    assert.ok(Math.abs(heard.integrated - played.integrated) < 0.2, JSON.stringify({ heard, played }));
  } finally {
    await desk.close();
  }
});
