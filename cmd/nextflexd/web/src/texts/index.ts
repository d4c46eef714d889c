import type { Language } from '../settings'
import type { en } from './en'

export type TextId = keyof typeof en
/** The catalogue of one language: every text, so that a missing one fails the check. */
export type Texts = Record<TextId, string>

declare global {
  // Ids of texts are checked wherever one is used.
  namespace FormatjsIntl {
    interface Message {
      ids: TextId
    }
  }
}

/** loadTexts fetches the catalogue of a language, and of no other. */
export async function loadTexts(language: Language): Promise<Texts> {
  switch (language) {
    case 'en':
      return (await import('./en')).en
    case 'de':
      return (await import('./de')).de
  }
}
