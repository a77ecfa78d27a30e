/**
 * A handler that deleted a field of the request after it had answered by it had its response stored as the one for requests without the field,
 * and one that deleted the credentials as one that nobody's were asked for.
 */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('a response is stored for what was asked with, whatever the handler has made of the request since', async () => {
  const { ask } = await servedApp((req, res) => {
    const language = req.headers['accept-language'] ?? 'none'
    delete req.headers['accept-language']
    res.set({ 'Cache-Control': 'max-age=60', Vary: 'Accept-Language' }).send(language)
  })
  const askIn = async (language: string) => (await ask('/a', { headers: { 'accept-language': language } })).body
  for (const run of [1, 2]) {
    expect(await askIn('de'), `${run}`).toBe('de')
    expect((await ask('/a')).body, `${run}`).toBe('none')
    expect(await askIn('en'), `${run}`).toBe('en')
  }
  const again = await ask('/a', { headers: { 'accept-language': 'de' } })
  expect([again.body, again.headers['cache-status']]).toEqual(['de', expect.stringContaining('hit')])
})

test.each(['authorization', 'cookie'])('nor is it stored for everybody where it has deleted %s', async (name) => {
  const { ask } = await servedApp((req, res) => {
    const whose = String(req.headers[name])
    delete req.headers[name]
    res.set('Cache-Control', 'max-age=60').send(whose)
  })
  expect((await ask('/a', { headers: { [name]: 'hers' } })).body).toBe('hers')
  expect((await ask('/a')).body).toBe('undefined')
})
