/** Waiting for a busy file: order, limits, and that nothing waits that need not. */
import { expect, test } from 'vitest'
import { isBusy, Patience } from '../src/patience.ts'

function busy(): Error {
  return Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
}

/** A file that is locked for as many attempts, and a patience whose pauses take no time. */
function lockedFor(attempts: number): { patience: Patience; log: unknown[]; write: (name: string) => unknown } {
  const log: unknown[] = []
  const patience = new Patience(async (lengthMs) => log.push(lengthMs))
  let left = attempts
  const write = (name: string) =>
    patience.write(() => {
      if (left-- > 0) throw busy()
      log.push(name)
      return name
    })
  return { patience, log, write }
}

test('a file that is free answers at once, with a value or an error', () => {
  const patience = new Patience()
  expect(patience.write(() => 1)).toBe(1)
  expect(patience.read(() => 2)).toBe(2)
  const failing = () => {
    throw new TypeError('not busy')
  }
  expect(() => patience.write(failing)).toThrow(TypeError)
  expect(() => patience.read(failing)).toThrow(TypeError)
  expect(patience.idle()).toBeUndefined()
})

test('writes wait in line and keep their order, also one that would find the file free', async () => {
  const { patience, log, write } = lockedFor(3)
  const answers = [write('first'), write('second'), write('third')]
  expect(answers.every((answer) => answer instanceof Promise)).toBe(true)
  expect(await Promise.all(answers)).toEqual(['first', 'second', 'third'])
  expect(log.filter((entry) => typeof entry === 'string')).toEqual(['first', 'second', 'third'])
  await patience.idle()
  expect(write('fourth')).toBe('fourth')
})

test('pauses grow, are never the same twice, and end after about two seconds with the error of SQLite', async () => {
  const { log, write } = lockedFor(Number.POSITIVE_INFINITY)
  const [first, second] = [write('first'), write('second')]
  await expect(first).rejects.toThrow('database is locked')
  const pauses = log.filter((entry) => typeof entry === 'number')
  const totalMs = pauses.reduce((sum, lengthMs) => sum + lengthMs, 0)
  expect(totalMs).toBeGreaterThan(1_000)
  expect(totalMs).toBeLessThan(3_100)
  expect(Math.max(...pauses)).toBeLessThan(50)
  expect(new Set(pauses).size).toBe(pauses.length)
  await expect(second).rejects.toThrow('database is locked')
  expect(log.length, 'whoever waited as long gives up at once').toBe(pauses.length)
})

test('a write that fails for good does not hold up the ones behind it', async () => {
  const { patience, write } = lockedFor(1)
  const first = write('first')
  const failing = patience.write(() => {
    throw new TypeError('not busy')
  })
  const third = write('third')
  await expect(failing).rejects.toThrow(TypeError)
  expect(await Promise.all([first, third])).toEqual(['first', 'third'])
})

test('past the limit of waiting writes, the next one fails at once', async () => {
  const { write } = lockedFor(1)
  const waiting = Array.from({ length: 10_000 }, (_, at) => write(`${at}`))
  expect(() => write('too many')).toThrow(/10000 writes wait/)
  await Promise.all(waiting)
})

test('a read waits by itself, in no line', async () => {
  const { patience, write } = lockedFor(2)
  const written = write('written')
  expect(patience.read(() => 'free')).toBe('free')
  let left = 2
  const read = patience.read(() => {
    if (left-- > 0) throw busy()
    return 'read'
  })
  expect(await read).toBe('read')
  expect(await written).toBe('written')
})

test('what another connection is in the way of may work later, and nothing else', () => {
  const thrown = (code: string) => Object.assign(new Error(code), { code })
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_PROTOCOL'])
    expect(isBusy(thrown(code)), code).toBe(true)
  for (const code of ['SQLITE_FULL', 'SQLITE_CORRUPT', 'ENOENT']) expect(isBusy(thrown(code)), code).toBe(false)
})
