/** Regression: a full quota was not known as a full disk, as Node has no name for it: nothing left for a write, and it failed. */
import { constants } from 'node:os'
import { expect, test, vi } from 'vitest'
import { newDirectory, openCache } from '../stores.ts'

/** How many writes find the quota full. */
const disk = vi.hoisted(() => ({ fullCount: 0 }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    writevSync(...args: Parameters<typeof fs.writevSync>) {
      if (disk.fullCount-- > 0) {
        const { EDQUOT } = constants.errno
        // As Node tells it.
        throw Object.assign(new Error(`Unknown system error -${EDQUOT}: write`), {
          code: `Unknown system error -${EDQUOT}`,
          errno: -EDQUOT,
        })
      }
      return fs.writevSync(...args)
    },
  }
})

test('others leave for the write', async () => {
  const cache = openCache(newDirectory())
  for (let at = 0; at < 20; at++) await cache.set(`key ${at}`, at)
  disk.fullCount = 1
  expect(await cache.set('next', 'x'.repeat(5_000))).toEqual({ outcome: 'stored' })
  expect((await cache.usage()).entries).toBeLessThan(21)
})
