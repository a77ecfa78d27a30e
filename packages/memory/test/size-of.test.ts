/** The size estimate: within 30 % of the heap, shared parts once, cycles and depth harmless. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { sizeOf } from '../src/size-of.ts'

test('a full cache takes what it believes it takes, within 30 %, whatever it holds', { timeout: 120_000 }, async () => {
  const fixture = fileURLToPath(new URL('fixtures/heap-growth.ts', import.meta.url))
  const flags = ['--expose-gc', '--conditions=@stowage/source']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, fixture])
  const lines = stdout.trim().split('\n')
  expect(lines.length).toBeGreaterThan(10)
  const off = lines.filter((line) => {
    const [grown = 0, believed = 0] = line.split(' ').map(Number)
    return !(Math.abs(believed - grown) <= 0.3 * grown)
  })
  expect(off).toEqual([])
})

test('long lists are measured by a sample, in proportion', () => {
  const records = Array.from({ length: 100_000 }, (_, at) => ({ at, name: `name ${at}` }))
  const perRecord = sizeOf({ at: 1, name: 'name 10000' })
  expect(sizeOf(records) / (records.length * (perRecord + 8))).toBeCloseTo(1, 1)
})

describe('a part that occurs twice counts once', () => {
  const part = { text: 'x'.repeat(10_000) }
  test('shared', () => {
    expect(sizeOf([part, part])).toBeLessThan(1.1 * sizeOf([part]))
  })
  test('in a cycle', () => {
    const cycle: Record<string, unknown> = { part }
    cycle['self'] = cycle
    expect(sizeOf(cycle)).toBeLessThan(1.1 * sizeOf([part]))
  })
  test('by two views into one buffer', () => {
    const buffer = new ArrayBuffer(100_000)
    expect(sizeOf([new Uint8Array(buffer, 0, 10), new Uint8Array(buffer, 10, 10)])).toBeLessThan(101_000)
  })
})

test('a small view into a large buffer counts the buffer, which it keeps alive', () => {
  expect(sizeOf(Buffer.alloc(1_000_000).subarray(0, 10))).toBeGreaterThan(1_000_000)
})

test('nesting of any depth is measured', () => {
  let deep: unknown = 'core'
  for (let depth = 0; depth < 200_000; depth++) deep = { deep }
  expect(sizeOf(deep)).toBeGreaterThan(200_000)
})
