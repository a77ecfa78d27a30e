/**
 * Regression: an invalidation that could not be named, told while a server was not heard, made `trackingBus` say that the gap was over: copies
 * made from then on were served for their longest stay, not for 30 s, though nothing was heard of their changes.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { trackingBus } from '../../src/index.ts'
import { LOOK_MS } from '../../src/listening.ts'
import { newsOf } from '../told-cluster.ts'
import { toldWatch } from '../told-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const look = () => vi.advanceTimersByTimeAsync(LOOK_MS)

/** A bus of two servers, both of which are heard. */
async function setUp() {
  const { watch, store, news, join } = toldWatch()
  const [one, other] = [join(), join()]
  const gaps: string[] = []
  const bus = trackingBus({ watch: (listener) => watch.add(listener) })
  bus.onGap((gap) => gaps.push(gap))
  await look()
  await look()
  expect(gaps.at(-1)).toBe('over')
  gaps.length = 0
  const invalidateAll = async () => {
    news.reply = newsOf('hgfedcba 0 0 0', true)
    const epoch = Buffer.from(store.partitions[0]?.place.epoch ?? '')
    one.subscribers.at(-1)?.emit('messageBuffer', '', [epoch])
    await vi.advanceTimersByTimeAsync(1)
  }
  return { gaps, one, other, invalidateAll }
}

it('while a server is silent the gap stays open', async () => {
  const { gaps, other, invalidateAll } = await setUp()
  other.lose()
  expect(gaps).toEqual(['open'])
  await invalidateAll()
  // What is older is in doubt, and what comes next may be missed still.
  expect(gaps).toEqual(['open', 'over', 'open'])
})

it('while all are heard it is over at once', async () => {
  const { gaps, invalidateAll } = await setUp()
  await invalidateAll()
  expect(gaps).toEqual(['over'])
})
