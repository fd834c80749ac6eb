import { createI18n } from 'vue-i18n'
import type { Language } from '@/domain'
import en from './en.json'
import es from './es.json'

export const i18n = createI18n({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: { en, es } })

/** Switches the language of every text, and tells assistive technology. */
export function setLanguage(language: Language) {
  i18n.global.locale.value = language
  if (typeof document !== 'undefined') document.documentElement.lang = language
}
