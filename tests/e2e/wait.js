// Waiting, for things that take as long as they take.

/** @param {number} ms */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Asks until the answer is truthy, and returns it.
 * @template T
 * @param {string} what words for the message when it never comes
 * @param {() => T | Promise<T>} ask may throw; the last error is part of the message
 * @param {{ within?: number, every?: number }} [limits] milliseconds
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, { within = 60_000, every = 50 } = {}) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${within} ms in vain: ${what}`, { cause: last });
    await pause(every);
  }
}
