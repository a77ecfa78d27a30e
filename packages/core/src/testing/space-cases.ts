/**
 * The conformance kit of spaces (spaces.ts), in the same shape as that of the cache: cases are data, on `node:assert`, for any
 * runner. Each gets spaces of its own that are empty, opened twice where several may share a store.
 */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { UsageError } from '../errors.ts'
import {
  type CommitResult,
  MAX_COMMIT_CHANGES,
  type SpaceChange,
  type SpaceRecord,
  type Spaces,
  spaceStamp,
} from '../spaces.ts'

/** One store with nothing in it, as seen by two who use it. The same object twice where nobody can share it. */
export interface SpaceWorld {
  readonly spaces: Spaces
  readonly others: Spaces
}

export interface SpaceCase {
  /** The clause of docs/contract.md it shows, e.g. `'S1'`. */
  readonly clause: string
  readonly name: string
  run(world: SpaceWorld): Promise<void>
}

const NOW = 1_700_000_000_000
const ALL = { from: '', to: undefined }

async function commit(
  spaces: Spaces,
  changes: readonly SpaceChange[],
  space = 'a',
): Promise<CommitResult & { outcome: 'done' }> {
  const result = await spaces.commit(space, { expect: [], changes, isTold: false }, NOW)
  if (result.outcome !== 'done') throw new Error(`the commit came to '${result.outcome}'`)
  return result
}

function put(key: string, value: string | Uint8Array = key): SpaceChange {
  return { do: 'put', key, value, moveCount: 0 }
}

async function keysOf(spaces: Spaces, space = 'a'): Promise<readonly string[]> {
  const records = await spaces.scan(space, { ...ALL, limit: 1_000, isReversed: false })
  return records.map(({ key }) => key)
}

