/**
 * A client that left while the store was asked left its key waiting for a response that nobody made, until a restart; and a load that was given
 * up (the cache's `hardTimeout`) ended the response for those who followed it, in the middle and as if it were whole.
 */
import { request } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('a client that leaves while the store is asked', async () => {
  const left = Promise.withResolvers<void>()
  const { ask, backend, clock, port } = await servedApp(
    (_req, res) => {
      if (!res.destroyed) res.set('Cache-Control', 'max-age=60').send('text')
    },
    {
      before: [
        (_req, res, next) => {
          res.once('close', () => left.resolve())
          next()
        },
      ],
    },
  )
  backend.inject('get', { kind: 'late', delayMs: 50 })
  const sent = request({ host: '127.0.0.1', port, path: '/a', agent: false }).on('error', () => undefined)
  sent.end()
  await expect.poll(() => backend.callCounts.get('get')).toBe(1)
  backend.heal()
  sent.destroy()
  await left.promise
  clock.advanceMs(50)
  expect((await ask('/a')).body).toBe('text')
})

test('a load that is given up', async () => {
  const begun: Response[] = []
  const { ask, backend, clock, runs } = await servedApp(
    (_req, res) => {
      begun.push(res)
      res.set('Cache-Control', 'max-age=60').type('text')
      res.write('part 1, ')
    },
    { cache: { hardTimeout: '300ms' } },
  )
  const leader = ask('/a')
  await expect.poll(() => begun.length).toBe(1)
  const looks = backend.callCounts.get('get') ?? 0
  const follower = ask('/a')
  await expect.poll(() => backend.callCounts.get('get')).toBeGreaterThan(looks)
  await turn()
  clock.advanceMs(1_000)
  await turn()
  begun[0]?.end('part 2')
  expect([(await leader).body, (await follower).body]).toEqual(['part 1, part 2', 'part 1, part 2'])
  expect((await ask('/a')).body).toBe('part 1, part 2')
  expect(runs()).toBe(1)
})
