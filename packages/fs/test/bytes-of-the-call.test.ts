/** What is stored is what the caller had when it asked, also where the write waits for its turn and nothing has been copied yet. */
import { writevSync } from 'node:fs'
import { createCache } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openBackend } from '../src/fs-backend.ts'
import { planFs } from '../src/options.ts'
import { entryOf, openBare } from './bare-backend.ts'
import { newDirectory } from './stores.ts'

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  return { ...actual, writevSync: vi.fn(actual.writevSync) }
})

const BYTES = 65_536

async function stored({ backend }: ReturnType<typeof openBare>, key: string): Promise<Uint8Array> {
  const found = await backend.get(key, Date.now())
  if (typeof found === 'string' || found.payload.holds !== 'bytes') throw new Error(`${key} is not there`)
  return Uint8Array.from(Buffer.from(found.payload.encoded.body))
}

test('bytes that are changed while their write waits for its turn are stored as they were', async () => {
  const bare = openBare()
  const nowMs = Date.now()
  const bodies = Array.from({ length: 8 }, (_, at) => new Uint8Array(BYTES).fill(at))
  let waitingCount = 0
  const writes = bodies.map(async (body, at) => {
    const write = bare.backend.set(`key ${at}`, entryOf(`key ${at}`, body, nowMs), nowMs, undefined)
    if (write instanceof Promise) waitingCount++
    return write
  })
  expect(waitingCount).toBeGreaterThan(0)
  for (const body of bodies) body.fill(255)
  expect(await Promise.all(writes)).toEqual(bodies.map(() => 'stored'))
  for (const at of bodies.keys()) expect(await stored(bare, `key ${at}`)).toEqual(new Uint8Array(BYTES).fill(at))
})

test.each([0, undefined])(
  'texts whose writes wait for their turn are stored as they were (off the thread from %s)',
  async (largeBytes) => {
    const plan = planFs({ directory: newDirectory() })
    const backend = openBackend({ ...plan, largeBytes: largeBytes ?? plan.largeBytes })
    const cache = createCache({ backend, ttl: '1h', onFault: 'throw' })
    onTestFinished(() => cache.close())
    // As long as what is packed in one place, longer, and of characters that take more of it.
    const texts = [10, 5_000, 131_000, 140_000].flatMap((length) =>
      ['a', 'b', 'é', '語'].map((each) => each.repeat(length)),
    )
    expect(await Promise.all(texts.map((text, at) => cache.set(`${at}`, text)))).toEqual(
      texts.map(() => ({ outcome: 'stored' })),
    )
    for (const [at, text] of texts.entries()) expect(await cache.get(`${at}`)).toBe(text)
    expect(await cache.set('lone', texts.at(-1))).toEqual({ outcome: 'stored' })
    expect(await cache.get('lone')).toBe(texts.at(-1))
  },
)

test('a lone write takes the bytes from where they are', () => {
  const { backend } = openBare()
  const write = vi.mocked(writevSync).mockClear()
  onTestFinished(() => void write.mockClear())
  const nowMs = Date.now()
  const body = new Uint8Array(BYTES).fill(7)
  expect(backend.set('key', entryOf('key', body, nowMs), nowMs, undefined)).toBe('stored')
  expect(write.mock.calls.flatMap(([, parts]) => parts)).toContain(body)
})
