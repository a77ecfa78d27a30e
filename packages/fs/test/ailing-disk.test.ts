/**
 * A disk that answers EIO for a while, in use: callers get their values, the cache is left alone after a few faults, and once the disk
 * is well it is used again, without a restart, and serves what it held. Needs strace, which makes the system's answers.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Worker } from './processes.ts'
import { newDirectory } from './stores.ts'
import { hasStrace, STRACE } from './strace.ts'

/** Makes these calls of the process fail until it is told to end. */
async function failing(pid: number, calls: string): Promise<() => Promise<void>> {
  const args = ['-f', '-o', '/dev/null', '-p', `${pid}`, '-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`]
  const child = spawn(STRACE, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return async () => {
    child.kill('SIGINT')
    await once(child, 'exit')
  }
}

describe.runIf(hasStrace())('EIO from', () => {
  test.each([
    // Reads that succeed in between show that the cache is of use.
    ['pread64', true],
    ['openat', true],
    ['writev,pwrite64', false],
    ['link', false],
    ['rename', false],
  ])('%s', { timeout: 60_000 }, async (calls, isLeftAlone) => {
    const worker = new Worker('ail', newDirectory(), { keyCount: 20 })
    await worker.said(2)
    const heal = await failing(worker.pid, calls)
    await worker.said(3)
    await heal()
    const said = (await worker.ended()).filter((line) => !line.startsWith('fault '))
    expect(said).toEqual([
      'filled',
      'failing',
      `left alone: ${isLeftAlone}`,
      'back: 0 wrong answers, 0 torn, 0 left after a repair',
    ])
  })
})
