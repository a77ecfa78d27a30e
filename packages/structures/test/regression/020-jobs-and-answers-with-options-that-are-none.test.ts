/**
 * What is no object of options ended `nack` and `jobs` in a bare TypeError, and options that they do not know were passed over. A
 * retryDelay that is none was told when a job had failed, which then was not given back; an onError that is none, by a bare TypeError.
 */
import { ConfigError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

test.each<[unknown, string]>([
  [null, 'null is not an options object'],
  [5, '5 is not an options object'],
  [{ wait: '1s' }, "unknown option 'wait'"],
])('%j is refused by name', async (none, message) => {
  const queue = createQueue<number>(memoryBackend({ maxEntries: 1 }), 'jobs')
  await queue.push(1)
  const job = await queue.pull()
  const asked = {
    // @ts-expect-error Plain JavaScript is not checked.
    nack: async () => job?.nack(none),
    // @ts-expect-error As above.
    jobs: async () => Array.fromAsync(queue.jobs(none)),
  }
  for (const [name, ask] of Object.entries(asked)) {
    const refused: unknown = await ask().catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ConfigError)
    expect(String(refused)).toContain(`${name}: ${message}`)
  }
  expect(await job?.ack()).toBe(true)
})

test.each<[object, string]>([
  [{ retryDelay: 'soon' }, "retryDelay: 'soon' is not a duration"],
  [{ retryDelay: 0 }, 'retryDelay: 0 is not a duration'],
  [{ onError: 'log' }, "work: onError: 'log' is not allowed"],
])('work with %j is refused before a job is taken', async (options, message) => {
  const queue = createQueue<number>(memoryBackend({ maxEntries: 1 }), 'jobs')
  await queue.push(1)
  const fails = (): never => {
    throw new Error('failed')
  }
  const stop = new AbortController()
  const work = queue.work(fails, { ...options, signal: stop.signal })
  setImmediate(() => stop.abort())
  const refused: unknown = await work.catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toContain(message)
  expect(await queue.stats()).toEqual({ ready: 1, waiting: 0, dead: 0 })
})
