/**
 * The whole suite on every backend, through `res.send` and through streaming, each run in a process of its own, and a table
 * of what came of it in RESULTS.md, from which `pnpm bench:results` makes the table of the root's README. About a minute per run, most of it waiting. Redis is left out where there is none.
 */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { PEERS } from './peers.ts'
import { type Run, resultsPage } from './results-page.ts'
import type { TestScore } from './score.ts'
import { BACKENDS } from './target.ts'

const RUN_MAIN = fileURLToPath(new URL('run-main.ts', import.meta.url))
const PAGE = fileURLToPath(new URL('../RESULTS.md', import.meta.url))
const SIDE_BY_SIDE = 4

const runs: Run[] = []
const setups = BACKENDS.flatMap((backend) => [
  { backend: String(backend), mode: 'send', option: '' },
  { backend: String(backend), mode: 'write', option: '' },
])
setups.push({ backend: 'memory', mode: 'send', option: 'heuristic' })
setups.push(...PEERS.map((backend) => ({ backend, mode: 'send', option: '' })))
await runSuite()

async function runSuite(): Promise<void> {
  const search = await findRedisBinary()
  const redis = search.found ? await startRedis({ binary: search.binary }) : undefined
  const waiting = setups.filter(({ backend }) => backend !== 'redis' || redis !== undefined)
  const env = { ...process.env, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) }
  try {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => runAll(waiting, env)))
  } finally {
    await redis?.stop()
  }
  runs.sort((a, b) => orderOf(a) - orderOf(b))
  writeFileSync(PAGE, resultsPage(runs))
}

async function runAll(waiting: Omit<Run, 'scores'>[], env: NodeJS.ProcessEnv): Promise<void> {
  for (let setup = waiting.shift(); setup !== undefined; setup = waiting.shift()) {
    const args = ['--conditions=@stowage/source', RUN_MAIN, setup.backend, setup.mode, setup.option]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      env,
      maxBuffer: 64 * 1_048_576,
    })
    runs.push({ ...setup, scores: scoresOf(stdout) })
    process.stdout.write(`${setup.backend} ${setup.mode} ${setup.option}\n${stderr}`)
  }
}

function orderOf({ backend, mode, option }: Run): number {
  return setups.findIndex((setup) => setup.backend === backend && setup.mode === mode && setup.option === option)
}

/** The last line of a run. @throws TypeError when it is none */
function scoresOf(stdout: string): readonly TestScore[] {
  const scores: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  if (!isScores(scores)) throw new TypeError('a run has not ended with its scores')
  return scores
}

function isScores(value: unknown): value is readonly TestScore[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null && 'verdict' in each)
}
