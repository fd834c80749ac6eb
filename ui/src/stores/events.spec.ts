import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Job, Project, StudioEvent } from '@/domain'
import { setIpc } from '@/ipc'
import { createFake } from '@/ipc/fake'
import { shelf } from '@/ipc/fake/fixtures'
import { applyEvent, listen } from './events'
import { useJobs } from './jobs'
import { usePlayback } from './playback'
import { useProject } from './project'
import { useSettings } from './settings'
import { useShelf } from './shelf'
import { useToasts } from './toasts'

beforeEach(() => {
  setActivePinia(createPinia())
  setIpc(createFake(new URLSearchParams('fake=demo')))
})

const job = (id: string, progress = 0): Job => ({
  id, work: { kind: 'fetch_model', model: 'm' }, priority: 'pro', state: 'running', stage: 'downloading', progress, attempt: 1, problem: null, created_ms: 1, started_ms: 1, finished_ms: null,
})

describe('what changed in the studio', () => {
  it('adds, updates and removes jobs', () => {
    const jobs = useJobs()
    applyEvent({ type: 'job_changed', data: job('a') })
    applyEvent({ type: 'job_changed', data: job('a', 0.5) })
    expect(jobs.all.map((each) => each.progress)).toEqual([0.5])
    applyEvent({ type: 'job_removed', data: 'a' })
    expect(jobs.all).toEqual([])
  })

  it('replaces the project, and keeps lyrics that are still being written', () => {
    const project = useProject()
    const sent = (lyrics: string): StudioEvent => ({ type: 'project_changed', data: { id: 'p', name: 'One', lyrics, takes: [], current: null, mixer: [] } as unknown as Project })
    applyEvent(sent('first'))
    expect(project.lyrics).toBe('first')
    project.writeLyrics('first and second')
    applyEvent(sent('first'))
    expect(project.lyrics).toBe('first and second')
  })

  it('moves the mixer without touching the takes, and never pulls a fader out of the hand', async () => {
    const project = useProject()
    await project.load()
    await listen()
    const takes = project.open!.takes
    const drag = [-3, -6, -9].map((value) => project.setStrip('bass', { kind: 'level', value }, 1))
    const level = () => project.open!.mixer.find((strip) => strip.track === 'bass')!.level
    expect(level()).toBe(-9)
    const old = project.open!.mixer.map((strip) => ({ ...strip, level: 0 }))
    applyEvent({ type: 'mixer_changed', data: { mixer: old, undo: null, redo: null, saved: false } })
    expect(level()).toBe(-9)
    await Promise.all(drag)
    applyEvent({ type: 'mixer_changed', data: { mixer: old, undo: { step: 'level', subject: 'Bass' }, redo: null, saved: false } })
    expect(level()).toBe(0)
    expect(project.open!.undo?.subject).toBe('Bass')
    expect(project.open!.takes.map((take) => take.id)).toEqual(takes.map((take) => take.id))
  })

  it('lists projects with the newest first', () => {
    const info = (id: string, modified_ms: number) => ({ id, name: id, folder: '', modified_ms })
    applyEvent({ type: 'projects_listed', data: [info('old', 1), info('new', 2)] })
    expect(useProject().projects.map((each) => each.id)).toEqual(['new', 'old'])
  })

  it('reaches transport, shelf and settings', async () => {
    applyEvent({ type: 'playback_changed', data: { state: 'playing', take: 't', duration: 10, device: 'd', problem: null, volume: 0.5, queue: null } })
    expect(usePlayback().playing).toBe(true)
    applyEvent({ type: 'shelf_changed', data: shelf() })
    expect(useShelf().shelf?.provider).toBe('CPU')
    applyEvent({ type: 'settings_changed', data: { ...(await createFake().getSettings()), shortcuts: { generate: 'f5' } } })
    expect(useSettings().shortcuts).toEqual({ generate: 'f5' })
  })

  it('tells a problem with its hint', () => {
    applyEvent({ type: 'problem_found', data: { code: 'audio_device_lost', message: 'the output device is gone', hint: 'Connect it again.' } })
    expect(useToasts().list).toMatchObject([{ tone: 'problem', text: 'the output device is gone', hint: 'Connect it again.' }])
  })

  it('comes only through the subscription: a command changes nothing by itself', async () => {
    const project = useProject()
    await project.load()
    const take = project.open!.takes[1]!
    await project.star(take.id, true)
    expect(project.open!.takes[1]!.starred).toBe(false)
    await listen()
    await project.star(take.id, true)
    expect(project.open!.takes[1]!.starred).toBe(true)
  })
})
