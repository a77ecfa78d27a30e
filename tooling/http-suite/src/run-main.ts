/** One run of the suite in a process of its own, as its modules keep results. Prints them as JSON. Arguments: backend, mode, `heuristic` for that option, names of tests. */
import type { HttpCacheOptions } from '@stowage/express'
import { startOrigin, urlOf } from './origin.ts'
import { isPeer, PEERS } from './peers.ts'
import { scoreOf } from './score.ts'
import { BACKENDS, startTarget } from './target.ts'
import { loadVendored } from './vendored.ts'

const [backendName = 'memory', modeName = 'send', optionText = '', only] = process.argv.slice(2)
const backend = [...BACKENDS, ...PEERS].find((name) => name === backendName) ?? 'memory'
const options: Partial<HttpCacheOptions> = optionText === 'heuristic' ? { heuristic: true } : {}
/** Tests side by side: the suite's own number. */
const CHUNK_SIZE = 25

const vendored = await loadVendored()
const origin = await startOrigin(vendored)
const target = await startTarget({
  backend,
  mode: modeName === 'write' ? 'write' : 'send',
  originUrl: urlOf(origin),
  options,
})
const suites =
  only === undefined
    ? vendored.suites
    : vendored.suites.map((suite) => ({
        ...suite,
        tests: suite.tests.filter(({ id }) => only.split(',').includes(id)).map((test) => ({ ...test, dump: true })),
      }))
let uncaughtCount = 0
// Of others the whole is to be seen, and not only what comes before the first error that would end the process.
if (isPeer(backend)) process.on('uncaughtException', () => uncaughtCount++)
await vendored.runTests(suites, false, urlOf(target.server), CHUNK_SIZE)
const faults = target.cache?.stats().faults ?? 0
if (faults > 0) process.stderr.write(`${faults} faults of the backend: results are not of the middleware alone\n`)
if (uncaughtCount > 0)
  process.stderr.write(`${uncaughtCount} uncaught errors, at the first of which Node would have ended\n`)
await target.close()
origin.closeAllConnections()
origin.close()
// Ends by itself for no peer that leaves its timers: apicache holds one for each response, an hour long.
process.stdout.write(`${JSON.stringify(scoreOf(vendored, vendored.getResults()))}\n`, () => process.exit())
