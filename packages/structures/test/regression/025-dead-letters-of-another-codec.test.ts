/** Regression: a dead letter whose value cannot be read was nobody's by its id: it could be neither given another chance nor cleared but with all others. */
import type { Codec } from '@stowage/core'
import { defaultCodec } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

const unable: Codec = {
  ...defaultCodec,
  decode() {
    throw new Error('of another version')
  },
}

test('what cannot be read is retried and cleared by its id', async () => {
  const backend = memoryBackend({ maxEntries: 1 })
  const queue = createQueue<string>(backend, 'jobs')
  const old = createQueue<string>(backend, 'jobs', { codec: unable })
  await queue.push('a', { id: 'given' })
  const pushed = await queue.push('b')
  if (pushed.outcome !== 'pushed') throw new Error('not pushed')
  expect(await old.pull()).toBeUndefined()
  expect(await old.deadLetters.count()).toBe(2)
  expect(await old.deadLetters.retry('given')).toBe(1)
  expect(await old.deadLetters.clear(pushed.id)).toBe(1)
  expect((await queue.pull())?.value).toBe('a')
  expect(await queue.check()).toMatchObject({ jobs: 1, dead: 0, unpaired: 0, wrong: 0 })
})
