/** The journal that all follow: cut short, damaged, lost, grown; and what is served then. */
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Journal } from '../src/journal.ts'
import { journalLine } from '../src/journal-line.ts'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

async function filled() {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('gone', 1, { tags: ['gone'] })
  await cache.set('kept', 2, { tags: ['kept'] })
  await cache.invalidate({ tags: ['gone'] })
  await cache.invalidate({ tags: ['other'] })
  return { directory, cache, path: new Layout(directory).journal }
}

/** As another process finds it. */
async function seen(directory: string): Promise<readonly unknown[]> {
  const cache = openCache(directory)
  return [await cache.get('gone'), await cache.get('kept')]
}

test('a line that a crash cut short is passed over by readers and taken out by the next writer', async () => {
  const { directory, cache, path } = await filled()
  const line = journalLine([{ k: 'tags', tags: ['kept'] }])
  appendFileSync(path, line.slice(0, -5))
  expect(await seen(directory)).toEqual([undefined, 2])
  await cache.invalidate({ tags: ['kept'] })
  expect(await seen(directory)).toEqual([undefined, undefined])
  expect(readFileSync(path, 'utf8').match(/"tags","tags":\["kept"\]/g)).toHaveLength(1)
})

test('zeroes at the end, as a power cut leaves them, are no damage', async () => {
  const { directory, path } = await filled()
  appendFileSync(path, Buffer.alloc(5_000))
  expect(await seen(directory)).toEqual([undefined, 2])
})

test.each([1, 2, 3])(
  'with damage in line %d nothing that was stored before is trusted, and it goes on',
  async (number) => {
    const { directory, cache, path } = await filled()
    const lines = readFileSync(path, 'utf8').split('\n')
    const at = lines.slice(0, number - 1).join('\n').length + 20
    const bytes = readFileSync(path)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    expect(await seen(directory)).toEqual([undefined, undefined])
    await cache.set('kept', 3)
    expect(await seen(directory)).toEqual([undefined, 3])
    expect(await cache.get('kept')).toBe(3)
  },
)

test('with the journal lost nothing that was stored before is trusted, and its room is reclaimed', async () => {
  const { directory, cache, path } = await filled()
  rmSync(path)
  expect(await seen(directory)).toEqual([undefined, undefined])
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: 0, bytes: 0 })
})

test('it is written anew when it has grown, and whoever follows the old one finds the new one', async () => {
  const { directory, cache, path } = await filled()
  const follower = openCache(directory)
  expect(await follower.get('kept')).toBe(2)
  const journal = new Journal(path, 'relaxed')
  journal.followToWrite(0)
  for (let at = 0; statSync(path).size < 1_100_000; at++) {
    const event = { k: 'tags', tags: [`tag ${at % 50} ${'x'.repeat(1_000)}`] } as const
    journal.marks.apply(event)
    journal.append([event], 0)
  }
  await cache.invalidate({ tags: ['something'] })
  expect(statSync(path).size).toBeLessThan(200_000)
  expect(await follower.get('kept')).toBe(2)
  await cache.invalidate({ tags: ['kept'] })
  expect(await follower.get('kept')).toBeUndefined()
  expect(await follower.get('gone')).toBeUndefined()
  journal.close()
})
