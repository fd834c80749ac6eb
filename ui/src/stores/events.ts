import type { StudioEvent } from '@/domain'
import { ipc } from '@/ipc'
import { useImports } from './imports'
import { useCleaning } from './cleaning'
import { useConverters } from './converters'
import { useCopies } from './copies'
import { useDictation } from './dictation'
import { useJobs } from './jobs'
import { useLibrary } from './library'
import { useLive } from './live'
import { useMastering } from './mastering'
import { useMerge } from './merge'
import { isChanged, useModulation } from './modulation'
import { useNotes } from './notes'
import { usePicked } from './picked'
import { usePlayback } from './playback'
import { useProfiles } from './profiles'
import { useProject } from './project'
import { useRecorder } from './recorder'
import { useRemote } from './remote'
import { useSaving } from './saving'
import { useSettings } from './settings'
import { useShelf } from './shelf'
import { useStage } from './stage'
import { useTimeline } from './timeline'
import { useToasts } from './toasts'
import { useTranscript } from './transcript'
import { useUpkeep } from './upkeep'
import { useVoice } from './voice'
import { useVoiceSource } from './voiceSource'

/** The only place where what changed in the studio reaches the state of the page. */
export function applyEvent(event: StudioEvent) {
  switch (event.type) {
    case 'job_changed':
      useJobs().put(event.data)
      useUpkeep().follow(event.data)
      return useMastering().follow(event.data)
    case 'job_removed': return useJobs().remove(event.data)
    case 'project_changed': return useProject().put(event.data)
    case 'mixer_changed': return useProject().putMixer(event.data)
    case 'projects_listed': return useProject().list(event.data)
    case 'playback_changed': return usePlayback().put(event.data)
    case 'shelf_changed': return useShelf().put(event.data)
    case 'settings_changed': return useSettings().put(event.data)
    case 'library_changed':
      useVoiceSource().renew()
      return useLibrary().putStatus(event.data)
    case 'sound_changed':
      useLibrary().put(event.data)
      useStage().putChanged(event.data)
      useRecorder().putSound(event.data)
      useVoice().putSound(event.data)
      useVoiceSource().put(event.data)
      useModulation().putSound(event.data)
      return usePicked().put(event.data)
    case 'collections_listed': return useLibrary().putCollections(event.data)
    case 'import_finished':
      void useMastering().locate()
      useVoiceSource().imported(event.data)
      return useImports().finish(event.data)
    case 'recorder_changed':
      useProfiles().followTake(event.data.state)
      return useRecorder().put(event.data)
    case 'take_recorded':
      void useProfiles().taken(event.data)
      return void useRecorder().finish(event.data)
    case 'mastering_changed': return useMastering().put(event.data)
    case 'sounds_made': return void (isChanged(event.data) ? useModulation() : useCleaning()).finish(event.data)
    case 'notes_heard': return useNotes().finish(event.data)
    case 'speech_made':
      useRemote().renew(event.data)
      return void useVoice().finish(event.data)
    case 'voices_listed': return useVoice().put(event.data)
    case 'profiles_listed':
      useVoice().renew()
      return useProfiles().put(event.data)
    case 'converters_listed': return useConverters().put(event.data)
    case 'speech_heard': return useTranscript().finish(event.data)
    case 'live_changed': return useLive().put(event.data)
    case 'dictation_changed': return void useDictation().put(event.data)
    case 'timeline_changed': return useTimeline().put(event.data)
    case 'merge_changed': return useMerge().put(event.data ?? null)
    case 'history_checked': return useUpkeep().finish(event.data)
    case 'copies_listed': return useCopies().put(event.data)
    case 'project_files_changed': return useSaving().noticed(event.data)
    case 'problem_found': return useToasts().showProblem(event.data)
  }
}

export const listen = () => ipc.onEvent(applyEvent)
