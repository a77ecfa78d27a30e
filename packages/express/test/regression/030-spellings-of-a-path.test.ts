/** Regression: what was stored for one spelling of a path (`%c3%a9`, `%7e`, `/./`) was served after a change of it by another, as its Location or its own target said it. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const SPELLINGS = [
  '/items/%c3%a9~?a=%2f',
  '/items/%C3%A9%7E?a=%2F',
  '/items/%c3%A9%7e?a=%2f',
  '/x/../items/%c3%a9~?a=%2F',
]
const OTHERS = [
  '/items/%c3%a8~?a=%2f',
  '/items/%c3%a9~?a=/',
  '/items/%c3%a9~',
  '//items/%c3%a9~?a=%2f',
  '/%zz',
  '/items/%25c3',
]

function itemsApp(location?: string) {
  return servedApp((req, res) => {
    if (req.method === 'POST' && location !== undefined) res.setHeader('Location', location)
    res.set('Cache-Control', 'max-age=60').send(`${req.method} ${req.originalUrl}`)
  })
}

test.each([
  ['/items', '/items/\u00e9~?a=%2F'],
  ['/items', '/items/%C3%A9~?a=%2F'],
  ['/items/', '%c3%a9%7e?a=%2f'],
  [SPELLINGS[0] ?? '', undefined],
  [SPELLINGS[1] ?? '', undefined],
])('POST %s, Location: %s', async (path, location) => {
  const { ask, runs } = await itemsApp(location)
  const askAll = async (): Promise<void> => {
    for (const each of [...SPELLINGS, ...OTHERS]) expect((await ask(each)).body).toBe(`GET ${each}`)
  }
  await askAll()
  await askAll()
  expect(runs()).toBe(SPELLINGS.length + OTHERS.length)
  await ask(path, { method: 'POST' })
  await askAll()
  expect(runs()).toBe(2 * SPELLINGS.length + OTHERS.length + 1)
})

test('a host that is none has its responses stored, too', async () => {
  const { ask, runs } = await itemsApp()
  for (let round = 0; round < 2; round++) expect((await ask('/a', { headers: { host: '%' } })).status).toBe(200)
  expect(runs()).toBe(1)
})
