/**
 * Row 30: what a cached query costs where the resolver would cost nothing: in process through a caller, and over HTTP on
 * the loopback through httpBatchLink. The reference is the same procedure without the middleware.
 */
import type { Bout, Entrant, Scale, Workload } from '../harness/contract.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import { quartilesOf } from '../harness/quartiles.ts'
import { drawsFrom } from '../material/draws.ts'
import { openPosts, type PostService } from '../material/post-service.ts'
import { HitLoop } from './hit-loop.ts'

const ID_COUNT = 1_000
/** Calls of one HTTP request, as a page makes them. */
const BATCH_COUNT = 10
const CALLS_PER_TURN = 100
/** A request takes a hundred times as long as a call in process. */
const REQUEST_COUNT = 400
const REQUESTS_PER_TURN = 10

const PLAIN = 'procedure, resolver of no work'
const PUBLIC = 'Stowage trpc, public'
const SCOPED = 'Stowage trpc, a scope and tags'

type PostName = 'plain' | 'public' | 'scoped'

type Work = 'caller' | 'http'

function entrants(work: Work): Entrant[] {
  const names: readonly [string, PostName][] = [
    [PLAIN, 'plain'],
    [PUBLIC, 'public'],
    [SCOPED, 'scoped'],
  ]
  return names.map(([name, post]) => ({
    name,
    packages: ['@stowage/core', '@stowage/memory', '@stowage/trpc', '@trpc/client', '@trpc/server'],
    open: async (scale) => openHits(await openPosts(), post, work, scale),
  }))
}

async function openHits(service: PostService, post: PostName, work: Work, { roundCpuMs }: Scale): Promise<Bout> {
  const ids = Array.from({ length: ID_COUNT }, (_, id) => String(id))
  const draws = drawsFrom(ids)
  const loop = new HitLoop({ draws, callsPerTurn: CALLS_PER_TURN, roundCpuMs })
  const inProcess = (id: string) => service.caller[post]({ id: Number(id) })
  const overHttp = (id: string) => service.client[post].query({ id: Number(id) })

  async function check(call: typeof inProcess): Promise<void> {
    const runCount = service.runs()
    for (const id of ids.slice(0, 50)) {
      const { id: found } = await call(id)
      if (found !== Number(id)) throw new WrongAnswerError(`post ${id} gave ${found}`)
    }
    const isCached = service.runs() === runCount
    if (isCached !== (post !== 'plain')) throw new WrongAnswerError(`${service.runs() - runCount} of 50 were loaded`)
  }

  return {
    async smoke() {
      for (const id of ids) await inProcess(id)
      await check(inProcess)
      await check(overHttp)
    },
    async round() {
      if (work === 'caller') return { cpuNs: await loop.awaited(inProcess) }
      const plainOverHttp = (id: string) => service.client.plain.query({ id: Number(id) })
      const one = await beside(overHttp, plainOverHttp, draws)
      const batch = await beside(batchOf(overHttp), batchOf(plainOverHttp), draws)
      await check(overHttp)
      return { oneNs: one.ns, oneTimes: one.times, batchNs: batch.ns, batchTimes: batch.times }
    },
    close: () => service.close(),
  }
}

type Request = (id: string) => Promise<unknown>

function batchOf(request: Request): Request {
  const places = Array.from({ length: BATCH_COUNT }, (_, at) => at)
  return (id) => Promise.all(places.map((at) => request(String((Number(id) + at) % ID_COUNT))))
}

/**
 * CPU nanoseconds per HTTP request, the client's share included, and how many times the plain procedure's that is:
 * medians of many short turns. Both are asked by one process, as two processes differ by more than a middleware costs.
 */
async function beside(
  request: Request,
  plain: Request,
  draws: readonly string[],
): Promise<{ ns: number; times: number }> {
  const requestNs: number[] = []
  const plainNs: number[] = []
  for (let at = 0; at < REQUEST_COUNT; at += REQUESTS_PER_TURN) {
    const turn = draws.slice(at, at + REQUESTS_PER_TURN)
    requestNs.push(await cpuNs(request, turn))
    plainNs.push(await cpuNs(plain, turn))
  }
  const ns = quartilesOf(requestNs).median
  return { ns, times: ns / quartilesOf(plainNs).median }
}

async function cpuNs(request: Request, draws: readonly string[]): Promise<number> {
  const started = process.cpuUsage()
  for (const id of draws) await request(id)
  const { user, system } = process.cpuUsage(started)
  return ((user + system) * 1_000) / draws.length
}

export const trpcHit: Workload = {
  name: 'trpc-hit',
  row: 30,
  title: 'cached tRPC query, in process',
  entrants: entrants('caller'),
  measures: [{ name: 'cpuNs', title: 'CPU ns/call' }],
  reference: PLAIN,
  targets: [
    { entrant: PUBLIC, measure: 'cpuNs', form: 'excess', must: 5_000, aim: 3_000 },
    { entrant: SCOPED, measure: 'cpuNs', form: 'excess', must: 5_000, aim: 4_000 },
  ],
}

export const trpcHttpHit: Workload = {
  name: 'trpc-http-hit',
  row: 30,
  title: 'cached tRPC query through httpBatchLink on the loopback, client and server in one process',
  entrants: entrants('http'),
  measures: [
    { name: 'oneNs', title: 'CPU ns/call, a request each' },
    { name: 'oneTimes', title: 'times the plain one beside it', isAbsolute: true },
    { name: 'batchNs', title: `CPU ns/request of ${BATCH_COUNT} calls` },
    { name: 'batchTimes', title: 'times the plain batch beside it', isAbsolute: true },
  ],
  reference: PLAIN,
  targets: [
    { entrant: PUBLIC, measure: 'oneTimes', form: 'figure', must: 1.05, aim: 1.02 },
    { entrant: SCOPED, measure: 'oneTimes', form: 'figure', must: 1.05, aim: 1.03 },
    { entrant: PUBLIC, measure: 'batchTimes', form: 'figure', must: 1.1, aim: 1.05 },
  ],
}
