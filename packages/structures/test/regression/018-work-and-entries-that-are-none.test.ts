// Work that is no function was found out when its turn had come: `run` waited for the lock and failed, and a wrapped one at its first call; entries that are none ended in a bare TypeError of the language.
import { ConfigError, UsageError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createIndex, createLock, createQueue, throttle } from '@stowage/structures'
import { expect, test, vi } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })

test('run asks for no permit for what is no work', async () => {
  const lock = createLock(backend, 'nightly')
  await using _held = await lock.acquire()
  const refused: unknown = await refusalOf(async () => call(lock, 'run', []))
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toContain('run: work: undefined is not allowed')
  expect(await lock.stats()).toEqual({ holders: 1, waiting: 0 })
})

test('a throttle wraps functions only', () => {
  const limited = throttle(backend, 'api', { limit: 1, per: '1s' })
  expect((): unknown => call(limited, 'wrap', [{}])).toThrow('wrap: work: an object is not allowed')
})

test.each<[unknown, string]>([
  [undefined, 'undefined'],
  [5, '5'],
  ['ab', "'ab'"],
  [{ a: 1 }, 'an object'],
  [['a'], "'a'"],
  [[['a', 1], undefined], 'undefined'],
])('%j are no entries, and none of them is set', async (entries, shown) => {
  const index = createIndex<number>(backend, 'sorted')
  const refused: unknown = await refusalOf(async () => call(index, 'setMany', [entries]))
  expect(refused).toBeInstanceOf(UsageError)
  expect(String(refused)).toContain(`setMany: ${shown} is not allowed; allowed: entries, each as [key, value]`)
  expect(await index.size()).toBe(0)
})

test('the zeros are one key', async () => {
  const index = createIndex<string, number>(backend, 'zeros')
  await index.set(-0, 'minus')
  await index.setMany(new Map([[0, 'plain']]))
  expect([await index.get(-0), await index.size()]).toEqual(['plain', 1])
})

test('an acknowledgement that went with a pull that failed is made by itself', async () => {
  const spaces = backend.spaces
  if (spaces === undefined) throw new Error('no spaces')
  const queue = createQueue<number>(backend, 'jobs')
  await queue.pushMany([{ value: 1 }, { value: 2 }])
  const job = await queue.pull()
  const commit = vi.spyOn(spaces, 'commit').mockImplementationOnce(() => {
    throw new Error('lost')
  })
  const [acknowledged, pulled] = await Promise.allSettled([job?.ack(), queue.pull()])
  commit.mockRestore()
  expect(acknowledged).toEqual({ status: 'fulfilled', value: true })
  expect(pulled).toMatchObject({ status: 'rejected', reason: { code: 'STOWAGE_BACKEND' } })
  expect(await queue.stats()).toMatchObject({ ready: 1, waiting: 0 })
})

/** As callers without types do. */
function call(on: object, method: string, given: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(on, method)
  if (typeof found !== 'function') throw new Error(`no method ${method}`)
  return Reflect.apply(found, on, given)
}

async function refusalOf(attempt: () => Promise<unknown>): Promise<unknown> {
  return attempt().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
}
