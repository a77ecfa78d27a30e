/**
 * An invalidation that the backend failed left responses on their way open to those who asked after it, for as long as it waited to be carried
 * out: their handler was not run again.
 */
import type { Response } from 'express'
import { expect, test, vi } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

test.each(['invalidate', 'delete'] as const)('who asks after a failed %s has the handler run', async (operation) => {
  const going: Response[] = []
  const { backend, cache, port } = await servedApp((_req, res) => {
    going.push(res)
    res.set({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 't' }).write(`run ${going.length}`)
  })
  const stored = opened(port, '/a')
  await vi.waitFor(() => expect(going).toHaveLength(1))
  going.pop()?.end()
  await (await stored).whole
  const [key = ''] = await Array.fromAsync(cache.keys())
  await cache.delete(key)
  const old = await opened(port, '/a')
  backend.inject(operation, { kind: 'reject', error: new Error('down') })
  const failing = operation === 'delete' ? cache.delete(key) : cache.invalidate({ tags: ['t'] })
  await expect(failing).rejects.toThrow('down')
  const asked = await opened(port, '/a')
  for (const res of going) res.end()
  expect([await old.whole, await asked.whole]).toEqual(['run 1', 'run 2'])
  backend.heal()
})
