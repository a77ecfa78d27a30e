/**
 * Killed at every system call that changes the disk, one after the other, as SQLite tests itself: afterwards each key has the value of
 * before or of after the step that was cut short, and the folder needs no repair by hand. Needs strace.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { describe, expect, test } from 'vitest'
import { STEPS } from './fixtures/steps.ts'
import { hasStrace, STRACE } from './strace.ts'
import { tempFolder } from './temp-folder.ts'

const SOURCE = fileURLToPath(new URL('./fixtures/steps.ts', import.meta.url))
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/test-workers', import.meta.url))
/** More than the steps make of any. */
const MOST_CALLS = 60

/** @returns the steps it had told of when it was killed; undefined when it came to its end. */
async function killedAt(directory: string, call: string, number: number): Promise<readonly string[] | undefined> {
  const inject = `inject=${call}:signal=SIGKILL:when=${number}`
  const args = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject]
  const traced = spawn(STRACE, [...args, process.execPath, '--conditions=@stowage/source', SOURCE, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  })
  const [told] = await Promise.all([text(traced.stdout), once(traced, 'close')])
  const { exitCode: status, signalCode: signal } = traced
  const lines = told.split('\n').slice(0, -1)
  expect(signal === 'SIGKILL' || status === 137 || status === 0, `${call} ${number}: ${status} ${signal}`).toBe(true)
  return lines.at(-1) === 'done' ? undefined : lines
}

describe.runIf(hasStrace())('killed at each', () => {
  for (const call of ['link', 'rename', 'unlink', 'pwrite64', 'writev', 'utimensat', 'ftruncate', 'mkdir']) {
    test.concurrent(`${call}`, { timeout: 300_000 }, async ({ onTestFinished }) => {
      let killCount = 0
      for (let number = 1; number < MOST_CALLS; number++) {
        const folder = tempFolder()
        onTestFinished(() => folder.remove())
        const directory = folder.file('cache')
        const told = await killedAt(directory, call, number)
        if (told === undefined) break
        killCount++
        await expectSound(directory, told.length, `${call} ${number}`)
        folder.remove()
      }
      expect(killCount).toBeGreaterThan(0)
    })
  }
})

/** @param doneCount steps it had told of: the next one may have been done in part, or all but told of. */
async function expectSound(directory: string, doneCount: number, name: string): Promise<void> {
  // Not by stores.ts: which test is going on is not known in here, as several are.
  await using cache = createCache({ backend: fsBackend({ directory }), ttl: '1h', onFault: 'throw' })
  const before = STEPS.slice(0, doneCount)
  const after = STEPS.slice(0, doneCount + 1)
  for (const key of ['a', 'b', 'c']) {
    const found = ((await cache.get<string>(key)) ?? '').slice(0, 10)
    expect([valueAfter(before, key), valueAfter(after, key)], `${name}: ${key} after ${doneCount} steps`).toContain(
      found,
    )
  }
  const { torn, wrong } = await cache.check()
  expect({ torn, wrong }, name).toEqual({ torn: 0, wrong: 0 })
  await cache.sweep()
  expect(await cache.set('a', 'afterwards')).toEqual({ outcome: 'stored' })
  expect(await cache.get('a')).toBe('afterwards')
  expect(await cache.check({ repair: true }), name).toMatchObject({ torn: 0, wrong: 0 })
  expect(await cache.check(), name).toMatchObject({ torn: 0, wrong: 0, orphans: 0 })
}

/** The first characters of what a key has then; '' for nothing. */
function valueAfter(steps: typeof STEPS, key: string): string {
  let value = ''
  for (const step of steps) {
    if (step.set === key) value = step.value.slice(0, 10)
    if (step.delete === key || step.clear === true || (step.tag === 't' && key === 'a')) value = ''
  }
  return value
}
