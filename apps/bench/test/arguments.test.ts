import { expect, it } from 'vitest'
import { ArgumentError, readArguments } from '../src/arguments.ts'
import { quickWorkloads, workloads } from '../src/workloads/all.ts'

const CHOICE = { workloads, quickWorkloads }

it('runs everything unless told which workloads, then those in their own order', () => {
  expect(readArguments([], CHOICE).workloads).toEqual(workloads)
  const wish = readArguments(['--only', 'stampede', '--only', 'get-hit-sync', '--json', 'run.json'], CHOICE)
  expect(wish.workloads.map(({ name }) => name)).toEqual(['get-hit-sync', 'stampede'])
  expect(wish.jsonPath).toBe('run.json')
})

it('takes some of the workloads for a quick look, in their order, and any that is named', () => {
  const names = (given: readonly string[]) => readArguments(given, CHOICE).workloads.map(({ name }) => name)
  const quick = names(['--quick'])
  expect(quick.length).toBeLessThan(workloads.length / 2)
  expect(quick).toEqual(names([]).filter((name) => quick.includes(name)))
  expect(names(['--quick', '--only', 'store-sustained'])).toEqual(['store-sustained'])
})

it('takes shorter rounds, and fewer, for a quick look', () => {
  const [full, quick] = [readArguments([], CHOICE).scale, readArguments(['--quick'], CHOICE).scale]
  expect(quick.roundCount).toBeLessThan(full.roundCount)
  expect(quick.roundCpuMs).toBeLessThan(full.roundCpuMs)
})

it.each([
  [['--only', 'get-hat'], /^--only get-hat: no such workload; allowed: get-hit-200b, /],
  [['--fast'], /--fast/],
  [['--again', 'run.json', '--json', 'other.json'], /^--again run.json: not with --json; /],
  [['--again', 'run.json', '--quick'], /^--again run.json: not with --quick; /],
])('refuses %j in words', (given, message) => {
  expect(() => readArguments(given, CHOICE)).toThrow(ArgumentError)
  expect(() => readArguments(given, CHOICE)).toThrow(message)
})
