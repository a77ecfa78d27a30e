/**
 * What a cache of many entries does to the event loop, printed: `pnpm --filter @stowage/fs measure [entries]`. Times are of this machine
 * and of what else it does, so they are no test; crowd.test.ts counts what is done in a turn.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'

const ENTRY_COUNT = Number(process.argv[2] ?? 100_000)
const WAVE_COUNT = 1_000
const SAMPLE_MS = 1

const folder = mkdtempSync(join(tmpdir(), 'stowage-fs-large-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

function open() {
  return createCache({
    backend: fsBackend({ directory: join(folder, 'cache'), maxBytes: '4GB' }),
    ttl: '1h',
    backendTimeout: '1m',
  })
}

/** Lateness by the clock, which other work on the machine adds to, and the CPU time of the turns of the loop, which it hardly does. */
async function measured(name: string, run: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS })
  const startedAtMs = performance.now()
  const turnsMs: number[] = []
  let isOver = false
  let before = process.cpuUsage()
  const turn = (): void => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    turnsMs.push((user + system) / 1_000)
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  delay.enable()
  await run()
  delay.disable()
  isOver = true
  turn()
  const tookMs = performance.now() - startedAtMs
  const [p99Ms, maxMs] = [delay.percentile(99), delay.max].map((ns) => shown(ns / 1e6 - SAMPLE_MS))
  turnsMs.sort((a, b) => a - b)
  const [p99CpuMs, maxCpuMs] = [0.99, 1].map((share) => shown(turnsMs[Math.floor((turnsMs.length - 1) * share)] ?? 0))
  console.log(
    `${name.padEnd(24)} ${shown(tookMs)} ms; late p99 ${p99Ms}, max ${maxMs}; CPU of a turn p99 ${p99CpuMs}, max ${maxCpuMs}`,
  )
}

function shown(lengthMs: number): string {
  return Math.max(0, lengthMs).toFixed(1)
}

/** Nothing but the loop turning: what this machine adds of itself. */
async function idle(): Promise<void> {
  for (const untilMs = performance.now() + 1_000; performance.now() < untilMs; ) await new Promise(setImmediate)
}

async function fill(): Promise<void> {
  const cache = open()
  for (let start = 0; start < ENTRY_COUNT; start += WAVE_COUNT) {
    const wave = Array.from({ length: WAVE_COUNT }, (_, at) => start + at)
    await Promise.all(wave.map((at) => cache.set(`key ${at}`, at, { tags: [`t${at % 2}`] })))
  }
  await cache.close()
}

const startedAtMs = performance.now()
await fill()
console.log(`${ENTRY_COUNT} entries filled in ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`)
await measured('nothing', idle)
let cache = open()
await cache.close()
await measured('start and a first get', async () => {
  cache = open()
  await cache.get('key 1')
})
await measured('tag of a half', () => cache.invalidate({ tags: ['t0'] }))
await measured('sweep of that half', () => cache.sweep())
await measured('prefix of a ninth', () => cache.invalidate({ prefix: 'key 1' }))
await measured('clear', () => cache.invalidate({ all: true }))
await measured('sweep of the rest', () => cache.sweep())
console.log(`${(await cache.usage()).entries} entries left`)
await cache.close()
