import { flushPromises } from '@vue/test-utils'
import { vi } from 'vitest'

// What tests of a whole room do with the page, while a false clock runs.

export const pass = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await flushPromises()
}
export const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
export const all = (id: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)]
export const text = (id: string) => find(id)?.textContent ?? ''
export async function press(id: string) {
  find(id)!.click()
  await pass(0)
}
export const key = (name: string, part: KeyboardEventInit = {}, target: EventTarget = document.activeElement ?? document.body) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...part }))
  return pass(30)
}
