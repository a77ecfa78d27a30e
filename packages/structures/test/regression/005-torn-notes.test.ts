/** A job whose id was damaged could be neither thrown away as a dead letter nor make room for another: both failed with a URIError. */
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })

/** Writes the first ready job anew, under another key, its id no longer readable. */
async function tear(space: string, keyOf: (place: string) => string): Promise<void> {
  const [job] = await backend.spaces.scan(space, { from: 'r/', to: 'r0', limit: 1, isReversed: false })
  if (job === undefined) throw new Error('no job is ready')
  const value = String(job.value).replace('%C3', '%F3')
  const changes = [
    { do: 'delete', key: job.key },
    { do: 'put', key: keyOf(job.key.slice(2)), value, moveCount: 0 },
  ] as const
  await backend.spaces.commit(space, { expect: [], changes, isTold: false }, 1)
}

test('a dead letter whose id cannot be read is cleared', async () => {
  const queue = createQueue<string>(backend, 'dead')
  await queue.push('value', { id: 'ä' })
  await tear('queue:dead', (place) => `s/${place}`)
  expect(await queue.deadLetters.clear()).toBe(1)
  expect(await queue.deadLetters.count()).toBe(0)
})

test('a ready job whose id cannot be read makes room', async () => {
  const queue = createQueue<string>(backend, 'full', { maxLength: 1, whenFull: 'drop-oldest' })
  await queue.push('old', { id: 'ä' })
  await tear('queue:full', (place) => `r/${place}`)
  expect(await queue.push('new')).toMatchObject({ outcome: 'pushed' })
  expect(await queue.size()).toBe(1)
  expect(await queue.check({ repair: true })).toMatchObject({ torn: 0, unpaired: 1, repaired: 1 })
})
