// What another measures on a file: ffmpeg's EBU R128 meter.

import { spawnSync } from 'node:child_process';

/** Options that let ffmpeg read a raw recording of the desk. */
const rawOptions = (file) => (file.endsWith('.f32') ? ['-f', 'f32le', '-ar', '44100', '-ac', '2'] : []);

/**
 * Returns integrated loudness in LUFS and true peak in dBTP (EBU R128, as ffmpeg measures them).
 * @param {string} file
 * @param {{ from?: number, to?: number }} [part] seconds
 */
export function loudness(file, { from, to } = {}) {
  const part = [...(from === undefined ? [] : ['-ss', String(from)]), ...(to === undefined ? [] : ['-to', String(to)])];
  // Before the input: behind it, ffmpeg cuts only what the meter has already heard.
  const options = [...rawOptions(file), ...part, '-i', file, '-filter:a', 'ebur128=peak=true', '-f', 'null', '-'];
  const done = spawnSync('ffmpeg', ['-hide_banner', '-nostats', ...options], { encoding: 'utf8' });
  const summary = done.stderr.slice(done.stderr.lastIndexOf('Summary:'));
  const number = (label) => Number(new RegExp(`${label}:\\s+(-?[\\d.]+|-inf)`).exec(summary)?.[1].replace('inf', 'Infinity'));
  const measured = { integrated: number('I'), truePeak: number('Peak') };
  if (done.status !== 0 || Number.isNaN(measured.integrated)) throw new Error(`not measured: ${done.stderr}`);
  return measured;
}
