import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { h, nextTick } from 'vue'
import type { ImportReport } from '@/domain'
import { setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { useImports } from '@/stores/imports'
import { useSession } from '@/stores/session'
import { useToasts } from '@/stores/toasts'
import { useImportNews } from './useImportNews'

let page: VueWrapper
beforeEach(() => {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake())
  setLanguage('en')
  page = mount({ setup: () => { useImportNews(); return () => h('i') } }, { global: { plugins: [i18n, pinia] } })
})
afterEach(() => page.unmount())

const report = (added: number, refused = 0): ImportReport => ({
  added: Array.from({ length: added }, (_, id) => `s${id}`), duplicates: [], relinked: [], cancelled: false,
  refused: Array.from({ length: refused }, (_, id) => ({ path: `/m/${id}.txt`, problem: { code: 'unsupported_file', message: '', hint: '' } })),
})

describe('the end of an import', () => {
  it('is told to somebody in another room, with a way to its report', async () => {
    useImports().finish({ job: 'job-1', report: report(3, 1) })
    await nextTick()
    const [toast] = useToasts().list
    expect(toast!.text).toBe('3 sounds came into the library. 1 file was refused.')
    toast!.action!.run()
    await nextTick()
    expect(useSession().room).toBe('audio')
    expect(useImports().outcome?.report.added.length).toBe(3)
    expect(useToasts().list.length).toBe(1)
  })

  it('is only told when it came by a watched folder, wherever one is', async () => {
    useSession().room = 'audio'
    useImports().finish({ job: null, report: report(1) })
    await nextTick()
    expect(useImports().outcome).toBeNull()
    expect(useToasts().list[0]!.text).toBe('1 sound came into the library.')
    useToasts().list[0]!.action!.run()
    await nextTick()
    expect(useImports().outcome?.report.added).toEqual(['s0'])
  })

  it('is left to the report in its own room, and to silence when nothing came', async () => {
    useSession().room = 'audio'
    useImports().finish({ job: 'job-1', report: report(2) })
    await nextTick()
    useSession().room = 'ghost'
    useImports().finish({ job: null, report: report(0) })
    await nextTick()
    expect(useToasts().list).toEqual([])
  })
})
