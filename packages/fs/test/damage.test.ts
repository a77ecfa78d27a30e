/** Damaged, foreign and swapped files are misses, are removed, and are never served: a thousand damages of every kind. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { Layout } from '../src/layout.ts'
import { makePipe } from './pipe.ts'
import { tempFolder } from './temp-folder.ts'

const KEY_COUNT = 1_000

/** A small generator, so that a failing run can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
}

type Damage = (path: string, other: string, below: (limit: number) => number) => void

const DAMAGES: readonly Damage[] = [
  function flipsABit(path, _, below) {
    const bytes = readFileSync(path)
    const at = below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
    writeFileSync(path, bytes)
  },
  function cutsOff(path, _, below) {
    truncateSync(path, below(readFileSync(path).length))
  },
  function empties(path) {
    truncateSync(path, 0)
  },
  function zeroes(path) {
    writeFileSync(path, Buffer.alloc(readFileSync(path).length))
  },
  function lengthens(path, _, below) {
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(1 + below(300_000))]))
  },
  function putsAnotherKeysFile(path, other) {
    copyFileSync(other, path)
  },
  function putsAFolder(path) {
    rmSync(path)
    mkdirSync(path)
    writeFileSync(`${path}/inside`, 'text')
  },
  function putsALink(path, other) {
    rmSync(path)
    symlinkSync(other, path)
  },
  function putsAPipe(path) {
    rmSync(path)
    makePipe(path)
  },
  function putsText(path) {
    writeFileSync(path, 'something else')
  },
]

test('a thousand damages: not one wrong value, each is told of and cleared away', async () => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const directory = folder.file('cache')
  const below = numbers(7)
  const value = (at: number) => `${at} `.repeat(1 + (at % 7) * (at % 50 === 0 ? 20_000 : 20))
  const cache = createCache({ backend: fsBackend({ directory }), ttl: '1h' })
  for (let at = 0; at < KEY_COUNT; at++) await cache.set(`key ${at}`, value(at))
  const layout = new Layout(directory)
  const pathOf = (at: number) => layout.placeOf(`key ${at}`).path
  // An odd key's file is put in the place of even ones.
  for (let at = 0; at < KEY_COUNT; at += 2) {
    DAMAGES[below(DAMAGES.length)]?.(pathOf(at), pathOf(at + 1), below)
  }
  const told = new Set<unknown>()
  cache.on('removal', ({ key, cause }) => cause === 'undecodable' && told.add(key))
  for (let at = 0; at < KEY_COUNT; at++) {
    const found = await cache.lookup<string>(`key ${at}`)
    if (at % 2 === 1) expect(found.outcome === 'hit' && found.value).toBe(value(at))
    else expect(found).toMatchObject({ outcome: 'miss', reason: 'undecodable' })
  }
  expect(told.size).toBe(KEY_COUNT / 2)
  expect(await cache.check()).toMatchObject({ entries: KEY_COUNT / 2, torn: 0, wrong: 0, orphans: 0 })
  for (let at = 0; at < KEY_COUNT; at += 2) expect(await cache.set(`key ${at}`, 'anew')).toEqual({ outcome: 'stored' })
  expect(await cache.get('key 0')).toBe('anew')
  await cache.close()
})

test('a check finds what nobody has asked for, and with repair it is gone', async () => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const directory = folder.file('cache')
  const cache = createCache({ backend: fsBackend({ directory }), ttl: '1h' })
  onTestFinished(() => cache.close())
  for (let at = 0; at < 90; at++) await cache.set(`key ${at}`, `value ${at}`)
  const layout = new Layout(directory)
  const below = numbers(3)
  for (const [at, damage] of DAMAGES.entries()) {
    damage(layout.placeOf(`key ${at}`).path, layout.placeOf(`key ${at + 50}`).path, below)
  }
  writeFileSync(`${directory}/stray`, 'text')
  writeFileSync(
    `${layout.shardFolder(layout.placeOf('key 60').shard)}/t.000000000000000000000000.1.0000000000000000`,
    'text',
  )
  const found = await cache.check()
  expect(found).toMatchObject({ torn: DAMAGES.length, orphans: 2, repaired: 0 })
  const repaired = await cache.check({ repair: true })
  expect(repaired.repaired).toBe(repaired.torn + repaired.wrong + repaired.orphans)
  expect(repaired.torn).toBe(DAMAGES.length)
  const again = await cache.check()
  expect(again).toMatchObject({ entries: 90 - DAMAGES.length, torn: 0, wrong: 0, orphans: 0, repaired: 0 })
  expect(await cache.usage()).toMatchObject({ entries: again.entries, bytes: again.bytes })
})
