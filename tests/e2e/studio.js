// The built studio in its window, with the hands of a person on it.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pause, until } from './wait.js';
import { WebDriver } from './webdriver.js';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '../..');
/** Pictures of the run, for people. */
export const out = join(here, 'out');

const studioProgram = () => process.env.SON1K_STUDIO ?? join(root, 'target/debug/son1k-studio');

export class Studio {
  /**
   * @param {import('./desk.js').Desk} desk
   * @param {import('node:child_process').ChildProcess} child
   * @param {WebDriver} driver
   * @param {string} log
   */
  constructor(desk, child, driver, log) {
    this.desk = desk;
    this.child = child;
    this.driver = driver;
    this.log = log;
    /** The X server's name for the window. */
    this.window = '';
  }

  /**
   * Opens the studio at a desk and waits for its first room.
   * @param {import('./desk.js').Desk} desk
   * @param {{ language?: string, first?: string, env?: Record<string, string> }} [wishes]
   *   `language`: the system's (`en_US.UTF-8`); `first`: test id that tells the room is there
   */
  static async open(desk, { language = 'en_US.UTF-8', first = 'prompt', env = {} } = {}) {
    const port = await freePort();
    const log = join(desk.folder, 'studio.log');
    const output = openSync(log, 'a');
    const child = spawn(studioProgram(), [], {
      cwd: desk.folder,
      stdio: ['ignore', output, output],
      env: {
        ...desk.env(),
        SON1K_MODELS: join(root, 'models/weights'),
        TAURI_WEBDRIVER_PORT: String(port),
        LANG: language,
        LC_ALL: language,
        LANGUAGE: language.slice(0, 2),
        ...env,
      },
    });
    closeSync(output);
    const alive = () => {
      if (child.exitCode !== null) throw new Error(`the studio ended with ${child.exitCode}:\n${readFileSync(log)}`);
    };
    const driver = await until('the window answers', () => (alive(), WebDriver.connect(port)), { within: 60_000 });
    const studio = new Studio(desk, child, driver, log);
    await studio.see(first, { within: 60_000 });
    const id = desk.hands('search', '--sync', '--onlyvisible', '--pid', String(child.pid)).split('\n').at(-1);
    desk.hands('windowfocus', '--sync', String(id));
    studio.window = String(id);
    return studio;
  }

  /**
   * Drags the window to a size, in pixels.
   * @param {number} width
   * @param {number} height
   */
  async resize(width, height) {
    this.desk.hands('windowsize', this.window, String(width), String(height));
    const size = () => [innerWidth, innerHeight].join();
    await until('the page to have the size', async () => (await this.driver.run(size)) === `${width},${height}`);
  }

  /**
   * Waits until an element is visible and returns where its middle is.
   * @param {string} testId
   * @param {{ within?: number }} [limits]
   */
  see(testId, limits) {
    return until(`to see ${testId}`, () => this.driver.run(middleOf, testId), limits);
  }

  /** @param {string} testId */
  async sees(testId) {
    return Boolean(await this.driver.run(middleOf, testId));
  }

  /**
   * Clicks with the real mouse, once the element has come to rest: rooms move while chips and takes arrive.
   * @param {string} testId
   */
  async click(testId) {
    let { x, y } = await this.see(testId);
    await until(`${testId} to rest`, async () => {
      const before = { x, y };
      await pause(60);
      ({ x, y } = await this.see(testId));
      return before.x === x && before.y === y;
    });
    this.desk.hands('mousemove', String(x), String(y), 'click', '1');
  }

  /**
   * Clicks a button that stays down, or lets it up again, and waits until it shows so.
   * @param {string} testId
   * @param {boolean} down
   */
  async setSwitch(testId, down) {
    const isDown = (id) => document.querySelector(`[data-testid="${id}"]`)?.getAttribute('aria-pressed') === 'true';
    const shows = async () => (await this.driver.run(isDown, testId)) === down;
    await until(`${testId} to be ${down ? 'down' : 'up'}`, async () => {
      if (await shows()) return true;
      await this.click(testId);
      await until('the switch to answer', shows, { within: 2_000 });
      return true;
    });
  }

  /**
   * Presses keys on the real keyboard: `ctrl+g`, `space`.
   * @param {string} keys
   */
  press(keys) {
    this.desk.hands('key', '--clearmodifiers', keys);
  }

  /**
   * Puts text into a field in the place of what it holds.
   * @param {string} testId
   * @param {string} text
   */
  async type(testId, text) {
    await until(`${testId} to take the keys`, async () => {
      await this.click(testId);
      await pause(50);
      return (await this.focused()) === testId;
    });
    this.press('ctrl+a');
    this.desk.hands('type', '--delay', '8', text);
    await until(`${testId} to hold the text`, async () => (await this.value(testId)) === text);
  }

  /**
   * Fills a field at once, for text that no keyboard layout has.
   * @param {string} testId
   * @param {string} text
   */
  async fill(testId, text) {
    await this.see(testId);
    await this.driver.run(fillField, testId, text);
  }

  /** Returns the test id of whatever has the keys. */
  focused() {
    return this.driver.run(() => document.activeElement?.dataset?.testid ?? '');
  }

  /** @param {string} testId */
  value(testId) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}"]`)?.value ?? '', testId);
  }

  /** @param {string} testId */
  text(testId) {
    return this.driver.run((id) => document.querySelector(`[data-testid="${id}"]`)?.innerText ?? '', testId);
  }

  /**
   * Returns the texts of all elements whose test id is, or begins with, the one given.
   * @param {string} testId
   * @returns {Promise<{ id: string, text: string, state: string }[]>}
   */
  all(testId) {
    return this.driver.run(allOf, testId);
  }

  /**
   * Keeps a picture of the page in `out`.
   * @param {string} name
   */
  async photograph(name) {
    await pause(900);
    // What was laid out is painted in the pictures after it; a busy machine may take a while to come to them.
    await this.driver.run(countPictures);
    await until('the page to be painted', () => this.driver.run(() => document.documentElement.dataset.pictures === '3'));
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, `${name}.png`), await this.driver.screenshot());
  }

  /** Ends the studio as a power cut would. */
  async kill() {
    this.child.kill('SIGKILL');
    await until('the studio is dead', () => this.child.signalCode);
    await pause(500);
  }

  /** Ends the studio as the system does when a person logs out. */
  async close() {
    if (this.child.exitCode !== null || this.child.signalCode) return;
    this.child.kill('SIGTERM');
    await until('the studio to end', () => this.child.exitCode !== null || this.child.signalCode, { within: 10_000 });
  }
}

// The functions below run in the page.

function middleOf(id) {
  const element = document.querySelector(`[data-testid="${id}"]`);
  if (!element) return null;
  element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return null;
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}

function fillField(id, text) {
  const field = document.querySelector(`[data-testid="${id}"]`);
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

function countPictures() {
  const { dataset } = document.documentElement;
  dataset.pictures = '0';
  const next = () => {
    dataset.pictures = String(Number(dataset.pictures) + 1);
    if (dataset.pictures !== '3') requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

function allOf(id) {
  return [...document.querySelectorAll(`[data-testid="${id}"], [data-testid^="${id}-"]`)].map((element) => ({
    id: element.dataset.testid,
    text: element.innerText,
    state: element.dataset.state ?? '',
  }));
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((found, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => found(port));
    });
  });
}
