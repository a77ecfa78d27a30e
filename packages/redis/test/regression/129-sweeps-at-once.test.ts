/**
 * Regression: two sweeps at once, as of two caches on one backend when their minute is over, shared one pass. Where one of them came to its end
 * the other failed: "Cannot read properties of undefined".
 */
import { expect, it, onTestFinished } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { standInClient } from '../stand-in-client.ts'

const SAFE = { commandTimeout: 1, socketTimeout: 2, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }
const DONE = { expired: 0, invalidated: 0, done: true }

/** @param pageCount of how many pages the server tells, each of one key */
function world(pageCount: number) {
  let scanCount = 0
  const client = {
    ...standInClient(async (command, cursor) => {
      if (command !== 'scan') return [Buffer.alloc(0), Buffer.alloc(0)]
      scanCount++
      const next = (Number(cursor) + 1) % pageCount
      return [Buffer.from(String(next)), [Buffer.from('stowage:e:key')]]
    }),
    options: SAFE,
  }
  const backend = redisBackend({ client })
  onTestFinished(() => backend.close())
  return { backend, scanCountOf: () => scanCount }
}

it('sweeps at once come to their ends', async () => {
  const { backend } = world(2)
  expect(await Promise.all([backend.sweep(0), backend.sweep(0), backend.sweep(0)])).toEqual([DONE, DONE, DONE])
})

it('of long ones each goes on where one stopped, and none begins for ever anew', async () => {
  const { backend, scanCountOf } = world(20)
  const swept = async () => {
    while (!(await backend.sweep(0)).done);
  }
  await Promise.all([swept(), swept()])
  expect(scanCountOf()).toBe(40)
})
