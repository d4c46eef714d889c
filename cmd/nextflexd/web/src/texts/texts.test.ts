import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { de } from './de'
import { en } from './en'

/** placeholders lists what a text wants to be filled in, each once. */
function placeholders(elements: MessageFormatElement[]): string[] {
  const names = elements.flatMap((element): string[] => {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        return []
      case TYPE.plural:
      case TYPE.select:
        return [element.value, ...Object.values(element.options).flatMap((option) => placeholders(option.value))]
      case TYPE.tag:
        return [element.value, ...placeholders(element.children)]
      default:
        return [element.value]
    }
  })
  return [...new Set(names)].sort()
}

describe('the catalogues', () => {
  it.each(Object.keys(en) as (keyof typeof en)[])('%s says the same in both languages', (id) => {
    expect(placeholders(parse(de[id]))).toEqual(placeholders(parse(en[id])))
    expect(de[id].trim()).not.toBe('')
  })

  it('hold no text of another language', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort())
  })
})
