// The little of the WebDriver protocol (W3C, classic) that the window tests speak, over fetch.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class WebDriver {
  #session;

  /** @param {string} session address of the session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * Opens a session with the driver inside the studio. No `browserName`: the driver refuses one.
   * @param {number} port
   */
  static async connect(port) {
    const base = `http://127.0.0.1:${port}`;
    const answer = await send('POST', `${base}/session`, { capabilities: { alwaysMatch: {} } });
    return new WebDriver(`${base}/session/${answer.sessionId ?? answer.session_id}`);
  }

  /**
   * Runs a function in the page and returns what it returns.
   * @param {string | Function} script
   * @param {...unknown} values
   */
  run(script, ...values) {
    const body = typeof script === 'string' ? script : `return (${script}).apply(null, arguments)`;
    return send('POST', `${this.#session}/execute/sync`, { script: body, args: values });
  }

  /** Returns a PNG of the page. */
  async screenshot() {
    return Buffer.from(await send('GET', `${this.#session}/screenshot`), 'base64');
  }

  /**
   * Returns the id of an element, or throws.
   * @param {string} css
   */
  async find(css) {
    const found = await send('POST', `${this.#session}/element`, { using: 'css selector', value: css });
    return found[ELEMENT];
  }
}

/**
 * @param {'GET' | 'POST'} method
 * @param {string} address
 * @param {object} [body]
 */
async function send(method, address, body) {
  const answer = await fetch(address, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : undefined,
    signal: AbortSignal.timeout(30_000),
  });
  const { value } = /** @type {{ value: any }} */ (await answer.json());
  if (!answer.ok) throw new Error(`${value?.error ?? answer.status}: ${value?.message ?? ''}`);
  return value;
}
