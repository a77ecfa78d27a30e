/** Regression: who read what another had asked for, behind compression, left a listener of 'drain' there each time it had read on: on the 11th, Node warned of a leak. */
import type { RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

const PART = Buffer.alloc(65_536)
const PART_COUNT = 30

test('it listens once, however often it has to wait for its client', async () => {
  const begun = Promise.withResolvers<() => void>()
  let waits = 0
  let listeners = 0
  /** As compression does, it gives no listener back. */
  const keeping: RequestHandler = (req, res, next) => {
    if (req.get('x-follows') === undefined) return next()
    const on: unknown = Reflect.get(res, 'on')
    const write: unknown = Reflect.get(res, 'write')
    if (typeof on !== 'function' || typeof write !== 'function') return next()
    res.on = (...args: readonly unknown[]) => {
      if (args[0] === 'drain') listeners++
      Reflect.apply(on, res, args)
      return res
    }
    res.write = (...args: readonly unknown[]) => {
      const takesMore = Reflect.apply(write, res, args) === true
      if (!takesMore) waits++
      return takesMore
    }
    next()
  }
  const { port } = await servedApp(
    (_req, res) => {
      res.set('Cache-Control', 'max-age=60').flushHeaders()
      begun.resolve(() => {
        for (let part = 0; part < PART_COUNT; part++) res.write(PART)
        res.end()
      })
    },
    { before: [keeping] },
  )
  const first = await opened(port, '/a')
  const follower = await opened(port, '/a', { 'x-follows': '1' })
  const goOn = await begun.promise
  goOn()
  expect([await first.whole, await follower.whole].map((text) => text.length)).toEqual([
    PART_COUNT * PART.length,
    PART_COUNT * PART.length,
  ])
  expect(waits).toBeGreaterThan(10)
  expect(listeners).toBe(1)
})
