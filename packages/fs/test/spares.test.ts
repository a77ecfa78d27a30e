/** Files of replaced and removed entries are written again: they take no bytes, are nobody's entry, and may be lost. */
import { copyFileSync, linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

/** Longer than a block: shorter ones are written in their place. */
const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map((text) => text.padEnd(5_000))

/** Files beside the entries, with their bytes. */
function besides({ entries }: Layout): readonly number[] {
  const names = readdirSync(entries, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.old')).map((name) => statSync(`${entries}/${name}`).size)
}

async function filled() {
  const directory = newDirectory()
  const layout = new Layout(directory)
  const cache = openCache(directory)
  for (let at = 0; at < 20; at++) await cache.set(`key ${at}`, FIRST)
  return { directory, layout, cache, pathOf: (key: string) => layout.placeOf(key).path }
}

test('the file of a replaced entry becomes that of the next one written; few are kept, and they are empty', async () => {
  const { layout, cache, pathOf } = await filled()
  const { ino } = statSync(pathOf('key 0'))
  await cache.set('key 0', SECOND)
  await cache.set('key 1', SECOND)
  expect(statSync(pathOf('key 1')).ino).toBe(ino)
  for (let at = 0; at < 20; at++) await cache.set(`key ${at}`, THIRD)
  for (let at = 0; at < 10; at++) await cache.delete(`key ${at}`)
  expect(besides(layout)).toEqual([0, 0, 0, 0])
  expect(await cache.check()).toMatchObject({ entries: 10, torn: 0, wrong: 0, orphans: 0 })
  expect(await cache.get('key 0')).toBeUndefined()
  expect(await cache.get('key 19')).toBe(THIRD)
  await cache.close()
  expect(besides(layout)).toEqual([])
})

test('a key that is written again and again has one file and one spare', async () => {
  const { layout, cache, pathOf } = await filled()
  const inodes = new Set<number>()
  for (let at = 0; at < 10; at++) {
    await cache.set('key 0', `${at}`.padEnd(5_000))
    inodes.add(statSync(pathOf('key 0')).ino)
  }
  expect(inodes.size).toBe(2)
  expect(besides(layout)).toEqual([0])
})

test('others may have taken them: another is made', async () => {
  const { layout, cache, pathOf } = await filled()
  await cache.set('key 0', SECOND)
  rmSync(`${pathOf('key 0')}.old`)
  expect(await cache.set('key 1', SECOND)).toEqual({ outcome: 'stored' })
  // A replacement that was cut short: this is what the entry was.
  copyFileSync(pathOf('key 2'), `${pathOf('key 1')}.old`)
  expect(await cache.set('key 3', SECOND)).toEqual({ outcome: 'stored' })
  expect(readFileSync(`${pathOf('key 1')}.old`)).toEqual(readFileSync(pathOf('key 2')))
  await cache.sweep()
  expect(besides(layout)).not.toContain(statSync(pathOf('key 2')).size)
  expect(await cache.get('key 1')).toBe(SECOND)
})

test('a file that has another name, as in a copy by links, is not written again', async () => {
  const { directory, cache, pathOf } = await filled()
  linkSync(pathOf('key 0'), `${directory}-copy`)
  const before = readFileSync(`${directory}-copy`)
  await cache.set('key 0', SECOND)
  await cache.set('key 1', SECOND)
  expect(readFileSync(`${directory}-copy`)).toEqual(before)
  rmSync(`${directory}-copy`)
})

test('a spare that a crash left written comes to light nowhere', async () => {
  const { directory, layout, cache, pathOf } = await filled()
  await cache.set('key 0', SECOND)
  await cache.delete('key 0')
  await cache.close()
  // Written for another key, and not put in its place.
  copyFileSync(pathOf('key 1'), `${pathOf('key 0')}.old`)
  writeFileSync(`${pathOf('key 2')}.old`, '')
  rmSync(layout.counts)
  const again = openCache(directory)
  expect(await again.usage()).toMatchObject({ entries: 19 })
  expect(await again.check()).toMatchObject({ entries: 19, torn: 0, wrong: 0 })
  expect(await again.get('key 0')).toBeUndefined()
  expect(await again.usage()).toMatchObject({ entries: 19 })
  await again.sweep()
  expect(await again.check()).toMatchObject({ entries: 19, torn: 0, wrong: 0, orphans: 0 })
  expect(besides(layout)).toEqual([])
})

test('what a crash left of the entry does not come back when it is deleted', async () => {
  const { cache, pathOf } = await filled()
  copyFileSync(pathOf('key 0'), `${pathOf('key 0')}.old`)
  expect(await cache.delete('key 0')).toBe(true)
  expect(await cache.get('key 0')).toBeUndefined()
})

test('a spare that got another name is not written', async () => {
  const { directory, cache, pathOf } = await filled()
  await cache.set('key 0', SECOND)
  linkSync(`${pathOf('key 0')}.old`, `${directory}-copy`)
  await cache.set('key 1', SECOND)
  expect(statSync(`${directory}-copy`).size).toBe(0)
  rmSync(`${directory}-copy`)
})

test.runIf(process.platform === 'linux')('spares that are of no use do not stay open', async () => {
  const { cache, pathOf } = await filled()
  const openCount = () => readdirSync('/proc/self/fd').length
  const before = openCount()
  for (let at = 0; at < 20; at++) {
    await cache.set('key 0', `${at}`.padEnd(5_000))
    writeFileSync(`${pathOf('key 0')}.old`, 'text')
    await cache.set('key 1', `${at}`.padEnd(5_000))
  }
  // Less than one for each, whatever the rest of the process has open.
  expect(openCount() - before).toBeLessThan(10)
})

test('where an entry was and its spare is, there is nothing', async () => {
  const { cache, layout } = await filled()
  await cache.delete('key 0')
  expect(besides(layout)).toEqual([0])
  const told: unknown[] = []
  cache.on('removal', (removal) => told.push(removal))
  expect(await cache.lookup('key 0')).toMatchObject({ outcome: 'miss', reason: 'absent' })
  expect(told).toEqual([])
})
