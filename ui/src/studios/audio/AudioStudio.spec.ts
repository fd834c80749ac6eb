import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, KeepAlive } from 'vue'
import { type Drag, ipc, setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { i18n, setLanguage } from '@/locales'
import { listen } from '@/stores/events'
import { useImports } from '@/stores/imports'
import { useLibrary } from '@/stores/library'
import { usePicked } from '@/stores/picked'
import { useToasts } from '@/stores/toasts'
import AudioStudio from './AudioStudio.vue'

let page: VueWrapper
let drag: (event: Drag) => void

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(500)
})
afterEach(() => page.unmount())

async function room(query = '') {
  const pinia = createPinia()
  setActivePinia(pinia)
  setIpc(createFake(new URLSearchParams(query)))
  vi.spyOn(ipc, 'onDrag').mockImplementation(async (tell) => { drag = tell; return () => undefined })
  await listen()
  setLanguage('en')
  page = mount({ render: () => h(TooltipProvider, null, { default: () => h(KeepAlive, null, { default: () => h(AudioStudio) }) }) }, { attachTo: document.body, global: { plugins: [i18n, pinia] } })
  // The room, its answer, the list's measure of itself, its rows.
  for (let turn = 0; turn < 4; turn++) await flushPromises()
}

const find = (id: string) => page.find(`[data-testid=${id}]`)
const outside = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)
const list = () => page.get('[data-testid=library-list]')

function paste(text: string, target: EventTarget = document.body) {
  const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData: { getData: (type: string) => (type === 'text/plain' ? text : '') } })
  target.dispatchEvent(event)
  return flushPromises()
}

describe('the room of the library', () => {
  it('lists the sounds and says how many there are', async () => {
    await room()
    expect(find('library-row-sound-0').exists()).toBe(true)
    expect(find('library-count').text()).toBe('420 sounds')
  })

  it('invites when the library is empty', async () => {
    await room('library=empty')
    expect(find('library-empty').text()).toContain('Bring your sounds in')
    const pick = vi.spyOn(ipc, 'pickFiles').mockResolvedValue([])
    await find('empty-files').trigger('click')
    expect(pick).toHaveBeenCalled()
    expect(find('details-pane').exists()).toBe(false)
  })

  it('says so while it opens', async () => {
    await room('library=slow')
    expect(find('library-loading').exists()).toBe(true)
    // What still waits would ask the studio of the next test.
    await vi.waitFor(() => expect(useLibrary().pages.size).toBe(2), { timeout: 5000 })
  })

  it('tells a failure with its hint, and tries again', async () => {
    await room('library=failing')
    await find('library-again').trigger('click')
    await flushPromises()
    expect(find('library-problem').text()).toContain('Close other programs')
    await find('library-again').trigger('click')
    await flushPromises()
    expect(find('library-row-sound-0').exists()).toBe(true)
  })

  it('keeps the list in view when it fails later', async () => {
    await room()
    const search = vi.spyOn(ipc, 'searchLibrary').mockRejectedValueOnce({ code: 'internal', message: 'the search broke', hint: 'Try again.' })
    await useLibrary().narrow({ rating_min: 2 })
    await flushPromises()
    expect(find('library-problem').text()).toContain('the search broke')
    expect(find('library-row-sound-0').exists()).toBe(true)
    search.mockRestore()
    await find('library-again').trigger('click')
    await flushPromises()
    expect(find('library-problem').exists()).toBe(false)
  })

  it('leads back from a search without a result', async () => {
    await room()
    await useLibrary().narrow({ bpm_min: 399 })
    await flushPromises()
    expect(find('library-nothing').exists()).toBe(true)
    await find('nothing-clear').trigger('click')
    await flushPromises()
    expect(find('library-count').text()).toBe('420 sounds')
  })
})

