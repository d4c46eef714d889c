import { describe, expect, it } from 'vitest'
import { deviceName } from './deviceName'
import { whereTo } from './Login'
import { readLink } from './useFragment'

describe('deviceName', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0', 'Firefox, Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15', 'Safari, macOS'],
    ['Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36', 'Chrome, Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/129.0 Mobile/15E148 Safari/604.1', 'Chrome, iPhone'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0', 'Edge, Windows'],
    ['curl/8.5.0', 'curl'],
    ['my-script/1', 'my-script/1'],
    ['', ''],
  ])('%s', (agent, name) => expect(deviceName(agent)).toBe(name))
})

describe('readLink', () => {
  it('reads the parts of a letter’s link', () => expect(readLink('#uid=MQ&token=abc-1')).toEqual({ uid: 'MQ', token: 'abc-1' }))
  it('needs both, unless the page has no account yet', () => {
    expect(readLink('#token=abc')).toBeUndefined()
    expect(readLink('#token=abc', false)).toEqual({ uid: '', token: 'abc' })
    expect(readLink('')).toBeUndefined()
  })
  it('takes nothing that is far too long', () => expect(readLink(`#uid=MQ&token=${'x'.repeat(201)}`)).toBeUndefined())
})

it('whereTo leads back to pages of this site alone', () => {
  expect(whereTo({ from: '/movies/1' })).toBe('/movies/1')
  for (const state of [null, {}, { from: '//evil.example' }, { from: 'https://evil.example' }, { from: '/login' }, { from: 7 }]) expect(whereTo(state)).toBe('/')
})
