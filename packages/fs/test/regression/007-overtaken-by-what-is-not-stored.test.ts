/** Regression: a write of the same moment that was refused or failed had taken the place of the one before it, which was answered `stored` and was not there. */
import { expect, test, vi } from 'vitest'
import type { Holding } from '../../src/holding.ts'
import { Slice } from '../../src/slice.ts'
import { StepQueue } from '../../src/step-queue.ts'
import { entryOf, openBare } from '../bare-backend.ts'

test('what has ended before it is written leaves what was written before it', async () => {
  const { backend } = openBare()
  const nowMs = Date.now()
  const put = (key: string, text: string, lifeMs?: number) =>
    backend.set(key, entryOf(key, Buffer.from(text), nowMs, lifeMs), nowMs, undefined)
  await put('key', 'first')
  // The first of a moment is written at once, the others gather.
  const outcomes = await Promise.all([put('other', 'other'), put('key', 'second'), put('key', 'ended', 0)])
  expect(outcomes).toEqual(['stored', 'stored', 'elapsed'])
  expect(await backend.get('key', nowMs)).toMatchObject({
    payload: { encoded: { body: Uint8Array.from(Buffer.from('second')) } },
  })
})

test('those that a failing write was to stand for fail with it', () => {
  const queue = new StepQueue()
  const failure = new Error('EIO')
  const step = (run: () => void) => ({
    shard: 0,
    nowMs: 0,
    key: 'key',
    run,
    overtake: () => undefined,
    resolve: vi.fn(),
    reject: vi.fn(),
  })
  const steps = [
    step(() => undefined),
    step(() => undefined),
    step(() => {
      throw failure
    }),
  ]
  for (const each of steps) queue.push(each)
  const turn = {} as Parameters<Parameters<Holding['do']>[2]>[0]
  const holding: Pick<Holding, 'do' | 'end'> = { do: (_shard, _nowMs, run) => run(turn), end: () => undefined }
  queue.take(holding as Holding, new Slice())
  for (const { resolve, reject } of steps) {
    expect(reject).toHaveBeenCalledExactlyOnceWith(failure)
    expect(resolve).not.toHaveBeenCalled()
  }
})
