import { expect, it } from 'vitest'
import type { Workload } from '../src/harness/contract.ts'
import { summaryOf } from '../src/harness/summary.ts'
import { progressOn } from '../src/report/progress.ts'
import { workloadRecord } from '../src/report/record.ts'
import { targetsText, workloadText } from '../src/report/terminal.ts'
import { measured } from './stubs.ts'

const workload: Workload = {
  name: 'get-hit',
  row: 1,
  title: 'get hit',
  entrants: [],
  awaited: [{ name: 'tomorrow', reason: 'not built' }],
  measures: [{ name: 'cpuNs', title: 'CPU ns/get' }],
  reference: 'plain',
  targets: [{ entrant: 'ours', measure: 'cpuNs', form: 'speed', must: 0.85, aim: 1.1 }],
}
const summary = summaryOf(workload, [
  measured('plain', [100, 100, 100]),
  measured('ours', [125, 100, 80]),
  { name: 'liar', state: 'disqualified', reason: "get('a') gave 2", rounds: [] },
])
const record = workloadRecord(workload, summary)

it('shows the cheapest first, who is out and why, and what is not there yet', () => {
  expect(`\n${workloadText(workload, summary)}`).toMatchInlineSnapshot(`
    "
    get hit   [get-hit]
              CPU ns/get   ratio
      plain          100    1.00
      ours           100    1.00   ±11 %
      liar   DISQUALIFIED: get('a') gave 2
      tomorrow   not there yet: not built"
  `)
})

it('shows what was wanted and whether it was reached', () => {
  expect(`\n${targetsText([record])}`).toMatchInlineSnapshot(`
    "
    Targets                            measure    ours       must        aim
      get-hit (row 1): ours   CPU ns/get as fast   1.00x   >= 0.85x   >= 1.10x   pass"
  `)
})

it('records as JSON what was measured, with every round, so that the summary can be made from it again', () => {
  const { name, row, title, measures, reference, awaited } = workload
  const ours = { name: 'ours', state: 'measured', rounds: [{ cpuNs: 125 }, { cpuNs: 100 }, { cpuNs: 80 }] }
  const liar = { name: 'liar', state: 'disqualified', reason: "get('a') gave 2", rounds: [], measures: [] }
  expect(JSON.parse(JSON.stringify(record))).toMatchObject({
    ...{ name, row, title, measures, reference, awaited },
    entrants: [{ name: 'plain' }, ours, liar],
    verdicts: [{ entrant: 'ours', form: 'speed', must: 0.85, aim: 1.1, ours: 1, result: 'must' }],
  })
  expect(summaryOf(workload, record.entrants)).toEqual(summary)
})

it.each([
  [true, '\r\x1b[2K[1 of 2] get-hit: round 1 of 5, ours\r\x1b[2K[1 of 2] get-hit: 1.5 s\n'],
  [false, '[1 of 2] get-hit: 1.5 s\n'],
])('tells where the run is; steps on a terminal alone (%s)', (isTTY, expected) => {
  const said: string[] = []
  let nowMs = 0
  const line = { isTTY, write: (text: string) => said.push(text) }
  const progress = progressOn(line, '[1 of 2] get-hit', () => nowMs)
  progress.step('round 1 of 5, ours')
  nowMs = 1_500
  progress.done()
  expect(said.join('')).toBe(expected)
})
