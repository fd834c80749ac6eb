import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PRUNE_RULES, type Job, type PrunePlan, type Version } from '@/domain'
import { show } from '@/testing/page'
import UpkeepPrune from './UpkeepPrune.vue'

let page: VueWrapper
afterEach(() => page.unmount())

const outside = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)
const version = { id: 'v1', message: '', occasion: 'pause', foremost: [{ kind: 'tempo', before: 92, after: 94 }], changes: 1, time_ms: 1_700_000_000_000 } as unknown as Version
const plan = (part: Partial<PrunePlan> = {}): PrunePlan => ({ rules: PRUNE_RULES, versions: [{ version: 'v1', freed: 2048 }, { version: 'v2', freed: 1024 }], freed: 5 * 2 ** 20, ...part })
async function dialog(part: Record<string, unknown> = {}) {
  const heard = { onChange: vi.fn(), onBegin: vi.fn() }
  page = show(UpkeepPrune, { open: true, rules: PRUNE_RULES, plan: plan(), problem: null, failure: null, planning: false, job: null, starting: false, versions: new Map([['v1', version]]), total: 61, ...heard, ...part })
  await flushPromises()
  return heard
}

describe('thinning out', () => {
  it('says what each version frees alone, and what all free together', async () => {
    await dialog()
    expect(outside('prune-freed')!.textContent).toBe('5 MB')
    expect(outside('prune-plan')!.textContent).toContain('freed by 2 of 61 versions')
    expect(document.querySelectorAll('[data-testid=prune-row]')[0]!.textContent).toContain('Tempo 92 → 94 BPM')
    expect(document.querySelectorAll('[data-testid=prune-row]')[0]!.textContent).toContain('2 KB')
  })

  it('says what is always kept', async () => {
    await dialog()
    expect(document.body.textContent).toContain('Always kept: named and favourite versions')
  })

  it('changes a rule by its number', async () => {
    const heard = await dialog()
    const field = outside('prune-daily_days') as HTMLInputElement
    field.value = '30'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.dispatchEvent(new Event('blur', { bubbles: true }))
    await flushPromises()
    expect(heard.onChange).toHaveBeenCalledWith({ daily_days: 30 })
  })

  it('begins only with a plan that is up to date and has something in it', async () => {
    const heard = await dialog({ planning: true })
    expect(outside('prune-begin')!.hasAttribute('disabled')).toBe(true)
    page.unmount()
    await dialog({ plan: plan({ versions: [], freed: 0 }) })
    expect(outside('prune-begin')!.hasAttribute('disabled')).toBe(true)
    expect(outside('prune-plan')!.textContent).toContain('Nothing would go')
    page.unmount()
    const again = await dialog()
    outside('prune-begin')!.click()
    expect([heard.onBegin.mock.calls.length, again.onBegin.mock.calls.length]).toEqual([0, 1])
  })

  it('shows how far it is', async () => {
    await dialog({ job: { stage: 'pruning', progress: 0.4, work: { kind: 'prune_history' } } as unknown as Job })
    expect(document.querySelector('[role=progressbar]')!.getAttribute('aria-valuenow')).toBe('40')
    expect(outside('prune-begin')!.hasAttribute('disabled')).toBe(true)
  })

  it('tells why no plan could be made', async () => {
    await dialog({ plan: null, problem: { code: 'busy', message: 'could not read the store', hint: 'Close the other studio.' } })
    expect(document.querySelector('[role=alert]')!.textContent).toContain('could not read the store. Close the other studio.')
  })
})
