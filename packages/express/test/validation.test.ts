/** What a 304 changes in a stored response, and what it does not (RFC 9111, 4.3.4 and 3.2). */
import { expect, test } from 'vitest'
import { servedApp } from './served-app.ts'

/** An app whose first answer is whole, and whose later ones are a 304 with these fields. */
async function validatedApp(fields: Record<string, string>) {
  return servedApp((req, res) => {
    res.set({ 'Cache-Control': 'max-age=60', ETag: '"1"' })
    if (req.headers['if-none-match'] === undefined) res.type('html').send('whole')
    else res.set(fields).status(304).end()
  })
}

test('a 304 of another representation tells nothing of the one that is stored', async () => {
  const { ask, clock, runs } = await validatedApp({ ETag: '"2"', 'X-Of': 'another' })
  await ask('/a')
  clock.advanceMs(60_000)
  expect((await ask('/a')).headers['x-of']).toBeUndefined()
  await ask('/a')
  expect(runs()).toBe(3)
})

test('fields that tell of the bytes stay as they are', async () => {
  const { ask, clock } = await validatedApp({ 'Content-Type': 'image/png', 'Content-Encoding': 'br', 'X-Of': 'it' })
  await ask('/a')
  clock.advanceMs(60_000)
  const { headers, body } = await ask('/a')
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-of': 'it' })
  expect(headers['content-encoding']).toBeUndefined()
  expect(body).toBe('whole')
})

test('its age begins with the Date of the 304', async () => {
  const { ask, clock } = await validatedApp({ Date: new Date(Date.UTC(2026, 0, 1, 0, 0, 50)).toUTCString() })
  await ask('/a')
  clock.advanceMs(60_000)
  expect((await ask('/a')).headers.age).toBe('10')
})
