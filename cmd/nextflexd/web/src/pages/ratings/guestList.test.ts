import { expect, it } from 'vitest'
import { guestHistogram, guestList, sortOf } from './guestList'
import { leftOutOf } from './leftOut'
import { starsOf } from './starsOf'

const given = [
  { movieId: '1', title: 'Heat', stars: 4 },
  { movieId: '2', title: 'Alien', stars: 5 },
  { movieId: '3', title: 'Über den Wolken', stars: 4 },
  { movieId: '4', title: 'Zodiac', stars: 0.5 },
]
const ids = (list: { movieId: string }[]) => list.map((rating) => rating.movieId).join('')

it('orders as asked for, and of equals the newest first', () => {
  expect(ids(guestList(given, 'newest', undefined, 'en'))).toBe('4321')
  expect(ids(guestList(given, 'oldest', undefined, 'en'))).toBe('1234')
  expect(ids(guestList(given, 'highest', undefined, 'en'))).toBe('2314')
  expect(ids(guestList(given, 'lowest', undefined, 'en'))).toBe('4312')
  expect(ids(guestList(given, 'title', undefined, 'de'))).toBe('2134')
  expect(ids(given)).toBe('1234')
})

it('shows the films of some stars alone, and counts them', () => {
  expect(ids(guestList(given, 'newest', 4, 'en'))).toBe('31')
  const bars = guestHistogram(given)
  expect(bars).toHaveLength(10)
  expect(bars.filter((bar) => bar.count > 0)).toEqual([{ stars: 0.5, count: 1 }, { stars: 4, count: 2 }, { stars: 5, count: 1 }])
})

it('takes from the address what makes sense', () => {
  const of = (text: string) => new URLSearchParams(text)
  expect(['stars=4', 'stars=0.5', 'stars=4.5'].map((text) => starsOf(of(text)))).toEqual([4, 0.5, 4.5])
  expect(['', 'stars=', 'stars=0', 'stars=77', 'stars=4.2', 'stars=-1', 'stars=x'].map((text) => starsOf(of(text)))).toEqual(Array(7).fill(undefined))
  expect([sortOf(of('sort=title')), sortOf(of('sort=drop')), sortOf(of(''))]).toEqual(['title', 'newest', 'newest'])
})

it('takes of the page before what it handed on, and nothing else', () => {
  expect(leftOutOf({ ignored: ['profile.csv', 7], others: 3 })).toEqual({ ignored: ['profile.csv'], others: 3 })
  for (const state of [null, undefined, 'x', { ignored: [], others: 0 }, { ignored: 'a', others: '3' }]) expect(leftOutOf(state)).toEqual({})
})
