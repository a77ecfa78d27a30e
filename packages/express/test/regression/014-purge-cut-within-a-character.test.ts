/** A purge whose body came in parts, cut within a character, was answered 204 and had purged another tag. */
import { purgeRouter } from '@stowage/express'
import { expect, test } from 'vitest'
import { counting, servedApp } from '../served-app.ts'

test('a tag is purged whatever parts the body comes in', async () => {
  const { ask, cache } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }), {
    options: { tags: ['café'] },
    before: [
      (req, res, next) => {
        const read: typeof req.read = req.read.bind(req)
        req.read = (): unknown => read(1)
        if (req.method === 'POST') purge(req, res, next)
        else next()
      },
    ],
  })
  const purge = purgeRouter({ cache, authorize: () => true })
  await ask('/a')
  const purged = await ask('/purge', { method: 'POST', body: JSON.stringify({ tags: ['café'] }) })
  expect(purged.status).toBe(204)
  expect((await ask('/a')).body).toBe('run 2')
})
