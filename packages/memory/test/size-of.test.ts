/** The size estimate: in proportion to the heap, shared parts once, cycles and depth harmless. */
import { describe, expect, test } from 'vitest'
import { sizeOf } from '../src/size-of.ts'

test('longer, wider and deeper values count more', () => {
  expect(sizeOf('x'.repeat(1_000))).toBeGreaterThan(1_000)
  expect(sizeOf('é€'.repeat(500))).toBeGreaterThan(2_000)
  expect(sizeOf(new Uint8Array(5_000))).toBeGreaterThan(5_000)
  expect(sizeOf(new Map([[1, 'x'.repeat(1_000)]]))).toBeGreaterThan(1_000)
  expect(sizeOf(new Set(['x'.repeat(1_000)]))).toBeGreaterThan(1_000)
  expect(sizeOf({ a: { b: ['x'.repeat(1_000)] } })).toBeGreaterThan(1_000)
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
})

test('nesting of any depth is measured', () => {
  let deep: unknown = 'core'
  for (let depth = 0; depth < 200_000; depth++) deep = { deep }
  expect(sizeOf(deep)).toBeGreaterThan(200_000)
})
