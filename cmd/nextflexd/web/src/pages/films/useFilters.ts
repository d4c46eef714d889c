import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'

/** Filters of films, as they stand in the address: a link to the page leads to the same films. */
export interface Filters {
  genre?: string
  yearFrom?: number
  yearTo?: number
  language?: string
  minRating?: number
}

const names = { genre: 'genre', yearFrom: 'year_from', yearTo: 'year_to', language: 'language', minRating: 'min_rating' } as const

function numberOf(text: string | null, least: number, most: number): number | undefined {
  if (text === null || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) && value >= least && value <= most ? value : undefined
}

/** readFilters takes from the address what makes sense, and leaves the rest. */
export function readFilters(params: URLSearchParams): Filters {
  const filters: Filters = {}
  const genre = params.get(names.genre)?.slice(0, 60)
  if (genre) filters.genre = genre
  const language = params.get(names.language)
  if (language && /^[a-z]{2,3}$/.test(language)) filters.language = language
  const year = (text: string | null) => {
    const value = numberOf(text, 1870, 2100)
    return value === undefined ? undefined : Math.trunc(value)
  }
  const [from, to] = [year(params.get(names.yearFrom)), year(params.get(names.yearTo))]
  if (from !== undefined && to !== undefined && from > to) Object.assign(filters, { yearFrom: to, yearTo: from })
  else {
    if (from !== undefined) filters.yearFrom = from
    if (to !== undefined) filters.yearTo = to
  }
  const least = numberOf(params.get(names.minRating), 0.5, 5)
  if (least !== undefined) filters.minRating = least
  return filters
}

export function useFilters() {
  const [params, setParams] = useSearchParams()
  const filters = useMemo(() => readFilters(params), [params])
  /** change sets some of the address's fields; undefined and '' take one away. */
  const change = useCallback(
    (changes: Record<string, string | number | undefined>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before)
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === '') after.delete(name)
            else after.set(name, String(value))
          }
          return after
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  )
  return { params, filters, change }
}

/** decadeOf returns the decade that both years bound, such as 1990 for 1990 to 1999. */
export function decadeOf({ yearFrom, yearTo }: Filters): number | undefined {
  return yearFrom !== undefined && yearFrom % 10 === 0 && yearTo === yearFrom + 9 ? yearFrom : undefined
}
