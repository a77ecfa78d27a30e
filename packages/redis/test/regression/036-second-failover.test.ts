/**
 * Regression: what was made good on a new master was no change of its own, so that where that master was lost as well, before it had told its
 * replica, the one after it was not told, and what had been deleted or invalidated before the first was lost came back.
 */
import { expect, it, onTestFinished, vi } from 'vitest'
import { REMOVE } from '../../src/scripts/entry.ts'
import { toldCluster } from '../told-cluster.ts'

const EPOCH = Buffer.from('abcdefgh 1 0 0')
const NOTHING = [EPOCH, null]
/** Longer than a change is made good after. */
const OUTAGE_MS = 6_000

it('what was made good on a new master is made good on the one after it', async () => {
  let aheadMs = 0
  const nowMs = performance.now.bind(performance)
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs() + aheadMs)
  onTestFinished(() => clock.mockRestore())
  const { partition, become, sent, answer } = toldCluster()
  const changed = [partition.change(REMOVE, ['key'], []), partition.invalidate(['tt'])]
  await answer('removal', NOTHING)
  await answer('mark', EPOCH)
  await Promise.all(changed)

  aheadMs += OUTAGE_MS
  for (const next of ['the second', 'the third']) {
    become(next)
    const reading = partition.read('key', ({ bytes }) => bytes)
    await answer('removal', NOTHING)
    await answer('mark', EPOCH)
    await answer('mget', NOTHING)
    expect(await reading).toBeUndefined()
  }
  expect(sent).toEqual(['removal', 'mark', 'removal', 'mark', 'mget', 'removal', 'mark', 'mget'])
})
