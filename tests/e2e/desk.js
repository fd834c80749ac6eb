// A virtual desk: an X display, a session bus, and a sound server whose only output is recorded.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pause, until } from './wait.js';

const SINK = 'module-null-sink sink_name=studio rate=44100 format=float32le channels=2';
/** What is played into it comes out of the microphone. */
const MICROPHONE = 'module-null-sink sink_name=microphone rate=48000 format=float32le channels=2';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

export class Desk {
  /** @type {ChildProcess[]} */
  #children = [];
  #bus = '';
  display = '';
  folder = mkdtempSync(join(tmpdir(), 'son1k-window-'));

  /**
   * Starts display and bus, and the sound server unless the desk is to have none.
   * @param {{ sound?: boolean }} [wishes]
   */
  static async open({ sound = true } = {}) {
    const desk = new Desk();
    mkdirSync(join(desk.folder, 'run'), { mode: 0o700 });
    const asound = '</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n';
    writeFileSync(join(desk.folder, 'asound.conf'), asound);
    const screen = ['-displayfd', '1', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'];
    desk.display = `:${await desk.#firstLine('Xvfb', screen)}`;
    desk.#bus = await desk.#firstLine('dbus-daemon', ['--session', '--nofork', '--print-address=1']);
    if (sound) await desk.startSound();
    return desk;
  }

  get #socket() {
    return join(this.folder, 'pulse.socket');
  }

  /** Plugs the sound card in. */
  async startSound() {
    const protocol = `module-native-protocol-unix auth-anonymous=1 socket=${this.#socket}`;
    const options = ['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', '-L', protocol, '-L', SINK, '-L', MICROPHONE];
    this.sound = this.#start('pulseaudio', options, 'ignore');
    await until('the sound server listens', () => existsSync(this.#socket));
  }

  /** Pulls the sound card out while everything else runs. */
  async stopSound() {
    this.sound?.kill('SIGKILL');
    await until('the sound server is gone', () => this.sound?.exitCode !== null || this.sound?.signalCode);
    rmSync(this.#socket, { force: true });
  }

  /** The environment of a program at this desk: its own home, so that nothing of the person's is touched. */
  env() {
    return {
      ...process.env,
      HOME: this.folder,
      XDG_DATA_HOME: join(this.folder, 'data'),
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      XDG_RUNTIME_DIR: join(this.folder, 'run'),
      DISPLAY: this.display,
      WAYLAND_DISPLAY: '',
      GDK_BACKEND: 'x11',
      DBUS_SESSION_BUS_ADDRESS: this.#bus,
      PULSE_SERVER: `unix:${this.#socket}`,
      PULSE_SINK: 'studio',
      PULSE_SOURCE: 'microphone.monitor',
      ALSA_CONFIG_PATH: join(this.folder, 'asound.conf'),
    };
  }

  /**
   * Types or clicks as a person does: through the X server.
   * @param {...string} words
   */
  hands(...words) {
    const done = spawnSync('xdotool', words, { env: this.env(), encoding: 'utf8', timeout: 30_000 });
    if (done.status !== 0) throw new Error(`xdotool ${words.join(' ')}: ${done.error ?? done.stderr}`);
    return done.stdout.trim();
  }

  /**
   * Takes a picture of the whole display.
   * @param {string} file
   */
  photograph(file) {
    const grab = ['-loglevel', 'error', '-y', '-f', 'x11grab', '-draw_mouse', '0', '-i', this.display];
    const done = spawnSync('ffmpeg', [...grab, '-frames:v', '1', '-update', '1', file], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`no picture: ${done.error ?? done.stderr}`);
  }

  /**
   * Records what the sound server receives, until `stop`.
   * @param {string} name of the raw file: 32-bit float, stereo, 44,100 Hz
   */
  async record(name) {
    const file = join(this.folder, `${name}.f32`);
    const output = openSync(file, 'w');
    const format = ['--format=float32le', '--rate=44100', '--channels=2', '--latency-msec=30', '--raw'];
    const parec = spawn('parec', ['-d', 'studio.monitor', ...format], {
      env: this.env(),
      stdio: ['ignore', output, 'ignore'],
    });
    closeSync(output);
    this.#children.push(parec);
    await pause(400);
    return {
      /** Ends the recording and returns its file. */
      async stop() {
        await pause(300);
        parec.kill('SIGTERM');
        await until('the recorder ended', () => parec.exitCode !== null || parec.signalCode);
        return file;
      },
    };
  }

  /** Ends everything and removes the desk's folder. */
  async close() {
    for (const child of this.#children.reverse()) child.kill('SIGKILL');
    await until('all has ended', () => this.#children.every((child) => child.exitCode !== null || child.signalCode));
    // The web view's own processes die a moment later, and write caches until then.
    await until('the desk is cleared', () => (rmSync(this.folder, { recursive: true, force: true }), true));
  }

  /**
   * @param {string} program
   * @param {string[]} options
   * @param {'ignore' | 'pipe'} output
   */
  #start(program, options, output) {
    const child = spawn(program, options, {
      env: { ...process.env, HOME: this.folder, XDG_RUNTIME_DIR: join(this.folder, 'run') },
      stdio: ['ignore', output, 'ignore'],
    });
    this.#children.push(child);
    return child;
  }

  /**
   * Starts a program that says where it listens in its first line.
   * @param {string} program
   * @param {string[]} options
   * @returns {Promise<string>}
   */
  #firstLine(program, options) {
    const child = this.#start(program, options, 'pipe');
    return new Promise((found, fail) => {
      child.once('error', fail);
      child.once('exit', (code) => fail(new Error(`${program} ended with ${code}`)));
      createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).once('line', found);
    });
  }
}
