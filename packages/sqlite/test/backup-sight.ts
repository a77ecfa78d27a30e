/** What tests of backups fill a cache with, and how they look at a cache, and at what lies beside a path. */
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Backend } from '@stowage/core'
import { onTestFinished, vi } from 'vitest'
import { held, keysOf, NOW_MS, put, sweepAll } from './entries.ts'
import { large } from './value-file-sight.ts'

export const KINDS = [
  ['one file', {}],
  ['three shards', { shards: 3 }],
] as const

export async function fill(backend: Backend, count = 40): Promise<void> {
  for (let at = 0; at < count; at++) {
    await put(backend, `small ${at}`, `value ${at}`, { tags: [`t${at % 4}`] })
    if (at % 4 === 0) await put(backend, `large ${at}`, large('abcdefghij'.charAt(at % 10)), { tags: [`t${at % 8}`] })
  }
}

export async function contentOf(backend: Backend): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {}
  for (const key of (await keysOf(backend)).sort()) content[key] = await held(backend, key)
  return content
}

export async function clearAll(backend: Backend): Promise<void> {
  await backend.invalidate({ all: true }, NOW_MS)
  await sweepAll(backend)
}

/** Everything that lies beside a path, and has to do with it. */
export function namesAt(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)))
}

export function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

/** As if so many milliseconds had gone by; the backup's thread has a clock of its own. */
export function pass(ms: number): void {
  const now = Date.now() + ms
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now)
  onTestFinished(() => clock.mockRestore())
}
