/** One backend from a cold start to a warm restart, and starts by themselves: what is measured, each in a new folder. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTRPCClient, httpLink } from '@trpc/client'
import { PAGE_PANELS } from '../server/queries/panel-queries.ts'
import type { RpcRouter } from '../server/rpc-router.ts'
import { type BackendChoice, DEFAULT_CHOICE } from '../shared/cache-choice.ts'
import type { LoopDelays } from './loop-probe.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import type { WalkedTogether } from './walk-messages.ts'
import { walkTogether } from './walkers.ts'

export interface WalkFigures extends WalkedTogether {
  readonly sourceQueryCount: number
  /** Of the panels asked for: those that cost no query. */
  readonly hitRatio: number
  readonly loop: LoopDelays
}

export interface BackendFigures {
  readonly cold: WalkFigures
  readonly warm: WalkFigures
  /** All of the Dashboard, as the first thing that a server on the same folder is asked. */
  readonly dashboardAfterRestartMs: number
}

export async function measureBackend(
  backend: BackendChoice,
  sessionCount: number,
  lookMs: number,
): Promise<BackendFigures> {
  return inNewFolder(async (directory) => {
    await prepare(directory, backend)
    const walks = await walkTwice(directory, sessionCount, lookMs)
    await using again = await startServerProcess(directory)
    return { ...walks, dashboardAfterRestartMs: await askDashboard(again) }
  })
}

/** @returns how long each start took until the server answered */
export async function measureStarts(count: number): Promise<readonly number[]> {
  const startsMs: number[] = []
  for (let each = 0; each < count; each += 1) {
    const answersAfterMs = await inNewFolder(async (directory) => {
      await using server = await startServerProcess(directory)
      return server.answersAfterMs
    })
    startsMs.push(answersAfterMs)
  }
  return startsMs
}

/** Chooses the backend, and that nothing is loaded ahead: both are kept for the starts that follow. The cache is left empty. */
async function prepare(directory: string, backend: BackendChoice): Promise<void> {
  {
    await using server = await startServerProcess(directory)
    const rpc = clientOf(server)
    await rpc.settings.keepShortRangesWarm.mutate({ isWanted: false })
    await rpc.settings.chooseCache.mutate({ ...DEFAULT_CHOICE, backend })
  }
  await rm(join(directory, 'cache'), { recursive: true, force: true })
}

async function walkTwice(directory: string, sessionCount: number, lookMs: number) {
  await using server = await startServerProcess(directory)
  const cold = await walk(server, sessionCount, lookMs)
  return { cold, warm: await walk(server, sessionCount, lookMs) }
}

async function walk(server: ServerProcess, sessionCount: number, lookMs: number): Promise<WalkFigures> {
  const rpc = clientOf(server)
  const { days, sourceQueryCount: before } = await rpc.status.query()
  // A window of its own: without the start.
  await server.loop()
  const walked = await walkTogether({ address: server.address, days, sessionCount, lookMs })
  const loop = await server.loop()
  const sourceQueryCount = (await rpc.status.query()).sourceQueryCount - before
  return { ...walked, sourceQueryCount, hitRatio: 1 - sourceQueryCount / walked.panelCount, loop }
}

async function askDashboard({ address }: ServerProcess): Promise<number> {
  const startedAtMs = performance.now()
  const asked = PAGE_PANELS.dashboard.map(async (name) => {
    const response = await fetch(`${address}/trpc/dashboard.${name}`)
    if (!response.ok) throw new Error(`dashboard.${name}: ${response.status} ${await response.text()}`)
    await response.arrayBuffer()
  })
  await Promise.all(asked)
  return performance.now() - startedAtMs
}

function clientOf({ address }: ServerProcess) {
  return createTRPCClient<RpcRouter>({ links: [httpLink({ url: `${address}/trpc` })] })
}

async function inNewFolder<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'playground-sessions-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
