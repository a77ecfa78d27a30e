/** An Express app in the process of its bout, and autocannon in one of its own that asks it the same again and again. */
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import type { RequestHandler } from 'express'
import type { HttpApp } from '../contenders/http-apps.ts'
import { type Bout, type Entrant, WrongAnswerError } from '../harness/contract.ts'

export interface Page {
  readonly type: string
  readonly body: Buffer
  /** As a handler would send it. */
  readonly send: RequestHandler
}

const CONNECTIONS = 10
/** Until the code that answers is compiled: a service runs for days. */
const WARM_UP_REQUESTS = 5_000
/** In a round of a look there are a fourth as many requests. */
const LOOK_SHARE = 4
/** autocannon ends at a sample, and by default takes one a second. */
const SAMPLE_MS = '20'
const run = promisify(execFile)
const CANNON = createRequire(import.meta.url).resolve('autocannon')

export function httpEntrant(app: HttpApp, page: Page, requestCount: number): Entrant {
  return {
    name: app.name,
    packages: app.packages,
    open: ({ purpose }) => openBout(app, page, purpose === 'look' ? requestCount / LOOK_SHARE : requestCount),
  }
}

async function openBout(app: HttpApp, page: Page, requestCount: number): Promise<Bout> {
  const { default: express } = await import('express')
  const { middleware, close } = await app.open()
  const server = express()
  let runCount = 0
  if (middleware !== undefined) server.use(middleware)
  server.get('/', (req, res, next) => {
    runCount++
    for (const [name, value] of Object.entries(app.fields)) res.setHeader(name, value)
    if (app.isConstant === true) res.setHeader('Content-Type', page.type).end(page.body)
    else void page.send(req, res, next)
  })
  const listening = createServer(server)
  const port = await listen(listening)
  const front = await app.front?.(port)
  const url = front?.url ?? `http://127.0.0.1:${port}/`
  const isCached = middleware !== undefined || front !== undefined
  return {
    async smoke() {
      await fire(url, WARM_UP_REQUESTS)
      const before = runCount
      const body = Buffer.from(await (await fetch(url)).arrayBuffer())
      if (!body.equals(page.body)) throw new WrongAnswerError(`${app.name} served ${body.length} other bytes`)
      if (isCached && runCount !== before) throw new WrongAnswerError(`${app.name} asked the handler`)
    },
    async round() {
      const started = process.cpuUsage()
      const startedUs = front?.cpuUs() ?? 0
      const { wallMs, p50Ms, p99Ms } = await fire(url, requestCount)
      const { user, system } = process.cpuUsage(started)
      const frontUs = (front?.cpuUs() ?? 0) - startedUs
      return { cpuUs: (user + system + frontUs) / requestCount, wallUs: (wallMs * 1000) / requestCount, p50Ms, p99Ms }
    },
    async close() {
      await front?.close()
      listening.closeAllConnections()
      listening.close()
      await close()
    },
  }
}

interface Shots {
  readonly wallMs: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** @throws WrongAnswerError when an answer was none */
async function fire(url: string, requestCount: number): Promise<Shots> {
  const args = [CANNON, '--json', '--sampleInt', SAMPLE_MS, '-c', String(CONNECTIONS), '-a', String(requestCount), url]
  const { stdout } = await run(process.execPath, args)
  const result: unknown = JSON.parse(stdout)
  const failed = numberAt(result, 'errors') + numberAt(result, 'non2xx') + numberAt(result, 'timeouts')
  if (failed > 0) throw new WrongAnswerError(`${failed} of ${requestCount} answers failed`)
  return {
    wallMs: numberAt(result, 'duration') * 1000,
    p50Ms: numberAt(result, 'latency', 'p50'),
    p99Ms: numberAt(result, 'latency', 'p99'),
  }
}

function numberAt(value: unknown, ...path: readonly string[]): number {
  let found = value
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined
  return typeof found === 'number' ? found : Number.NaN
}

/** @returns its port */
function listen(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(typeof address === 'object' && address !== null ? address.port : 0)
  })
  return promise
}
