/**
 * Regression: the sweep after one that had failed said that it was done, and had looked at nothing. And a pass kept the name of every key that it had
 * come by, of a server however large, for as long as it went on.
 */
import { expect, it, onTestFinished } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { HEADS } from '../../src/scripts/entry.ts'
import { standInClient } from '../stand-in-client.ts'

const SAFE = { commandTimeout: 1, socketTimeout: 2, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }
const NAME = 'stowage:e:key'

/** @param pages what SCAN answers in turn: the next cursor, or how it fails */
function world(pages: readonly string[]) {
  let [scanCount, headCount] = [0, 0]
  const client = {
    ...standInClient(async (command, script) => {
      if (command !== 'scan') {
        if (script === HEADS.sha) headCount += 1
        return [Buffer.alloc(0), Buffer.alloc(0)]
      }
      const page = pages[scanCount++] ?? '0'
      if (!/^\d+$/.test(page)) throw new Error(page)
      return [Buffer.from(page), [Buffer.from(NAME)]]
    }),
    options: SAFE,
  }
  const backend = redisBackend({ client })
  onTestFinished(() => backend.close())
  return { backend, counts: () => ({ scanCount, headCount }) }
}

const DONE = { expired: 0, invalidated: 0, done: true }

it('a sweep after one that failed begins anew', async () => {
  const { backend, counts } = world(['5', 'LOADING', '5', '0'])
  await expect(backend.sweep(0)).rejects.toThrow('LOADING')
  expect(await backend.sweep(0)).toEqual(DONE)
  expect(counts().scanCount).toBe(4)
})

it('what a sweep has seen it does not keep: a key that the server tells of again is looked at again', async () => {
  const { backend, counts } = world(['5', '0'])
  expect(await backend.sweep(0)).toEqual(DONE)
  expect(counts().headCount).toBe(2)
})
