/** Holders that are stopped or killed, as real processes: a late write is refused, and permits come back. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeWithRedis } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PermitOrder, PermitReport } from './fixtures/permit-worker.ts'
import type { StoreWish } from './fixtures/store-wish.ts'

const WORKER = fileURLToPath(new URL('./fixtures/permit-worker.ts', import.meta.url))
const TTL_MS = 1_200

class Holder {
  readonly #child: ChildProcess
  readonly #reports: PermitReport[] = []

  constructor(order: PermitOrder) {
    this.#child = fork(WORKER, [JSON.stringify(order)], {
      execPath: process.execPath,
      execArgv: ['--conditions=@stowage/source'],
    })
    this.#child.on('message', (report: PermitReport) => this.#reports.push(report))
    onTestFinished(() => this.kill())
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async fence(): Promise<number> {
    const report = await this.#next()
    if ('fence' in report) return report.fence
    throw new Error('it did not say what its token is')
  }

  async write(): Promise<PermitReport> {
    this.#child.send('write')
    return this.#next()
  }

  stop(): void {
    this.#child.kill('SIGSTOP')
  }

  goOn(): void {
    this.#child.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  async #next(): Promise<PermitReport> {
    await expect.poll(() => this.#reports.length, { interval: 2, timeout: 30_000 }).toBeGreaterThan(0)
    const report = this.#reports.shift()
    if (report === undefined) throw new Error('there is a report')
    return report
  }
}

function testCrashes(storeOf: () => Promise<StoreWish>): void {
  test('a holder that is stopped for too long is refused when it goes on', { timeout: 60_000 }, async () => {
    const order = { store: await storeOf(), permits: 1, ttlMs: TTL_MS }
    const stopped = new Holder(order)
    const fence = await stopped.fence()
    expect(await stopped.write()).toEqual({ outcome: 'stored', isHeld: true })
    stopped.stop()
    const next = new Holder(order)
    expect(await next.fence()).toBeGreaterThan(fence)
    expect(await next.write()).toEqual({ outcome: 'stored', isHeld: true })
    stopped.goOn()
    expect(await stopped.write()).toEqual({ outcome: 'superseded', isHeld: false })
    expect(await next.write()).toEqual({ outcome: 'stored', isHeld: true })
  })

  test('the permits of processes that were killed come back', { timeout: 60_000 }, async () => {
    const order = { store: await storeOf(), permits: 2, ttlMs: TTL_MS }
    const first = [new Holder(order), new Holder(order)]
    const fences = await Promise.all(first.map((holder) => holder.fence()))
    const waiting = [new Holder(order), new Holder(order)]
    await Promise.all(first.map((holder) => holder.kill()))
    const later = await Promise.all(waiting.map((holder) => holder.fence()))
    expect(Math.min(...later)).toBeGreaterThan(Math.max(...fences))
  })
}

describe('sqlite', () => {
  testCrashes(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stowage-permits-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    return { kind: 'sqlite', path: join(folder, 'app.db') }
  })
})

describeWithRedis('redis', (url) => {
  testCrashes(async () => ({ kind: 'redis', url, prefix: `test:${randomUUID()}:` }))
})
