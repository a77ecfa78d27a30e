import { expect, it } from 'vitest'
import { ArgumentError, readArguments } from '../src/arguments.ts'
import { workloads } from '../src/workloads/all.ts'

it('runs everything unless told which workloads, then those in their own order', () => {
  expect(readArguments([], workloads).workloads).toEqual(workloads)
  const wish = readArguments(['--only', 'stampede', '--only', 'get-hit-sync', '--json', 'run.json'], workloads)
  expect(wish.workloads.map(({ name }) => name)).toEqual(['get-hit-sync', 'stampede'])
  expect(wish.jsonPath).toBe('run.json')
})

it('takes shorter rounds, and fewer, for a quick look', () => {
  const [full, quick] = [readArguments([], workloads).scale, readArguments(['--quick'], workloads).scale]
  expect(quick.roundCount).toBeLessThan(full.roundCount)
  expect(quick.roundCpuMs).toBeLessThan(full.roundCpuMs)
})

it.each([
  [['--only', 'get-hat'], /^--only get-hat: no such workload; allowed: get-hit-200b, /],
  [['--fast'], /--fast/],
])('refuses %j in words', (given, message) => {
  expect(() => readArguments(given, workloads)).toThrow(ArgumentError)
  expect(() => readArguments(given, workloads)).toThrow(message)
})
