/** What is written on the calling thread, and what off it where the disk makes writers wait. */
import { writevSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { entryOf, openBare } from './bare-backend.ts'

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  return { ...actual, writevSync: vi.fn(actual.writevSync) }
})

const MIB = 1_048_576
const SLOW_MS = 20

/** A disk that takes its time with each write, by a clock that stands still otherwise. */
function slowDisk() {
  const { backend } = openBare()
  let nowMs = performance.now()
  let isSlow = false
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const write = vi.mocked(writevSync)
  const actual = write.getMockImplementation()
  write.mockImplementation((...given) => {
    if (isSlow) nowMs += SLOW_MS
    return actual?.(...given) ?? 0
  })
  onTestFinished(() => {
    write.mockImplementation(actual ?? (() => 0))
    vi.restoreAllMocks()
  })
  return {
    /** How it was answered: at once, or later. */
    async set(bytes: number): Promise<'at once' | 'later'> {
      const instantMs = Date.now()
      const entry = entryOf('key', new Uint8Array(bytes).fill(7), instantMs)
      const answer = backend.set('key', entry, instantMs, undefined)
      expect(await answer).toBe('stored')
      // The next one is to be the first of its moment, and of its turn.
      await new Promise(setImmediate)
      return answer instanceof Promise ? 'later' : 'at once'
    },
    setSlow(slow: boolean): void {
      isSlow = slow
    },
    pass(ms: number): void {
      nowMs += ms
    },
  }
}

test('a value of a MiB is written in the step that asks for it, a longer one off the thread', async () => {
  const disk = slowDisk()
  expect(await disk.set(MIB)).toBe('at once')
  expect(await disk.set(MIB + 65_536)).toBe('later')
})

test('where long writes are slow time and again they go off the thread, and one is tried after a second', async () => {
  const disk = slowDisk()
  disk.setSlow(true)
  for (let count = 0; count < 3; count++) expect(await disk.set(MIB)).toBe('at once')
  expect(await disk.set(200_000)).toBe('later')
  expect(await disk.set(2_000)).toBe('at once')
  // The short one took its time, too.
  disk.pass(999 - SLOW_MS)
  expect(await disk.set(MIB)).toBe('later')
  disk.pass(1_001)
  expect(await disk.set(MIB)).toBe('at once')
  expect(await disk.set(MIB)).toBe('later')
  disk.setSlow(false)
  disk.pass(1_001)
  for (let count = 0; count < 4; count++) expect(await disk.set(MIB)).toBe('at once')
})

test('of several of one moment the first is written in the step that asks for it, and the others off the thread', async () => {
  const { backend } = openBare()
  const write = vi.mocked(writevSync).mockClear()
  const nowMs = Date.now()
  const bodies = Array.from({ length: 4 }, (_, at) => new Uint8Array(200_000).fill(at))
  const answers = bodies.map((body, at) =>
    backend.set(`key ${at}`, entryOf(`key ${at}`, body, nowMs), nowMs, undefined),
  )
  expect(answers.map((answer) => answer instanceof Promise)).toEqual([false, true, true, true])
  expect(await Promise.all(answers.map(async (answer) => answer))).toEqual(bodies.map(() => 'stored'))
  expect(write).toHaveBeenCalledTimes(1)
})

test('one that is slow among others that are not is a thread that was not given the processor', async () => {
  const disk = slowDisk()
  for (let count = 0; count < 12; count++) {
    disk.setSlow(count % 3 > 0)
    expect(await disk.set(MIB)).toBe('at once')
  }
})
