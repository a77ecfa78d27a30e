/**
 * One comparison from start to end: recorded, then lap by lap, one contestant at a time, so that none is measured while another
 * works; the laps go round, so that all of them see the same weather on this machine.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cache } from '@stowage/core'
import type { FlightSource } from '../../flight-source.ts'
import type { OwnRedis } from '../../redis/own-redis.ts'
import { CONTESTANTS, type ContestantName, type Lap, type Verdict, type Workload } from './messages.ts'
import { orAborted } from './or-aborted.ts'
import { record } from './recording.ts'
import { type Seat, takeSeat } from './seat.ts'

/** As many as a chart needs: the longer a lap, the less it tells of what else the machine does. */
const LAP_COUNT = 20
/** What a cache does behind its lap must not fall into the next one's: apps/bench waits as long. */
const SETTLE_MS = 40
/** Longer than a slow disk needs, shorter than anybody watches. */
const CONTESTANT_LIMIT_MS = 60_000

type Standing =
  | { readonly state: 'waiting' | 'running' }
  | { readonly state: 'finished' | 'stopped'; readonly verdict: Verdict; readonly note: string | undefined }
  /** With what was measured until then. */
  | { readonly state: 'cancelled'; readonly verdict: Verdict | undefined }
  /** Not part of it, or out of it: wrong answers, or a process that ended. */
  | { readonly state: 'disqualified' | 'failed'; readonly verdict: Verdict | undefined; readonly note: string }

export type CompareEvent =
  | { readonly kind: 'recording'; readonly share: number }
  | { readonly kind: 'standing'; readonly name: ContestantName; readonly standing: Standing }
  | { readonly kind: 'lap'; readonly name: ContestantName; readonly lap: Lap }

export interface CompareWish {
  readonly contestants: readonly ContestantName[]
  readonly workload: Workload
}

interface Racer {
  readonly name: ContestantName
  readonly seat: Seat
  spentMs: number
  verdict: Verdict | undefined
}

export interface RunRooms {
  readonly flights: FlightSource
  readonly cache: Cache
  readonly redis: OwnRedis
  /** Where a run has its folder. */
  readonly scratch?: string | undefined
}

/** @throws what aborted it; nothing is left of it then, no process and no file. */
export async function runComparison(
  { contestants, workload }: CompareWish,
  { flights, cache, redis, scratch = tmpdir() }: RunRooms,
  signal: AbortSignal,
  tell: (event: CompareEvent) => void,
): Promise<void> {
  const folder = await mkdtemp(join(scratch, 'playground-compare-'))
  const racers: Racer[] = []
  const leaving: Promise<void>[] = []
  const isOut = new Set<ContestantName>()
  try {
    const recordingFile = join(folder, 'recording.json')
    const recorded = record({ flights, cache }, signal, (share) => tell({ kind: 'recording', share }))
    const recording = await orAborted(recorded, signal)
    await writeFile(recordingFile, JSON.stringify(recording))
    const needsRedis = CONTESTANTS.some(({ name, tiers }) => contestants.includes(name) && isOnRedis(tiers))
    const redisUrl = needsRedis ? await orAborted(redis.url(), signal) : undefined
    for (const name of contestants) {
      const racer: Racer = { name, seat: takeSeat(), spentMs: 0, verdict: undefined }
      racers.push(racer)
      await mkdir(join(folder, name))
      const opening = {
        contestant: name,
        folder: join(folder, name),
        redisUrl,
        recordingFile,
        workload,
        lapCount: LAP_COUNT,
      }
      const reply = await orAborted(racer.seat.ask({ kind: 'open', opening }), signal)
      if (reply.kind === 'failed') drop(racer, { state: 'failed', verdict: undefined, note: reply.reason })
      else tell({ kind: 'standing', name, standing: { state: 'running' } })
    }
    while (racers.length > 0) {
      for (const racer of [...racers]) {
        await lapOf(racer)
        if (racers.length > 1) await orAborted(pause(SETTLE_MS), signal)
      }
    }
  } catch (error) {
    if (signal.aborted) contestants.filter((name) => !isOut.has(name)).forEach(tellCancelled)
    throw error
  } finally {
    await Promise.all([...leaving, ...racers.map(({ seat }) => seat.end())])
    await rm(folder, { recursive: true, force: true })
  }

  function drop(racer: Racer, standing: Standing): void {
    racers.splice(racers.indexOf(racer), 1)
    leaving.push(racer.seat.end())
    isOut.add(racer.name)
    tell({ kind: 'standing', name: racer.name, standing })
  }

  function tellCancelled(name: ContestantName): void {
    const verdict = racers.find((racer) => racer.name === name)?.verdict
    tell({ kind: 'standing', name, standing: { state: 'cancelled', verdict } })
  }

  async function lapOf(racer: Racer): Promise<void> {
    const startedAtMs = performance.now()
    const reply = await orAborted(racer.seat.ask({ kind: 'lap' }), signal)
    racer.spentMs += performance.now() - startedAtMs
    const { name } = racer
    if (reply.kind !== 'lap') {
      const note = reply.kind === 'failed' ? reply.reason : 'it answered out of turn'
      drop(racer, { state: 'failed', verdict: racer.verdict, note })
      return
    }
    racer.verdict = reply.verdict
    tell({ kind: 'lap', name, lap: reply.lap })
    const { verdict } = reply
    if (verdict.wrongCount > 0)
      drop(racer, { state: 'disqualified', verdict, note: `${verdict.wrongCount} wrong answers` })
    else if (reply.finished) drop(racer, { state: 'finished', verdict, note: undefined })
    else if (racer.spentMs > CONTESTANT_LIMIT_MS) {
      const note = `stopped after ${CONTESTANT_LIMIT_MS / 1_000} s, with ${reply.lap.callCount} of ${workload.callCount} calls`
      drop(racer, { state: 'stopped', verdict, note })
    }
  }
}

export function isOnRedis(tiers: readonly string[]): boolean {
  return tiers.includes('redis')
}