describe('files', () => {
  it('are shown while they are dragged, and taken when they are dropped', async () => {
    await room()
    drag({ kind: 'entered', paths: ['/m/new.wav', '/m/notes.pdf'] })
    await flushPromises()
    expect(find('drop-sum').text()).toContain('1 sound can be taken')
    expect(find('drop-refused').text()).toContain('notes.pdf is not a sound file')
    drag({ kind: 'left' })
    await flushPromises()
    expect(find('drop-preview').exists()).toBe(false)
    const importing = vi.spyOn(ipc, 'importSounds')
    drag({ kind: 'entered', paths: ['/m/new.wav'] })
    drag({ kind: 'dropped', paths: ['/m/new.wav'] })
    await flushPromises()
    expect(importing).toHaveBeenCalledWith(['/m/new.wav'], null)
    expect(find('drop-preview').exists()).toBe(false)
  })

  it('are taken by their pasted paths, into the collection that is open', async () => {
    await room()
    const importing = vi.spyOn(ipc, 'importSounds')
    await useLibrary().narrow({ collection: 'collection-1' })
    await paste('/m/a.wav\nfile:///m/b.flac')
    expect(importing).toHaveBeenCalledWith(['/m/a.wav', 'file:///m/b.flac'], 'collection-1')
    await paste('sube la noche')
    expect(importing).toHaveBeenCalledTimes(1)
    expect(useToasts().list).toMatchObject([{ text: 'There is no path to paste.' }])
    await paste('/m/c.wav', find('library-search').element)
    expect(importing).toHaveBeenCalledTimes(1)
  })

  it('have a report with the reason of each refusal', async () => {
    await room()
    useImports().finish({ job: 'job-1', report: { added: ['a'], duplicates: [], relinked: [], cancelled: false, refused: [{ path: '/m/notes.pdf', problem: { code: 'unsupported_file', message: 'notes.pdf is not a sound file', hint: 'WAV can be taken.' } }] } })
    await flushPromises()
    expect(find('drop-report').text()).toContain('WAV can be taken.')
    await find('report-close').trigger('click')
    expect(find('drop-report').exists()).toBe(false)
  })
})

describe('the hands on the keyboard', () => {
  it('walk, rate and open the details', async () => {
    await room()
    await list().trigger('keydown', { key: 'ArrowDown' })
    await list().trigger('keydown', { key: 'ArrowDown' })
    await list().trigger('keydown', { key: '4' })
    await flushPromises()
    expect(find('library-row-sound-1').find('[data-stars]').attributes('aria-label')).toBe('4 stars')
    expect(find('details').attributes('data-sound')).toBe('sound-1')
    expect(find('true-peak').exists()).toBe(true)
  })

  it('pick everything wherever nobody types', async () => {
    await room()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true }))
    await flushPromises()
    expect(find('picked-count').text()).toBe('420 selected')
    usePicked().none()
    await find('library-search').trigger('keydown', { key: 'a', ctrlKey: true })
    expect(usePicked().count).toBe(0)
  })

  it('remove only after they were asked; the files stay', async () => {
    await room()
    const remove = vi.spyOn(ipc, 'removeSounds')
    await list().trigger('keydown', { key: 'Home' })
    await list().trigger('keydown', { key: 'Delete' })
    await flushPromises()
    expect(remove).not.toHaveBeenCalled()
    expect(document.body.textContent).toContain('The file stays where it is.')
    outside('remove-confirm')!.click()
    await flushPromises()
    expect(remove).toHaveBeenCalledWith(['sound-0'])
    expect(find('library-count').text()).toBe('419 sounds')
  })

  it('take a sound out of the open collection at once, with a way back', async () => {
    await room()
    await useLibrary().narrow({ collection: 'collection-1' })
    await flushPromises()
    await list().trigger('keydown', { key: 'Home' })
    await list().trigger('keydown', { key: 'Delete' })
    await flushPromises()
    expect(useLibrary().total).toBe(83)
    useToasts().list[0]!.action!.run()
    await flushPromises()
    await vi.waitFor(() => expect(useLibrary().total).toBe(84))
  })

  it('make, rename and delete collections', async () => {
    await room()
    await find('collection-new').trigger('click')
    await flushPromises()
    await find('collection-name').setValue('Ideas')
    await find('collection-name').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(useLibrary().collections.map(({ name }) => name)).toContain('Ideas')
    await find('collection-collection-1').trigger('keydown', { key: 'F2' })
    await flushPromises()
    await find('collection-name').setValue('Breaks')
    await find('collection-name').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(find('collection-collection-1').text()).toContain('Breaks')
    await find('collection-collection-1').trigger('keydown', { key: 'Delete' })
    await flushPromises()
    outside('delete-confirm')!.click()
    await flushPromises()
    expect(useLibrary().collections.map(({ name }) => name)).not.toContain('Breaks')
  })
})

describe('many sounds', () => {
  it('share one form for their tags and one rating', async () => {
    await room()
    const picked = usePicked()
    picked.go(0)
    await picked.extend(3)
    await flushPromises()
    const edit = vi.spyOn(ipc, 'editTags')
    const artist = page.get('[data-testid=tag-artist]')
    await artist.setValue('Tres Esquinas')
    await artist.trigger('blur')
    await flushPromises()
    expect(edit).toHaveBeenCalledWith(['sound-0', 'sound-1', 'sound-2', 'sound-3'], { artist: 'Tres Esquinas' })
    expect((page.get('[data-testid=tag-artist]').element as HTMLInputElement).value).toBe('Tres Esquinas')
  })
})
