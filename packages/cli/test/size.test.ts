/** The curve of a key log, whatever form its lines have. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from './stores.ts'
import { saying, stowage, stowageJson } from './stowage.ts'

function logOf(lines: readonly string[]): string {
  const path = join(tempFolder(), 'keys.log')
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** 100 keys round and round: a cache that holds all answers all but the first round, one that holds few next to nothing. */
const ROUNDS = 50
const round = Array.from({ length: 100 }, (_, n) => `key ${n}`)
const rounds = Array.from({ length: ROUNDS }, () => round).flat()

test('hits rise with the size, up to what any cache could answer', async () => {
  const [report] = await stowageJson(['size', logOf(rounds), '--policy', 'lru'])
  expect(report).toMatchObject({ lookupCount: 5_000, keyCount: 100, policy: 'lru' })
  const points = pointsOf(report)
  expect(points.map(({ maxEntries }) => maxEntries)).toEqual([3, 7, 13, 26, 52, 104])
  expect(points.map(({ hitRatio }) => hitRatio).slice(0, 5)).toEqual([0, 0, 0, 0, 0])
  expect(points.at(-1)?.hitRatio).toBeCloseTo(1 - 1 / ROUNDS)
  expect((await stowage(['size', logOf(rounds)])).out).toContain('104 entries: room for all keys')
})

interface Point {
  readonly maxEntries?: number
  readonly maxBytes?: number
  readonly hitRatio: number
}

function pointsOf(report: unknown): readonly Point[] {
  return isReport(report) ? report.points : []
}

function isReport(report: unknown): report is { readonly points: readonly Point[] } {
  return typeof report === 'object' && report !== null && 'points' in report && Array.isArray(report.points)
}

test.each([
  ['text', (key: string) => key],
  ['JSON text', (key: string) => JSON.stringify(key)],
  ['objects', (key: string) => JSON.stringify({ key })],
])('keys as %s are the same keys', async (_form, write) => {
  const [report] = await stowageJson(['size', logOf(rounds.map(write)), '--entries', '52'])
  expect(report).toMatchObject({ lookupCount: 5_000, keyCount: 100 })
  expect(pointsOf(report).map(({ maxEntries }) => maxEntries)).toEqual([13, 26, 52, 104, 208, 416])
})

test('with sizes in the log, sizes in bytes', async () => {
  const path = logOf(rounds.map((key) => JSON.stringify({ key, sizeBytes: 10_000 })))
  const [report] = await stowageJson(['size', path, '--bytes', '1MB', '--policy', 'lru'])
  expect(report).toMatchObject({ valueBytes: 10_000 })
  const byBytes = new Map(pointsOf(report).map(({ maxBytes, hitRatio }) => [maxBytes, hitRatio]))
  expect(byBytes.get(500_000)).toBe(0)
  expect(byBytes.get(2_000_000)).toBeCloseTo(1 - 1 / ROUNDS)
  expect((await stowage(['size', path])).out).toContain('about 1.0 MB of values')
})

test('where the largest size still brings more, that is said', async () => {
  expect((await stowage(['size', logOf(rounds), '--entries', '12'])).out).toContain('ask for larger ones')
})

test('what is no log is refused', async () => {
  const folder = tempFolder()
  expect(await stowage(['size', join(folder, 'missing')])).toMatchObject({ code: 2, err: saying('there is no log') })
  expect(await stowage(['size', logOf([])])).toMatchObject({ code: 1, err: saying('has no lookups') })
  expect(await stowage(['size', logOf(['a']), '--entries', '1', '--bytes', '1MB'])).toMatchObject({ code: 2 })
  expect(await stowage(['size', logOf(['a']), '--entries', 'many'])).toMatchObject({ code: 2 })
})