export const spaceCases: readonly SpaceCase[] = [
  {
    clause: 'S1',
    name: 'what was put comes back, text as text and bytes as bytes, to everybody',
    async run({ spaces, others }) {
      const bytes = Uint8Array.from([0, 10, 255, 128])
      const { version } = await commit(spaces, [put('text', 'ü\n😀\u0000'), put('bytes', bytes), put('empty', '')])
      bytes.fill(1)
      const [text, kept, empty, none] = await others.get('a', ['text', 'bytes', 'empty', 'none'])
      deepEqual(text, { key: 'text', value: 'ü\n😀\u0000', version, moveCount: 0 })
      ok(kept?.value instanceof Uint8Array)
      deepEqual([...kept.value], [0, 10, 255, 128])
      equal(empty?.value, '')
      equal(none, undefined)
    },
  },
  {
    clause: 'S1',
    name: 'spaces of other names are apart, and are all named',
    async run({ spaces }) {
      await commit(spaces, [put('k', '1')])
      await commit(spaces, [put('k', '2')], 'b{x} /ü:*')
      const [inA] = await spaces.get('a', ['k'])
      const [inB] = await spaces.get('b{x} /ü:*', ['k'])
      deepEqual([inA?.value, inB?.value], ['1', '2'])
      deepEqual([...(await spaces.names())].sort(), ['a', 'b{x} /ü:*'])
      await spaces.drop('a')
      deepEqual(await keysOf(spaces), [])
      deepEqual(await keysOf(spaces, 'b{x} /ü:*'), ['k'])
    },
  },
  {
    clause: 'S2',
    name: 'a scan gives keys in the order of their code points, from either end, within its range',
    async run({ spaces }) {
      const sorted = [' ', 'A', 'a', 'a\u0001', 'aa', 'b', 'ü', '\uffff', '😀']
      await commit(
        spaces,
        [...sorted].reverse().map((key) => put(key)),
      )
      deepEqual(await keysOf(spaces), sorted)
      const range = { from: 'a', to: 'b' }
      const forward = await spaces.scan('a', { ...range, limit: 2, isReversed: false })
      deepEqual(
        forward.map(({ key }) => key),
        ['a', 'a\u0001'],
      )
      const backward = await spaces.scan('a', { ...range, limit: 2, isReversed: true })
      deepEqual(
        backward.map(({ key }) => key),
        ['aa', 'a\u0001'],
      )
      equal(await spaces.count('a', range), 3)
      equal(await spaces.count('a', ALL), sorted.length)
      equal(await spaces.count('a', { from: 'b', to: 'a' }), 0)
      const rest = await spaces.scan('a', { from: 'ü', to: undefined, limit: 9, isReversed: false })
      deepEqual(
        rest.map(({ key }) => key),
        ['ü', '\uffff', '😀'],
      )
    },
  },
  {
    clause: 'S3',
    name: 'a commit whose expectations do not hold changes nothing, and tells what is there',
    async run({ spaces, others }) {
      const { version } = await commit(spaces, [put('k', '1')])
      const changes: readonly SpaceChange[] = [put('k', '2'), put('l'), { do: 'add', key: 'n', by: 1, max: undefined }]
      for (const wrong of [
        { key: 'k', version: 0 },
        { key: 'k', version: version + 1 },
        { key: 'none', version },
      ]) {
        const expect = [{ key: 'k', version }, wrong]
        const found = await others.get('a', ['k', wrong.key])
        const result = await others.commit('a', { expect, changes, isTold: true }, NOW)
        deepEqual(result, { outcome: 'conflict', found })
        equal(found[0]?.value, '1')
      }
      deepEqual(await keysOf(spaces), ['k'])
      const expect = [
        { key: 'k', version },
        { key: 'none', version: 0 },
      ]
      const result = await others.commit('a', { expect, changes, isTold: true }, NOW)
      equal(result.outcome, 'done')
      deepEqual(await keysOf(spaces), ['k', 'l', 'n'])
    },
  },
  {
    clause: 'S3',
    name: 'of many who change the same record at once, each on what it read, one does',
    async run({ spaces, others }) {
      const { version } = await commit(spaces, [put('k', '0')])
      const expect = [{ key: 'k', version }]
      const results = await Promise.all(
        Array.from({ length: 20 }, async (_, n) =>
          (n % 2 === 0 ? spaces : others).commit('a', { expect, changes: [put('k', String(n))], isTold: false }, NOW),
        ),
      )
      equal(results.filter(({ outcome }) => outcome === 'done').length, 1)
    },
  },
  {
    clause: 'S3',
    name: 'a commit of more changes than one may have is refused, and nothing of it is made',
    async run({ spaces }) {
      const changes = Array.from({ length: MAX_COMMIT_CHANGES + 1 }, (_, n) => put(`k${n}`))
      const tooMany = { expect: [], changes, isTold: false }
      await rejects(async () => spaces.commit('a', tooMany, NOW), UsageError)
      deepEqual(await keysOf(spaces), [])
      await commit(spaces, changes.slice(1))
      equal(await spaces.count('a', ALL), MAX_COMMIT_CHANGES)
    },
  },
  {
    clause: 'S4',
    name: 'versions rise with every commit, whoever makes it, whatever the clock says, and after everything was dropped',
    async run({ spaces, others }) {
      const first = await commit(spaces, [put('k')])
      const second = await others.commit('a', { expect: [], changes: [put('k')], isTold: false }, NOW - 5_000)
      ok(second.outcome === 'done' && second.version > first.version)
      await spaces.drop('a')
      const third = await commit(others, [put('k')])
      ok(third.version > second.version)
      ok(Number.isSafeInteger(third.version))
    },
  },
  {
    clause: 'S4',
    name: 'what is appended stands in the order of its commits, under the stamp that they give',
    async run({ spaces, others }) {
      const first = await commit(spaces, [
        { do: 'append', prefix: 'q', value: '1' },
        put('p'),
        { do: 'append', prefix: 'q', value: '2' },
      ])
      const second = await commit(others, [{ do: 'append', prefix: 'q', value: '3' }])
      const stamps = [spaceStamp(first.version, 0), spaceStamp(first.version, 1), spaceStamp(second.version, 0)]
      deepEqual(await keysOf(spaces), ['p', ...stamps.map((stamp) => `q${stamp}`)])
    },
  },
  {
    clause: 'S5',
    name: 'a sum is exact, by many at once, and stops at its limit',
    async run({ spaces, others }) {
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          commit(n % 2 === 0 ? spaces : others, [{ do: 'add', key: 'n', by: n, max: undefined }]),
        ),
      )
      const { sums } = await commit(spaces, [
        { do: 'add', key: 'n', by: 0.1, max: undefined },
        { do: 'add', key: 'n', by: 0.2, max: undefined },
        { do: 'add', key: 'm', by: -9_007_199_254_740_991, max: undefined },
      ])
      deepEqual(sums, [435.1, 435.1 + 0.2, -9_007_199_254_740_991])
      const over = { expect: [], changes: [put('k'), { do: 'add', key: 'n', by: 1, max: 436 } as const], isTold: false }
      deepEqual(await spaces.commit('a', over, NOW), { outcome: 'over' })
      deepEqual(await keysOf(spaces), ['m', 'n'])
      const exactly = await commit(spaces, [{ do: 'add', key: 'm', by: 9_007_199_254_740_991, max: 0 }])
      deepEqual(exactly.sums, [0])
    },
  },
  {
    clause: 'S5',
    name: 'a sum beyond what a number can tell is not made, upwards or downwards',
    async run({ spaces }) {
      const add = (key: string, by: number) => ({ do: 'add', key, by, max: undefined }) as const
      await commit(spaces, [add('high', Number.MAX_VALUE), add('low', -Number.MAX_VALUE)])
      for (const change of [add('high', Number.MAX_VALUE), add('low', -Number.MAX_VALUE)]) {
        const over = { expect: [], changes: [put('k'), change], isTold: false }
        deepEqual(await spaces.commit('a', over, NOW), { outcome: 'over' })
      }
      const { sums } = await commit(spaces, [add('high', 0), add('low', 0)])
      deepEqual(sums, [Number.MAX_VALUE, -Number.MAX_VALUE])
      deepEqual(await keysOf(spaces), ['high', 'low'])
    },
  },
  {
    clause: 'S5',
    name: 'nothing is added to what is no number: that is told, and stays as it is',
    async run({ spaces, others }) {
      const torn = { empty: '', text: 'seven', nan: 'NaN', endless: 'Infinity', hex: '0x10', bytes: Uint8Array.of(49) }
      await commit(
        spaces,
        Object.entries(torn).map(([key, value]) => put(key, value)),
      )
      for (const [key, value] of Object.entries(torn)) {
        const changes = [put('k'), { do: 'add', key, by: 1, max: undefined } as const]
        await rejects(async () => others.commit('a', { expect: [], changes, isTold: false }, NOW), /is no number/)
        const [record, none] = await spaces.get('a', [key, 'k'])
        deepEqual([[...(record?.value ?? 'gone')], none], [[...value], undefined])
      }
    },
  },
  {
    clause: 'S6',
    name: 'a move takes the first of its range, gives them other keys, and tells which',
    async run({ spaces }) {
      await commit(spaces, [put('r/1', 'one'), put('r/2', 'two'), put('r/3'), put('s/0')])
      const move = {
        do: 'move',
        range: { from: 'r/', to: 'r0' },
        limit: 2,
        aheadFrom: undefined,
        cut: 2,
        into: 'w/9/',
        isCounted: true,
      } as const
      const { moved, version } = await commit(spaces, [move])
      const expected: SpaceRecord[] = [
        { key: 'w/9/1', value: 'one', version, moveCount: 1 },
        { key: 'w/9/2', value: 'two', version, moveCount: 1 },
      ]
      deepEqual(moved, [expected])
      deepEqual(await spaces.get('a', ['w/9/1', 'w/9/2']), expected)
      deepEqual(await keysOf(spaces), ['r/3', 's/0', 'w/9/1', 'w/9/2'])
      const back = {
        do: 'move',
        range: { from: 'w/', to: 'w0' },
        limit: 9,
        aheadFrom: undefined,
        cut: 4,
        into: 'r/',
        isCounted: false,
      } as const
      const again = await commit(spaces, [back, { ...move, limit: 1 }])
      deepEqual(
        again.moved.map((records) => records.map(({ key, moveCount }) => [key, moveCount])),
        [
          [
            ['r/1', 1],
            ['r/2', 1],
          ],
          [['w/9/1', 2]],
        ],
      )
    },
  },
  {
    clause: 'S6',
    name: 'a move takes none ahead of need that has been moved before, and none behind one that has',
    async run({ spaces }) {
      const fresh = ['1', '2', '4', '5', '6'].map((n) => put(`r/${n}`))
      await commit(spaces, [...fresh, { do: 'put', key: 'r/3', value: '', moveCount: 1 }])
      const takenBy = async (limit: number, aheadFrom: number): Promise<readonly string[]> => {
        const range = { from: 'r/', to: 'r0' }
        const move = { do: 'move', range, limit, aheadFrom, cut: 2, into: 'w/', isCounted: true } as const
        const { moved } = await commit(spaces, [move])
        return moved.flatMap((records) => records.map(({ key }) => key))
      }
      deepEqual(await takenBy(9, 1), ['w/1', 'w/2'])
      deepEqual(await takenBy(9, 1), ['w/3'])
      deepEqual(await takenBy(2, 1), ['w/4', 'w/5'])
      deepEqual(await takenBy(9, 3), ['w/6'])
      await commit(spaces, [put('r/7'), { do: 'put', key: 'r/8', value: '', moveCount: 2 }, put('r/9')])
      deepEqual(await takenBy(9, 3), ['w/7', 'w/8', 'w/9'])
    },
  },
  {
    clause: 'S6',
    name: 'of many who move at once, no two are given the same record, and none nothing while there is any',
    async run({ spaces, others }) {
      await commit(
        spaces,
        Array.from({ length: 20 }, (_, n) => put(`r/${10 + n}`)),
      )
      const move = {
        do: 'move',
        range: { from: 'r/', to: 'r0' },
        limit: 1,
        aheadFrom: undefined,
        cut: 2,
        into: 'w/',
        isCounted: true,
      } as const
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) => commit(n % 2 === 0 ? spaces : others, [move])),
      )
      const keys = results.flatMap(({ moved }) => (moved[0] ?? []).map(({ key }) => key))
      equal(new Set(keys).size, 20)
    },
  },
  {
    clause: 'S7',
    name: 'who watches hears of commits that are told, through whichever backend they come',
    async run({ spaces, others }) {
      for (const by of [spaces, others]) {
        const heard = Promise.withResolvers<void>()
        const stop = spaces.watch('a', heard.resolve)
        const tell = async (): Promise<void> => {
          await by.commit('a', { expect: [], changes: [put('k')], isTold: true }, NOW)
        }
        await tell()
        // A watch that is only just beginning may have missed it: whoever waits looks again by itself.
        const again = setInterval(() => void tell(), 100)
        await heard.promise
        clearInterval(again)
        stop()
      }
    },
  },
]
