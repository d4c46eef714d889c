import { describe, expect, it } from 'vitest'
import { decadeOf, readFilters } from './useFilters'

const read = (query: string) => readFilters(new URLSearchParams(query))

describe('readFilters', () => {
  it('takes filters from the address', () => {
    expect(read('genre=Drama&language=ja&year_from=1990&year_to=1999&min_rating=3.5')).toEqual({ genre: 'Drama', language: 'ja', yearFrom: 1990, yearTo: 1999, minRating: 3.5 })
  })

  it('leaves out what makes no sense', () => {
    expect(read('language=%3Cscript%3E&year_from=abc&year_to=99999&min_rating=9&genre=')).toEqual({})
    expect(read('year_from=&min_rating=0')).toEqual({})
  })

  it('turns years round that stand the wrong way', () => {
    expect(read('year_from=2000&year_to=1990')).toEqual({ yearFrom: 1990, yearTo: 2000 })
  })
})

it('decadeOf knows decades from other ranges', () => {
  expect(decadeOf({ yearFrom: 1990, yearTo: 1999 })).toBe(1990)
  expect(decadeOf({ yearFrom: 1990, yearTo: 1998 })).toBeUndefined()
  expect(decadeOf({ yearFrom: 1995, yearTo: 2004 })).toBeUndefined()
  expect(decadeOf({})).toBeUndefined()
})
