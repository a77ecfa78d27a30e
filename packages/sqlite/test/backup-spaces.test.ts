/** A backup holds the spaces of the cache, as they were at one moment, or is not made. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { ConfigError, type SpaceCommit } from '@stowage/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SqliteBackend, sqliteBackend } from '../src/index.ts'
import { type TempFolder, tempFolder } from './temp-folder.ts'

let folder: TempFolder
let backends: SqliteBackend[]
beforeEach(() => {
  folder = tempFolder()
  backends = []
})
afterEach(async () => {
  await Promise.allSettled(backends.map(async (backend) => backend.close()))
  folder.remove()
})

function open(name: string, shards = 1): SqliteBackend {
  const backend = sqliteBackend({ path: folder.file(name), shards })
  backends.push(backend)
  return backend
}

function commit(changes: SpaceCommit['changes']): SpaceCommit {
  return { expect: [], changes, isTold: false }
}

const ALL = { from: '', to: undefined, limit: 10_000, isReversed: false }

for (const shards of [1, 3]) {
  test(`of ${shards} shards: one moment, whoever writes meanwhile`, async () => {
    const backend = open('app.db', shards)
    const puts = Array.from({ length: 1_500 }, (_, at) => {
      return { do: 'put', key: `k${at}`, value: 'x'.repeat(5_000), moveCount: 0 } as const
    })
    await backend.spaces.commit('queue:a', commit(puts), Date.now())
    // The one goes up as the other goes down.
    const shift = commit([
      { do: 'add', key: 'up', by: 1, max: undefined },
      { do: 'add', key: 'down', by: -1, max: undefined },
    ])
    await backend.spaces.commit('counter:b', shift, Date.now())
    let isOver = false
    let shifted = 1
    const backup = backend.backup(folder.file('copy.db')).finally(() => {
      isOver = true
    })
    while (!isOver) {
      await backend.spaces.commit('counter:b', shift, Date.now())
      shifted++
      await new Promise(setImmediate)
    }
    await backup
    const copy = open('copy.db', shards).spaces
    expect(await copy.scan('queue:a', ALL)).toEqual(await backend.spaces.scan('queue:a', ALL))
    const [up, down] = await copy.get('counter:b', ['up', 'down'])
    expect(Number(up?.value) + Number(down?.value)).toBe(0)
    expect(Number(up?.value)).toBeGreaterThan(0)
    expect(Number(up?.value)).toBeLessThan(shifted)
    expect([...(await copy.names())].sort()).toEqual(['counter:b', 'queue:a'])
    // What is written there stays there, and is numbered on.
    const result = await copy.commit('counter:b', shift, 0)
    expect(result.outcome === 'done' && result.version > (up?.version ?? 0)).toBe(true)
  })
}

test('a cache without spaces has none in its copy', async () => {
  await open('app.db').backup(folder.file('copy.db'))
  expect(existsSync(folder.file('copy.db.spaces'))).toBe(false)
})

test('where spaces lie already there is no backup, and they are left alone', async () => {
  const backend = open('app.db')
  writeFileSync(folder.file('copy.db.spaces'), '')
  await expect(backend.backup(folder.file('copy.db'))).rejects.toThrow(ConfigError)
  await expect(backend.backup(folder.file('app.db.spaces'))).rejects.toThrow(/a part of the cache itself/)
})

test('spaces that are damaged are told, and nothing is left of the copy', async () => {
  writeFileSync(folder.file('app.db.spaces'), 'nothing that was ever written by it'.repeat(99))
  await expect(open('app.db').backup(folder.file('copy.db'))).rejects.toThrow(/the spaces in '.*' cannot be copied/)
  expect(readdirSync(folder.file('.')).filter((name) => name.startsWith('copy'))).toEqual([])
})
