/** Threads and processes of one program: each has a connection of its own; none can be handed on. */
import { readdirSync, readlinkSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { held, NOW_MS, put } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { openStore } from './stores.ts'
import { startWorkers } from './workers.ts'

const THREAD = new URL('./fixtures/thread.ts', import.meta.url)

test('threads that open the file for themselves share the cache', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 'from the main thread')
  const threads = [1, 2, 3].map(
    (id) => new Worker(THREAD, { workerData: `${id}\n${path}`, execArgv: ['--conditions=@stowage/source'] }),
  )
  onTestFinished(async () => {
    await Promise.all(threads.map((thread) => thread.terminate()))
  })
  const seen = await Promise.all(
    threads.map((thread) => new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))),
  )
  expect(seen).toEqual(Array.from({ length: 3 }, () => 'from the main thread'))
  for (const id of [1, 2, 3]) expect(await held(backend, `thread ${id}, 199`)).toBe(199)
  expectConsistent(path)
})

test('a backend is not handed on: a clone of it has nothing to call', () => {
  const { backend } = openStore()
  expect(() => structuredClone(backend).get('key', NOW_MS)).toThrow(/get is not a function/)
})

test.runIf(process.platform === 'linux')('a process that is started inherits no descriptor of the file', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 1)
  const [worker] = await startWorkers(`${path}.other`, 1)
  const links = readdirSync(`/proc/${worker.pid}/fd`).map((name) => readlinkSync(`/proc/${worker.pid}/fd/${name}`))
  expect(links).toContain(`${path}.other`)
  expect(links).not.toContain(path)
})
