// What others measure on a file: ffmpeg's EBU R128 meter, and the stems found in a recording.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './studio.js';

/** Options that let ffmpeg read a raw recording of the desk. */
const rawOptions = (file) => (file.endsWith('.f32') ? ['-f', 'f32le', '-ar', '44100', '-ac', '2'] : []);

/**
 * Returns integrated loudness in LUFS and true peak in dBTP (EBU R128, as ffmpeg measures them).
 * @param {string} file
 * @param {{ from?: number, to?: number }} [part] seconds
 */
export function loudness(file, { from, to } = {}) {
  const part = [...(from === undefined ? [] : ['-ss', String(from)]), ...(to === undefined ? [] : ['-to', String(to)])];
  const options = [...rawOptions(file), '-i', file, ...part, '-filter:a', 'ebur128=peak=true', '-f', 'null', '-'];
  const done = spawnSync('ffmpeg', ['-hide_banner', '-nostats', ...options], { encoding: 'utf8' });
  const summary = done.stderr.slice(done.stderr.lastIndexOf('Summary:'));
  const number = (label) => Number(new RegExp(`${label}:\\s+(-?[\\d.]+|-inf)`).exec(summary)?.[1].replace('inf', 'Infinity'));
  const measured = { integrated: number('I'), truePeak: number('Peak') };
  if (done.status !== 0 || Number.isNaN(measured.integrated)) throw new Error(`not measured: ${done.stderr}`);
  return measured;
}

/**
 * Finds how loud each stem is inside a recording: 1 as in the mix, 0 not at all.
 * @param {string} recording
 * @param {string[]} stems
 * @returns {{ offset: number, gains: number[], unexplained: number }}
 */
export function unmix(recording, stems) {
  const python = process.env.SON1K_JUDGE ?? join(root, 'target/xtask/judge/bin/python');
  const done = spawnSync(python, [join(root, 'tests/judge/unmix.py'), recording, ...stems], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`not unmixed: ${done.error ?? done.stderr}`);
  return JSON.parse(done.stdout);
}
