import { describe, expect, it } from 'vitest'
import { faultsOf, problemOf } from './problem'

describe('problemOf', () => {
  it('reads problem+json with its fields', () => {
    const problem = problemOf({
      status: 422,
      data: { type: 'about:blank', title: 'Unprocessable', status: 422, detail: 'validation failed', request_id: 'R1', errors: [{ location: 'body.rating', message: 'expected number <= 5' }] },
    })
    expect(problem).toEqual({ status: 422, code: '', detail: 'validation failed', fields: { rating: 'expected number <= 5' }, requestId: 'R1' })
  })

  it('reads messages by field, and those of no field', () => {
    const problem = problemOf({ status: 400, data: { email: ['Enter a valid address.'], non_field_errors: ['The two passwords differ.'] } })
    expect(problem?.fields).toEqual({ email: 'Enter a valid address.' })
    expect(problem?.detail).toBe('The two passwords differ.')
  })

  it('tells that no answer came', () => {
    expect(problemOf({ status: 'FETCH_ERROR', error: 'TypeError: Failed to fetch' })?.status).toBe(0)
    expect(problemOf(undefined)).toBeUndefined()
  })

  it('reads nothing out of a page that is no problem', () => {
    expect(problemOf({ status: 'PARSING_ERROR', originalStatus: 502, data: '<html>', error: 'x' })).toMatchObject({ status: 502, detail: '' })
  })
})

it('faultsOf leaves out what the form shows itself', () => {
  expect(faultsOf({ status: 400, code: '', detail: '', requestId: '', fields: { email: 'a', token: 'b' } }, ['email'])).toEqual(['b'])
})
