import { expect, it } from 'vitest'
import { filterOf } from '../admin/OneTable'
import { agreement, generosity, leanings } from './tasteWords'

it('says how generous somebody is, to a tenth of a star', () => {
  expect(generosity(0.31)).toEqual({ id: 'taste.generous', stars: 0.3 })
  expect(generosity(-1.26)).toEqual({ id: 'taste.strict', stars: 1.3 })
  expect(generosity(0.04)).toEqual({ id: 'taste.even', stars: 0 })
  expect(generosity(-0.06)).toEqual({ id: 'taste.strict', stars: 0.1 })
})

it('says how far somebody agrees with the others', () => {
  expect([1, 0.6, 0.59, 0.3, 0.1, -0.09, -0.1, -1].map(agreement)).toEqual([
    'taste.agreeMuch',
    'taste.agreeMuch',
    'taste.agreeSome',
    'taste.agreeSome',
    'taste.agreeLittle',
    'taste.agreeLittle',
    'taste.disagree',
    'taste.disagree',
  ])
})

it('names the genres that somebody leans to, the strongest first, of those with films enough', () => {
  const group = (name: string, liking: number | undefined, count = 9) => ({ name, count, mean: 3, ...(liking !== undefined && { liking }) })
  expect(
    leanings([group('Drama', 0.05), group('War', 0.2), group('Horror', -0.4), group('Western', 0.6), group('Crime', 0.3), group('Music', 0.1), group('Family', 2, 4), group('History', undefined)]),
  ).toEqual({ more: ['Western', 'Crime', 'War'], less: ['Horror'] })
  expect(leanings([])).toEqual({ more: [], less: [] })
})

it('writes filters of tables as the server reads them', () => {
  expect(filterOf('email', 'contains', 'a:b')).toBe('email:contains:a:b')
  expect(filterOf('blocked_at', 'present', 'ignored')).toBe('blocked_at:present')
})
