/** What gathers while another process holds the lock: order, patience, limits. */
import { setImmediate as turn } from 'node:timers/promises'
import { Pace } from '@stowage/core'
import { expect, test } from 'vitest'
import { GroupCommit } from '../src/group-commit.ts'
import { Patience } from '../src/patience.ts'
import type { Committed, Turn } from '../src/turn.ts'
import { turnOf } from './turns.ts'

/** A file that another process has locked for so long, and pauses that take no time. */
function lockedFor(lockMs: number): {
  group: GroupCommit
  write: (name: string) => unknown
  log: string[]
  at: number[]
} {
  const log: string[] = []
  const at: number[] = []
  let pausedMs = 0
  const patience = new Patience(async (lengthMs) => {
    pausedMs += lengthMs
    at.push(pausedMs)
    await turn()
  })
  const transact = <T>(run: (turn: Turn) => T): Committed<T> => {
    if (pausedMs < lockMs) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
    return { answer: run(turnOf()), removals: [], droppedFiles: [] }
  }
  const group = new GroupCommit({
    patience,
    pace: new Pace(),
    transactionBytes: 1_000_000,
    transact,
    tell: () => undefined,
  })
  return { group, write: (name) => group.write(() => log.push(name), name), log, at }
}

test('a lock of three seconds: what came at its beginning gives up together, what came later is written in order', async () => {
  const { group, write, log, at } = lockedFor(3_000)
  const early = Promise.allSettled(['lone', 'a', 'b'].map(write))
  const late: unknown[] = []
  while ((at.at(-1) ?? 0) < 1_500) await turn()
  late.push(write('c'), write('d'))
  expect(group.ahead('c'), 'a reader does not wait for the lock').toBeUndefined()
  expect((await early).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(at.at(-1)).toBeLessThan(2_500)
  expect(await Promise.all(late)).toEqual([1, 2])
  expect(log).toEqual(['c', 'd'])
})

test('what gathered behind a lock is written in order, and nothing overtakes it', async () => {
  const { write, log } = lockedFor(500)
  const names = Array.from({ length: 100 }, (_, at) => `${at}`)
  const answers: unknown[] = []
  for (const name of names) {
    answers.push(write(name))
    if (name.endsWith('7')) await turn()
  }
  await Promise.all(answers)
  expect(log).toEqual(names)
})

test('writes held back gather, reads do not wait for them, and a drain lets them through', async () => {
  const { group, write, log } = lockedFor(0)
  group.hold()
  const held = [write('a'), write('b')]
  expect(group.ahead('a')).toBeUndefined()
  await turn()
  expect(log).toEqual([])
  group.resume()
  await Promise.all(held)
  group.hold()
  const last = write('c')
  await group.drain()
  expect(await last).toBe(3)
  expect(log).toEqual(['a', 'b', 'c'])
})

test('past the limit of waiting writes, the next one fails at once', async () => {
  const { group, write } = lockedFor(0)
  group.hold()
  const waiting = Array.from({ length: 10_000 }, (_, at) => write(`${at}`))
  expect(() => write('too many')).toThrow(/10000 writes wait/)
  group.resume()
  expect(await Promise.all(waiting)).toHaveLength(10_000)
})

test('a read waits for what was asked for before it, not for what comes after', async () => {
  const { group, write, log } = lockedFor(0)
  group.hold()
  const first = write('a')
  group.resume()
  const ahead = group.ahead('a')
  const later = write('a')
  expect(group.ahead('other'), 'of another key').toBeUndefined()
  await ahead
  expect(log[0]).toBe('a')
  await Promise.all([first, later])
  expect(group.ahead('a')).toBeUndefined()
  group.hold()
  const last = write('b')
  group.resume()
  expect(group.ahead('a'), 'its writes have left the queue').toBeUndefined()
  await last
})

test('what comes before a gathered write is committed does not overtake it', async () => {
  const { write, log } = lockedFor(0)
  write('lone')
  queueMicrotask(() => write('last'))
  write('gathered')
  await turn()
  expect(log).toEqual(['lone', 'gathered', 'last'])
})

test('as many as may wait for a file that is free are no limit', async () => {
  const { write } = lockedFor(0)
  const names = Array.from({ length: 10_002 }, (_, at) => `${at}`)
  expect(await Promise.all(names.map(write))).toHaveLength(10_002)
})

test('when the rest of a group gives up, what came after it does not', async () => {
  const log: string[] = []
  let pausedMs = 0
  const group = new GroupCommit({
    patience: new Patience(async (lengthMs) => {
      pausedMs += lengthMs
      await turn()
    }),
    pace: new Pace(),
    transactionBytes: 1_000_000,
    transact: (run) => {
      const before = log.length
      const answer = run(turnOf())
      const written = log.splice(before)
      if (written.length > 1) throw new Error('not together')
      if (written[0] !== 'free' && pausedMs < 3_000) throw Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' })
      log.push(...written)
      return { answer, removals: [], droppedFiles: [] }
    },
    tell: () => undefined,
  })
  const write = async (name: string) => group.write(() => log.push(name), name)
  const early = Promise.allSettled(['free', 'free', 'a', 'b'].map(write))
  while (pausedMs < 1_000) await turn()
  const late = write('c')
  expect((await early).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
  await late
  expect(log).toEqual(['free', 'free', 'c'])
})

test('where no transaction can be begun each is told', async () => {
  const group = new GroupCommit({
    patience: new Patience(),
    pace: new Pace(),
    transactionBytes: 1_000_000,
    transact: () => {
      throw new Error('disk I/O error')
    },
    tell: () => undefined,
  })
  const write = async (name: string) => group.write(() => name, name)
  const answers = await Promise.allSettled(['lone', 'a', 'b'].map(write))
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

test('a key that is written twice is waited for until both are done, also where these are two transactions', async () => {
  const { group, log } = lockedFor(0)
  const write = async (name: string) =>
    group.write((running) => {
      running.writtenBytes = 2_000_000
      return log.push(name)
    }, 'key')
  group.hold()
  const writes = [write('first'), write('second')]
  group.resume()
  await turn()
  expect(log).toEqual(['first'])
  await group.ahead('key')
  expect(log).toEqual(['first', 'second'])
  await Promise.all(writes)
})
