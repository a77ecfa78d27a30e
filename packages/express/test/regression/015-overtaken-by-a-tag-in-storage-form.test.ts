/**
 * An invalidation left a response on its way open to those who asked after it, where the tag it is told by in storage was not read as the user's:
 * all of a namespace, a tag beginning with `#`, `=` or `[`, a tag that the cache gives to every entry.
 */
import { createCache } from '@stowage/core'
import { httpCache } from '@stowage/express'
import { memoryBackend } from '@stowage/memory'
import type { Response } from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

test.each([
  [[], { all: true }],
  [['http'], { all: true }],
  [['a', 'http'], { all: true }],
  [[], { tags: ['#colour=red'] }],
  [[], { tags: ['[red'] }],
  [['http'], { tags: ['=red'] }],
  [['http'], { tags: ['every'] }],
] as const)('in namespace %j, who asks after the invalidation of %j has the handler run', async (names, target) => {
  const backend = memoryBackend({ maxEntries: 100 })
  const root = createCache({ backend, ttl: '1m', tags: ['every'] })
  onTestFinished(() => root.close())
  const cache = names.reduce((outer, name) => outer.namespace(name), root)
  const going: Response[] = []
  const { port } = await servedApp(
    (_req, res) => {
      going.push(res)
      res.set({ 'Cache-Control': 'max-age=60' }).write(`run ${going.length}`)
    },
    { before: [httpCache({ cache, tags: ['#colour=red', '[red', '=red'] })], options: { bypass: () => true } },
  )
  const old = await opened(port, '/a')
  await cache.namespace('other').invalidate({ tags: ['#colour=red', 'every'] })
  const joining = await opened(port, '/a')
  await cache.invalidate(target)
  const asked = await opened(port, '/a')
  for (const res of going) res.end()
  expect([await old.whole, await joining.whole, await asked.whole]).toEqual(['run 1', 'run 1', 'run 2'])
})
