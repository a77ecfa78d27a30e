/**
 * Three processes at work, each with a memory before one Redis, while that is paused, killed and begun anew empty, or cut off with
 * the bus: no wrong or resurrected value, no failed call, near hits go on, and afterwards all are of one mind.
 */
import { findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { describe, expect, test, vi } from 'vitest'
import type { TrialOrder, TrialReport } from './fixtures/trial-process.ts'
import { SharingProcess } from './sharing-processes.ts'

const search = await findRedisBinary()
const SOON = { timeout: 20_000, interval: 20 }
/** How long a message takes at most, on a busy machine. */
const HEARD = { timeout: 1_000, interval: 20 }

type Trial = SharingProcess<TrialOrder>

function startThree(url: string): Promise<readonly Trial[]> {
  return Promise.all(['a', 'b', 'c'].map((name) => SharingProcess.start<TrialOrder>('trial-process.ts', url, name)))
}

async function work(one: Trial, forMs: number): Promise<void> {
  const report = (await one.do({ do: 'work', forMs })) as TrialReport
  const { hitCount, hitP99Ms, slowestMs, heapMb, wrong, failed } = report
  console.log(
    `${hitCount} hits, p99 ${hitP99Ms.toFixed(2)} ms; slowest call ${slowestMs.toFixed(0)} ms; heap ${heapMb.toFixed(0)} MB`,
  )
  expect(wrong).toEqual([])
  expect(failed).toEqual([])
  // A call for what is absent takes a few steps of 200 ms until the tier is left alone.
  expect(slowestMs).toBeLessThan(2_000)
}

/** Trouble comes after a second. The first process tells the time by its work; the others never stop. */
async function during(
  [first, ...others]: readonly Trial[],
  begin: () => unknown,
  end: () => unknown,
  troubleMs = 2_000,
): Promise<void> {
  if (first === undefined) throw new Error('no process')
  const working = others.map((one) => work(one, troubleMs + 2_500))
  await first.do({ do: 'set', key: 'doomed', value: 1 })
  await work(first, 1_000)
  await begin()
  await work(first, troubleMs)
  await first.do({ do: 'delete', key: 'doomed' })
  await end()
  await work(first, 1_500)
  await Promise.all(working)
}

/** A change of each is seen by all, and what each did while nobody could be told holds. */
async function agree(all: readonly Trial[]): Promise<void> {
  for (const [at, writer] of all.entries()) {
    const [key, value] = [`agreed:${at}`, at + 1]
    await vi.waitFor(async () => {
      await writer.do({ do: 'set', key, value })
      // What is set again is told again: the others get the time to hear of it.
      for (const one of all) await vi.waitFor(async () => expect(await one.do({ do: 'get', key })).toBe(value), HEARD)
    }, SOON)
  }
  // To the others a deletion shows that was made while Redis was away when it has been carried out, to its own process at once.
  const [first] = all
  expect(await first?.do({ do: 'get', key: 'doomed' })).toBeUndefined()
  for (const one of all) {
    await vi.waitFor(async () => expect(await one.do({ do: 'get', key: 'doomed' })).toBeUndefined(), SOON)
  }
  await Promise.all(all.map((one) => work(one, 300)))
}

/** What is posted before a process's bus is up comes late, and a process doubts what it has copied before its own is: from here on neither is so. */
async function hears(reader: Trial, writer: Trial): Promise<void> {
  for (const value of [0, 1, 2]) {
    await writer.do({ do: 'set', key: 'told', value })
    await vi.waitFor(async () => expect(await reader.do({ do: 'get', key: 'told' })).toBe(value), SOON)
  }
}

describe.skipIf(!search.found)('three processes before a Redis', { timeout: 90_000 }, () => {
  test('that stops for a while', async () => {
    await using server = await startRedis()
    const all = await startThree(server.url)
    await agree(all)
    await during(
      all,
      () => process.kill(server.processId, 'SIGSTOP'),
      () => process.kill(server.processId, 'SIGCONT'),
    )
    await agree(all)
  })

  test('that is killed and comes back empty', async () => {
    await using server = await startRedis()
    await using revived = new AsyncDisposableStack()
    const all = await startThree(server.url)
    await agree(all)
    await during(
      all,
      () => server.stop(),
      async () => revived.use(await startRedis({ choosePort: () => Promise.resolve(server.port) })),
    )
    await agree(all)
  })

  test('that comes back empty and is written to before all can hear of it', async () => {
    await using server = await startRedis()
    await using revived = new AsyncDisposableStack()
    await using line = await startProxy(server.port)
    const writer = await SharingProcess.start<TrialOrder>('trial-process.ts', server.url, 'writer')
    const reader = await SharingProcess.start<TrialOrder>('trial-process.ts', line.url, 'reader')
    // The first write to each server: nothing but what the servers are tells them apart.
    await writer.do({ do: 'set', key: 'key', value: 1 })
    await hears(reader, writer)
    expect(await reader.do({ do: 'get', key: 'key' })).toBe(1)
    line.become({ isSilent: true })
    await server.stop()
    revived.use(await startRedis({ choosePort: () => Promise.resolve(server.port) }))
    const witness = await SharingProcess.start<TrialOrder>('trial-process.ts', server.url, 'witness')
    await vi.waitFor(async () => {
      await writer.do({ do: 'set', key: 'key', value: 2 })
      expect(await witness.do({ do: 'get', key: 'key' })).toBe(2)
    }, SOON)
    // Its copy is far from its end.
    expect(await reader.do({ do: 'get', key: 'key' })).toBe(1)
    line.become({})
    await vi.waitFor(async () => expect(await reader.do({ do: 'get', key: 'key' })).toBe(2), SOON)
  })

  test('behind a line that is silent for 10 s, the bus with it', async () => {
    await using server = await startRedis()
    await using line = await startProxy(server.port)
    const all = await startThree(line.url)
    await agree(all)
    await during(
      all,
      () => line.become({ isSilent: true }),
      () => line.become({}),
      10_000,
    )
    await agree(all)
  })
})
