import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { theme } from './theme'

const files = ['first.css', 'components/film.css', 'pages/films/page.css'].map((name) => readFileSync(`src/${name}`, 'utf8'))
const colours = readFileSync('src/colours.css', 'utf8')

/** blocks returns the rules of colours.css by the scheme that they are for. */
function blocks(): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...colours.matchAll(/data-scheme='(\w+)'\] \{([^}]*)\}/g)].map(([, scheme = '', text = '']) => [scheme, Object.fromEntries([...text.matchAll(/(--mui[\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value]))]),
  )
}

const ofTheme = (scheme: string) =>
  Object.assign({}, ...theme.generateStyleSheets().flatMap((sheet) => Object.entries(sheet).filter(([selector]) => selector.includes(scheme)).map(([, rules]) => rules))) as Record<string, string>

it.each(['light', 'dark'])('has the colours that the theme has in its %s scheme', (scheme) => {
  const written = blocks()[scheme] ?? {}
  expect(Object.keys(written).length).toBeGreaterThan(10)
  const wanted = ofTheme(scheme)
  for (const [name, value] of Object.entries(written)) expect(`${name}: ${value}`).toBe(`${name}: ${wanted[name]}`)
})

it('has every colour that is used without the theme', () => {
  const { light = {}, dark = {} } = blocks()
  const used = new Set([files, Object.values(light), Object.values(dark)].flat().join().match(/--mui[\w-]+/g))
  expect(used.size).toBeGreaterThan(10)
  for (const name of used) expect(light).toHaveProperty(name)
})
