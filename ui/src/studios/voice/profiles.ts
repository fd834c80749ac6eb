import { useI18n } from 'vue-i18n'
import { fileName, PROFILE_EXTENSION, SOUND_FILES } from '@/composables/paths'
import type { Profile } from '@/domain'
import { useLibrary } from '@/stores/library'
import { useProfiles } from '@/stores/profiles'
import { useToasts } from '@/stores/toasts'
import { useVoice } from '@/stores/voice'

/** What can be done with profiles that asks for files, or leads elsewhere. */
export function useProfileActions() {
  const { t } = useI18n()
  const profiles = useProfiles()
  const voice = useVoice()
  const toasts = useToasts()
  const library = useLibrary()
  const parcel = () => ({ name: t('profiles.file'), extensions: [PROFILE_EXTENSION] })

  async function exportProfile(profile: Profile) {
    const path = await profiles.exportTo(profile, parcel())
    if (path) toasts.show({ tone: 'good', text: t('notes.exported', { name: fileName(path) }), action: { label: t('library.reveal'), run: () => void library.reveal(path) } })
  }

  /** Takes the closest voice to where texts are spoken. */
  function speakWith(profile: Profile) {
    voice.narrow({ text: '', language: null, gender: null })
    voice.choose(profiles.voiceOf(profile.id))
    voice.mode = 'speak'
  }

  return {
    exportProfile, speakWith,
    bring: () => profiles.chooseParcel(parcel()),
    upload: () => profiles.chooseFiles({ name: t('library.files'), extensions: SOUND_FILES }),
  }
}
