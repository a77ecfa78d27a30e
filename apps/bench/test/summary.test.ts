import { expect, it } from 'vitest'
import type { Target } from '../src/harness/contract.ts'
import { quartilesOf } from '../src/harness/quartiles.ts'
import { summaryOf } from '../src/harness/summary.ts'
import { measured } from './stubs.ts'

const MEASURES = [{ name: 'cpuNs', title: 'CPU ns' }]

it('interpolates between the neighbours of a quartile', () => {
  expect(quartilesOf([40, 10, 30, 20])).toEqual({ median: 25, low: 17.5, high: 32.5 })
  expect(quartilesOf([7])).toEqual({ median: 7, low: 7, high: 7 })
  expect(() => quartilesOf([])).toThrow(RangeError)
})

it('takes the ratio within each round, so that a slow moment of the machine cancels out', () => {
  // Everything took ten times as long in the second round; the quotient of the medians would be 1.
  const outcomes = [measured('reference', [100, 1_000, 100]), measured('ours', [50, 500, 1_000])]
  const { entrants } = summaryOf({ measures: MEASURES, reference: 'reference', targets: [] }, outcomes)
  expect(entrants[1]?.measures[0]?.figure.median).toBe(500)
  expect(entrants[1]?.measures[0]?.speed?.median).toBe(2)
})

it('has neither figures nor ratios for who is out, and no ratios without the reference', () => {
  const out = { name: 'reference', state: 'failed', reason: 'gone', rounds: [] } as const
  const { entrants } = summaryOf({ measures: MEASURES, reference: 'reference', targets: [] }, [
    out,
    measured('ours', [5]),
  ])
  expect(entrants[0]?.measures).toEqual([])
  expect(entrants[1]?.measures).toEqual([
    { measure: 'cpuNs', figure: { median: 5, low: 5, high: 5 }, speed: undefined },
  ])
})

it.each([
  [{ form: 'speed', must: 0.8, aim: 1.2 }, 'must', 1],
  [{ form: 'speed', must: 0.8, aim: 1 }, 'aim', 1],
  [{ form: 'speed', must: 1.1, aim: 1.2 }, 'missed', 1],
  [{ form: 'speed', must: 0.2, aim: 0.5, against: 'quick' }, 'aim', 0.5],
  [{ form: 'cost', must: 3, aim: 1.5, against: 'quick' }, 'must', 2],
  [{ form: 'excess', must: 60, aim: 40, against: 'quick' }, 'must', 50],
  [{ form: 'figure', must: 99, aim: 98 }, 'missed', 100],
] as const)('holds %j against what was reached: %s', (wish, result, ours) => {
  const target: Target = { entrant: 'ours', measure: 'cpuNs', ...wish }
  const outcomes = [measured('reference', [100]), measured('quick', [50]), measured('ours', [100])]
  const { verdicts } = summaryOf({ measures: MEASURES, reference: 'reference', targets: [target] }, outcomes)
  expect(verdicts).toEqual([{ ...target, ours, result }])
})

it('says so when what a target is about was not measured', () => {
  const target: Target = { entrant: 'ours', measure: 'cpuNs', form: 'speed', must: 1, aim: 1 }
  const { verdicts } = summaryOf({ measures: MEASURES, reference: 'reference', targets: [target] }, [
    measured('reference', [100]),
  ])
  expect(verdicts[0]).toMatchObject({ ours: undefined, result: 'unmeasured' })
})
