import { expect, it } from 'vitest'
import { filterOf } from '../admin/OneTable'
import { agreement, generosity } from './tasteWords'

it('says how generous somebody is', () => {
  expect(generosity(0.04)).toEqual({ id: 'taste.even', stars: 0 })
  expect(generosity(0.31)).toEqual({ id: 'taste.generous', stars: 0.3 })
  expect(generosity(-1.26)).toEqual({ id: 'taste.strict', stars: 1.3 })
})

it('says how much somebody agrees', () => {
  expect([0.9, 0.45, 0.1, -0.5].map(agreement)).toEqual(['taste.agreeMuch', 'taste.agreeSome', 'taste.agreeLittle', 'taste.disagree'])
})

it('writes filters of tables as the server reads them', () => {
  expect(filterOf('email', 'contains', 'a:b')).toBe('email:contains:a:b')
  expect(filterOf('blocked_at', 'present', 'ignored')).toBe('blocked_at:present')
})
