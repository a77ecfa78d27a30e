/** Memory that values are written from: as many as may be written at once, each its own until its write has ended. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { WriteBuffers } from '../src/value-files/write-buffers.ts'

interface Writing {
  readonly bytes: Uint8Array
  readonly end: (failure?: Error) => void
}

function begin(buffers: WriteBuffers, bodies: readonly (string | Uint8Array)[]) {
  const begun: Writing[] = []
  const done = bodies.map((body) =>
    buffers.use(body, (bytes) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      begun.push({ bytes, end: (failure) => (failure === undefined ? resolve() : reject(failure)) })
      return promise
    }),
  )
  return { begun, done }
}

const textOf = ({ bytes }: Writing) => Buffer.from(bytes).toString('utf8')

test('four at once, the others in order as these end, well or not', async () => {
  const { begun, done } = begin(new WriteBuffers(), ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  const failed = expect(done[1]).rejects.toThrow('full')
  await turn()
  expect(begun.map(textOf)).toEqual(['a', 'b', 'c', 'd'])
  begun[1]?.end(new Error('full'))
  await turn()
  // The memory of the one that has ended is that of the next.
  expect(begun.map(textOf)).toEqual(['a', 'e', 'c', 'd', 'e'])
  for (const at of [0, 2, 3, 4]) begun[at]?.end()
  await turn()
  expect(begun).toHaveLength(7)
  for (const { end } of begun) end()
  await failed
  await Promise.allSettled(done)
})

test('never more than four, also when one comes in the moment between an end and the beginning that waited for it', async () => {
  const buffers = new WriteBuffers()
  const first = begin(buffers, ['a', 'b', 'c', 'd', 'e'])
  await turn()
  first.begun[0]?.end()
  const later = await new Promise<ReturnType<typeof begin>>((resolve) => {
    queueMicrotask(() => resolve(begin(buffers, ['f'])))
  })
  await turn()
  expect(first.begun.length + later.begun.length).toBe(5)
  for (let round = 0; round < 3; round++) {
    for (const { end } of [...first.begun, ...later.begun]) end()
    await turn()
  }
  await Promise.all([...first.done, ...later.done])
})

test('the text as UTF-8, also of a buffer that has held a longer one; bytes as they are', async () => {
  const buffers = new WriteBuffers()
  const seen: string[] = []
  for (const text of ['\u{1f4a9}'.repeat(100), 'ä', 'é'.repeat(1_500_000)]) {
    await buffers.use(text, async (bytes) => seen.push(Buffer.from(bytes).toString('utf8')))
  }
  expect(seen.map((text) => text.length)).toEqual([200, 1, 1_500_000])
  expect(seen[2] === 'é'.repeat(1_500_000)).toBe(true)
  expect(seen[1]).toBe('ä')
  const bytes = new Uint8Array([1, 2, 255])
  expect(await buffers.use(bytes, async (given) => given)).toBe(bytes)
})

test('memory is used again once its write has ended, and not before', async () => {
  const buffers = new WriteBuffers()
  const { begun, done } = begin(buffers, ['a', 'b'])
  await turn()
  const memory = begun.map(({ bytes }) => bytes.buffer)
  expect(memory[0]).not.toBe(memory[1])
  for (const { end } of begun) end()
  await Promise.all(done)
  const again = begin(buffers, ['c', 'd'])
  await turn()
  expect(new Set(again.begun.map(({ bytes }) => bytes.buffer))).toEqual(new Set(memory))
  for (const { end } of again.begun) end()
  await Promise.all(again.done)
})
