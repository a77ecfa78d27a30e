/**
 * Regression: a dead letter whose value cannot be read was nobody's by its id: it could be neither given another chance nor cleared but with all others. And who went
 * through the letters was stopped by it without being told its id.
 */
import { type Codec, CodecError, defaultCodec } from '@stowage/core'
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

test('what cannot be read is named, so that those behind it can be seen', async () => {
  const backend = memoryBackend({ maxEntries: 1 })
  const old = createQueue<string>(backend, 'jobs', { codec: unable })
  const queue = createQueue<string>(backend, 'jobs', { maxTries: 1 })
  const pushed = await old.push('a')
  if (pushed.outcome !== 'pushed') throw new Error('not pushed')
  expect(await old.pull()).toBeUndefined()
  await queue.push('b')
  await (await queue.pull())?.nack()
  const thrown: unknown = await Array.fromAsync(old.deadLetters).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(CodecError)
  expect(String(thrown)).toContain(`the dead letter '${pushed.id}': of another version`)
  expect(await old.deadLetters.clear(pushed.id)).toBe(1)
  expect(await Array.fromAsync(queue.deadLetters)).toMatchObject([{ value: 'b' }])
})
