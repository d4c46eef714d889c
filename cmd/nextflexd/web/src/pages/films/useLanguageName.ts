import { useCallback } from 'react'
import { useIntl } from 'react-intl'

/** useLanguageName names a language by its ISO 639-1 code in the language of the page. */
export function useLanguageName(): (code: string) => string {
  const intl = useIntl()
  return useCallback(
    (code) => {
      const known = code === 'cn' ? 'zh' : code // TMDB's code for Cantonese is none of ISO's
      try {
        return intl.formatDisplayName(known, { type: 'language', fallback: 'code' }) ?? code
      } catch {
        return code // not a code at all
      }
    },
    [intl],
  )
}
