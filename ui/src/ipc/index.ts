import type { Ipc } from './contract'

export type { Drag, FileFilter, Ipc, Unlisten } from './contract'
export { AppError } from './error'

/** The studio on the other side; `connect` or a test puts it here before anything calls it. */
export let ipc: Ipc

export function setIpc(other: Ipc) {
  ipc = other
}

/** Connects to the shell, or in a plain browser during development to a studio in memory. */
export async function connect() {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { createFake } = await import('./fake')
    setIpc(createFake(new URLSearchParams(location.search)))
    return
  }
  const { tauri } = await import('./tauri')
  setIpc(tauri)
}
