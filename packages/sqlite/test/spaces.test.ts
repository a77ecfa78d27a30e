/** The sqlite backend keeps every clause of docs/contract.md on spaces, in a file beside the cache that the cache cannot take along. */
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { ConfigError, UsageError } from '@stowage/core'
import { spaceCases } from '@stowage/core/testing'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SqliteBackend, type SqliteOptions, sqliteBackend } from '../src/index.ts'
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

function open(options: Partial<SqliteOptions> = {}): SqliteBackend {
  const backend = sqliteBackend({ path: folder.file('app.db'), ...options })
  backends.push(backend)
  return backend
}

const put = { expect: [], changes: [{ do: 'put', key: 'k', value: 'v', moveCount: 0 }], isTold: true } as const

for (const each of spaceCases) {
  test(`${each.clause} ${each.name}`, async () => {
    await each.run({ spaces: open().spaces, others: open().spaces })
  })
}

test('there is no file before somebody asks, and then it is this user’s alone', async () => {
  const { spaces } = open()
  expect(existsSync(folder.file('app.db.spaces'))).toBe(false)
  await spaces.commit('a', put, Date.now())
  expect(statSync(folder.file('app.db.spaces')).mode & 0o777).toBe(0o600)
})

test('a cache in shards has one file of spaces', async () => {
  const { spaces } = open({ path: folder.file('s.db'), shards: 3 })
  await spaces.commit('a', put, Date.now())
  expect(existsSync(folder.file('s.db.spaces'))).toBe(true)
  expect(existsSync(folder.file('s.db.shard-1.spaces'))).toBe(false)
})

test('records outlive the backend, the clearing of the cache and the loss of its file', async () => {
  const first = open()
  await first.spaces.commit('a', put, Date.now())
  await first.invalidate({ all: true }, Date.now())
  await first.close()
  writeFileSync(folder.file('app.db'), 'SQLite format 3\0 and nothing else that was ever written by it'.repeat(99))
  const [record] = await open().spaces.get('a', ['k'])
  expect(record?.value).toBe('v')
})

test('commits of one moment are one transaction, and each has its own answer', async () => {
  const { spaces } = open()
  await spaces.commit('a', put, Date.now())
  const conflicting = { ...put, expect: [{ key: 'k', version: 0 }] }
  const wished = [put, put, conflicting, put]
  const results = await Promise.all(wished.map(async (commit) => spaces.commit('a', commit, Date.now())))
  expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'conflict', 'done'])
})

test('damage is told and left alone: nothing is begun anew over records', async () => {
  const path = folder.file('app.db.spaces')
  writeFileSync(path, 'not a database at all, but long enough to look at, and then some more of it')
  const { spaces } = open()
  expect(() => spaces.names()).toThrow(/app\.db\.spaces' are damaged/)
  expect(statSync(path).size).toBe(75)
})

test('a file that was moved away under its user is not written to any longer', async () => {
  const { spaces } = open()
  await spaces.commit('a', put, Date.now())
  renameSync(folder.file('app.db.spaces'), folder.file('elsewhere'))
  await expect
    .poll(
      async () => {
        try {
          await spaces.commit('a', put, Date.now())
          return 'written'
        } catch (thrown) {
          return String(thrown)
        }
      },
      { timeout: 10_000 },
    )
    .toContain('deleted or replaced')
})

test('where none are to be begun there are none', () => {
  open()
  const { spaces } = open({ begin: 'refuse' })
  expect(spaces.names()).toEqual([])
  expect(() => spaces.commit('a', put, Date.now())).toThrow(ConfigError)
  expect(existsSync(folder.file('app.db.spaces'))).toBe(false)
})

test('spaces end with their backend', async () => {
  const backend = open()
  await backend.spaces.commit('a', put, Date.now())
  await backend.close()
  expect(() => backend.spaces.names()).toThrow(UsageError)
})

test('a space whose first commit failed has nothing of the one that was begun after it', async () => {
  const { spaces } = open()
  await spaces.commit('first', put, Date.now())
  const file = new Sqlite(folder.file('app.db.spaces'))
  file.exec(`CREATE TRIGGER refused BEFORE INSERT ON spaces_record_v1 WHEN new.key = 'bad'
    BEGIN SELECT RAISE(ABORT, 'refused'); END`)
  file.close()
  const refused = { ...put, changes: [{ ...put.changes[0], key: 'bad' }] }
  await expect(async () => spaces.commit('failed', refused, Date.now())).rejects.toThrow('refused')
  await spaces.commit('other', put, Date.now())
  expect(await spaces.get('failed', ['k'])).toEqual([undefined])
  await spaces.commit('failed', { ...put, changes: [{ ...put.changes[0], value: 'own' }] }, Date.now())
  expect(await spaces.get('other', ['k'])).toMatchObject([{ value: 'v' }])
})

test('several records are looked at as of one moment', async () => {
  const { spaces } = open()
  const both = (value: string) => ({ ...put, changes: ['a', 'b'].map((key) => ({ ...put.changes[0], key, value })) })
  await spaces.commit('s', both('old'), Date.now())
  const { spaces: others } = open()
  await others.names()
  // Between the first look and the second.
  const keys = ['a', 'b']
  Object.defineProperty(keys, 1, {
    get: () => {
      void others.commit('s', both('new'), Date.now())
      return 'b'
    },
  })
  expect(await spaces.get('s', keys)).toMatchObject([{ value: 'old' }, { value: 'old' }])
  expect(await spaces.get('s', ['a', 'b'])).toMatchObject([{ value: 'new' }, { value: 'new' }])
})
