import { afterEach, expect, test, vi } from 'vitest'
import { runSteps, stepTable } from '../src/verify/run-steps.ts'
import { stepsWithout } from '../src/verify/steps.ts'
import { fixtureTree } from './fixture-tree.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const node = (name: string, code: string) => ({ name, command: process.execPath, args: ['-e', code] })

test('the first failure ends the run; what comes after is told as not run', () => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const steps = [node('fine', ''), node('broken', 'process.exitCode = 3'), node('later', 'process.exitCode = 4')]
  const results = runSteps(steps, fixtureTree({}))
  expect(results.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['fine', 'passed'],
    ['broken', 'failed'],
    ['later', 'not run'],
  ])
  expect(said.mock.calls).toEqual([['\n--- fine'], ['\n--- broken']])
})

test('a step runs in the repository, with its tools first on the PATH and with telemetry off', () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const root = fixtureTree({ 'node_modules/.bin/marker': '' })
  const code = `
    const first = process.env.PATH.split(require('node:path').delimiter)[0]
    require('node:fs').accessSync(first + '/marker')
    if (process.env.DO_NOT_TRACK !== '1') throw new Error('tracked')
    require('node:fs').writeFileSync('was-here', '')`
  expect(runSteps([node('step', code)], root)).toMatchObject([{ outcome: 'passed' }])
  expect(runSteps([node('again', `require('node:fs').accessSync('was-here')`)], root)).toMatchObject([
    { outcome: 'passed' },
  ])
})

test('a step whose program is missing or that is killed has failed', () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const root = fixtureTree({})
  expect(runSteps([{ name: 'absent', command: './absent', args: [] }], root)).toMatchObject([{ outcome: 'failed' }])
  expect(complaint).toHaveBeenCalledWith(expect.stringContaining('ENOENT'))
  expect(runSteps([node('killed', `process.kill(process.pid, 'SIGKILL')`)], root)).toMatchObject([
    { outcome: 'failed' },
  ])
})

test('the table is aligned and adds up', () => {
  const table = stepTable([
    { name: 'install', outcome: 'passed', seconds: 1.26 },
    { name: 'types', outcome: 'failed', seconds: 12 },
    { name: 'tests', outcome: 'not run', seconds: 0 },
  ])
  expect(table.split('\n')).toEqual([
    'install     1.3 s  passed',
    'types      12.0 s  failed',
    'tests              not run',
    '--------------------------',
    'total      13.3 s',
  ])
})

test('a step that was done elsewhere is left out; one that does not exist is an error, so that nothing is left out by a typing error', () => {
  const steps = [node('tests', ''), node('build', '')]
  expect(stepsWithout(steps, undefined)).toEqual(steps)
  expect(stepsWithout(steps, 'tests').map(({ name }) => name)).toEqual(['build'])
  expect(() => stepsWithout(steps, 'test')).toThrow('--without: test is no step; allowed: tests, build')
})
