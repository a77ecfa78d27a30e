/** An export and an import that are killed (kill -9) on their way, again and again, and begun anew until they are whole. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Backend } from '@stowage/core'
import type { start } from './stowage.ts'

export interface KilledRuns {
  readonly killCount: number
  /** Most memory that any of the processes had in RAM; undefined where the system does not tell. */
  readonly mostBytes: number | undefined
  readonly lastOutput: string
}

export type Starter = (args: readonly string[]) => ReturnType<typeof start>

/**
 * @param mayKill asked again and again while a process runs
 * @throws Error when a process that was left alone does not end well
 */
export async function runKilled(
  starter: Starter,
  args: readonly string[],
  kills: number,
  mayKill: (runMs: number) => boolean,
): Promise<KilledRuns> {
  let killCount = 0
  let mostBytes: number | undefined
  for (;;) {
    const child = starter(args)
    const startedAt = performance.now()
    const texts: string[] = []
    child.stdout.on('data', (chunk) => texts.push(String(chunk)))
    child.stderr.on('data', (chunk) => texts.push(String(chunk)))
    const closed = once(child, 'close')
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null
    while (!hasEnded()) {
      mostBytes = Math.max(mostBytes ?? 0, residentBytes(child.pid)) || undefined
      if (killCount < kills && mayKill(performance.now() - startedAt)) child.kill('SIGKILL')
      await Promise.race([closed, setTimeout(5)])
    }
    await closed
    if (child.signalCode === 'SIGKILL') killCount++
    else if (child.exitCode === 0) return { killCount, mostBytes, lastOutput: texts.join('') }
    else throw new Error(`exit ${child.exitCode}: ${texts.join('')}`)
  }
}

function residentBytes(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return 1_024 * Number(kilobytes)
  } catch {
    // It has just ended, or this is no Linux.
    return 0
  }
}

/** Keys of `from` whose entry is not in `to` with the same facts and bytes. */
export async function missingIn(to: Backend, from: Backend): Promise<readonly string[]> {
  const missing: string[] = []
  for await (const { key } of from.scan({ prefix: '', tag: undefined }, Date.now())) {
    const [one, other] = [await from.get(key, Date.now()), await to.get(key, Date.now())]
    if (typeof one === 'string') continue
    if (typeof other === 'string' || entryText(one) !== entryText(other)) missing.push(key)
  }
  return missing
}

function entryText({ facts, payload }: Exclude<Awaited<ReturnType<Backend['get']>>, string>): string {
  const encoded = payload.holds === 'bytes' ? payload.encoded : undefined
  const body = typeof encoded?.body === 'string' ? encoded.body : Buffer.from(encoded?.body ?? []).toString('base64')
  return JSON.stringify([facts, encoded?.format, typeof encoded?.body, body, encoded?.checksum])
}
