import { createSlice, type PayloadAction } from '@reduxjs/toolkit'

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

// The language is kept here; the colour scheme is kept by the theme.
const key = 'nextflex.language'

function isLanguage(text: string | null): text is Language {
  return (languages as readonly (string | null)[]).includes(text)
}

function remembered(): Language {
  const saved = localStorage.getItem(key)
  if (isLanguage(saved)) return saved
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en'
}

export const settings = createSlice({
  name: 'settings',
  initialState: () => ({ language: remembered() }),
  reducers: {
    languageChosen(state, { payload }: PayloadAction<Language>) {
      state.language = payload
      localStorage.setItem(key, payload)
    },
  },
})

export const { languageChosen } = settings.actions
