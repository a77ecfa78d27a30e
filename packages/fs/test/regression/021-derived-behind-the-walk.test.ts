/** What was derived, during an invalidation by prefix or pattern, from an entry not yet reached stayed where the walk had been before. */
import { expect, test } from 'vitest'
import { entryOf, openBare } from '../bare-backend.ts'

const ENTRY_COUNT = 1_500

test.each([
  ['prefix', { prefix: 'many:' }],
  ['pattern', { pattern: 'many:*', root: '' }],
])('by %s', async (_, target) => {
  const { backend } = openBare()
  const nowMs = Date.now()
  const put = (key: string, text: string, lease?: Awaited<ReturnType<typeof backend.lease>>) =>
    backend.set(key, entryOf(key, Buffer.from(text), nowMs), nowMs, lease)
  for (let at = 0; at < ENTRY_COUNT; at++) await put(`many:${at}`, 'old')
  await put('other', 'kept')
  const listed: string[] = []
  for await (const { key } of backend.scan({ prefix: 'many:', tag: undefined }, nowMs)) listed.push(key)
  const [first = '', last = ''] = [listed[0], listed.at(-1)]
  const done = backend.invalidate(target, nowMs)
  while (typeof (await backend.get(first, nowMs)) === 'object') await new Promise(setImmediate)
  const lease = await backend.lease(first, 'fence', 30_000, nowMs)
  expect(await backend.get(last, nowMs)).toBeTypeOf('object')
  expect(await put(first, 'derived from old', lease)).toBe('stored')
  const late = await backend.lease(first, 'fence', 30_000, nowMs)
  await done
  expect(await backend.get(first, nowMs)).toBe('absent')
  expect(await put(first, 'late', late)).toBe('superseded')
  expect(await backend.get('other', nowMs)).toBeTypeOf('object')
})
