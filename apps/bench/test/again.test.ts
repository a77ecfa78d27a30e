/** Workloads measured again take the place of what they were in the committed run, and nothing else does. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { workloadRecord } from '../src/report/record.ts'
import { strangenessOf, withAgain } from '../src/results/again.ts'
import { resultsPage } from '../src/results/page.ts'
import { readRun } from '../src/results/run-file.ts'
import { workloads } from '../src/workloads/all.ts'

const run = readRun(fileURLToPath(new URL('../results/latest.json', import.meta.url)))
const { machine, versions } = run
const head = { startedAt: '2031-05-06T07:08:09.000Z', machine: { ...machine, loadAverage: 2.25 }, versions }

test.each([
  ['the machine and versions of the run', {}, undefined],
  ['a package it had none of', { versions: { 'new-cache': '1.0.0' } }, undefined],
  ['another processor', { machine: { ...head.machine, cpu: 'Abacus' } }, /^cpu is Abacus here and was /],
  ['another Node', { machine: { ...head.machine, node: '99.0.0' } }, /^node is 99\.0\.0 here and was /],
  ['another lru-cache', { versions: { 'lru-cache': '0.1.0' } }, /^lru-cache is 0\.1\.0 here and was /],
])('what is measured now fits or is strange: %s', (_, here, words) => {
  const strangeness = strangenessOf({ ...head, ...here }, run)
  if (words === undefined) expect(strangeness).toBeUndefined()
  else expect(strangeness).toMatch(words)
})

test('a workload measured again is told with its hour and load; all others stay as they were, in their places', () => {
  const engineHit = workloads.find(({ name }) => name === 'engine-hit')
  if (engineHit === undefined) throw new Error('there is no engine-hit')
  const merged = withAgain(run, head, [workloadRecord(engineHit, { entrants: [], verdicts: [] })])
  expect(merged).toMatchObject({ startedAt: run.startedAt, machine })
  expect(merged.workloads.map(({ name }) => name)).toEqual(run.workloads.map(({ name }) => name))
  const others = merged.workloads.filter(({ name }) => name !== 'engine-hit')
  expect(others).toEqual(run.workloads.filter(({ name }) => name !== 'engine-hit'))
  expect(resultsPage(merged)).toContain('`engine-hit`, measured again 2031-05-06 07:08 UTC at load 2.3')
})
