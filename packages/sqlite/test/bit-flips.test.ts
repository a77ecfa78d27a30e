/** Damage: whichever bit of the file flips, what comes out is the right value or none. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, createRandom } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, test, vi } from 'vitest'
import { newPath } from './stores.ts'

const FLIP_COUNT = 1_000
const clock = createFakeClock()

function open(path: string): Cache {
  return createCache({ backend: sqliteBackend({ path }), ttl: '1h', clock })
}

const VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>(
  Array.from({ length: 40 }, (_, at) => [
    `key ${at}`,
    at % 3 === 0 ? new Uint8Array(100 + at * 40).fill(at) : { at, text: 'text '.repeat(at * 5), when: new Date(at) },
  ]),
)

async function expectNothingWrong(cache: Cache): Promise<number> {
  let hits = 0
  for (const [key, value] of VALUES) {
    const found = await cache.get(key)
    if (found !== undefined) {
      expect(found).toEqual(value)
      hits++
    }
  }
  return hits
}

test(`bit flips, ${FLIP_COUNT} of them: the right value or a miss, never another value`, {
  timeout: 180_000,
}, async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const sound = newPath()
  const writer = open(sound)
  for (const [key, value] of VALUES) await writer.set(key, value, { tags: [`tag of ${key}`, 'all'] })
  await writer.close()
  const bytes = readFileSync(sound)
  const random = createRandom(1)
  let hits = 0
  for (let flip = 0; flip < FLIP_COUNT; flip++) {
    const path = `${sound}.${flip}`
    const at = random.below(bytes.length)
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8))
    writeFileSync(path, damaged)
    const cache = open(path)
    hits += await expectNothingWrong(cache)
    // Damage that is not met by reading may be met by writing; neither may make up a value.
    for (const [key, value] of [...VALUES].slice(flip % 35, (flip % 35) + 5))
      await cache.set(key, value, { tags: ['all'] })
    hits += await expectNothingWrong(cache)
    await cache.close().catch(closedAnyhow)
    rmSync(path, { force: true })
  }
  expect(hits, 'most flips hit one entry or none').toBeGreaterThan(FLIP_COUNT * VALUES.size)
  warn.mockRestore()
})

/** A damaged file may refuse the last write of closing; it is closed all the same, and what counts was read before. */
function closedAnyhow(): void {}

test('a file cut short anywhere: the right value or a miss', { timeout: 60_000 }, async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const sound = newPath()
  const writer = open(sound)
  for (const [key, value] of VALUES) await writer.set(key, value)
  await writer.close()
  const bytes = readFileSync(sound)
  for (let part = 0; part <= 20; part++) {
    const path = `${sound}.${part}`
    copyFileSync(sound, path)
    writeFileSync(path, bytes.subarray(0, Math.floor((bytes.length * part) / 20)))
    const cache = open(path)
    await expectNothingWrong(cache)
    await cache.close().catch(closedAnyhow)
  }
  warn.mockRestore()
})
