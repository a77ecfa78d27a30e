/** A process killed as it began the file of spaces left it without tables, and from then on there was no backup. */
import { writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { held, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

test.each<[string, (path: string) => void]>([
  ['created and empty', (path) => writeFileSync(path, '', { mode: 0o600 })],
  [
    'in WAL mode, and empty',
    (path) => {
      const database = new Sqlite(path)
      database.pragma('journal_mode = WAL')
      database.close()
    },
  ],
])('%s: the copy is made, and both have spaces when they are asked for', async (_, begin) => {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'value')
  begin(`${path}.spaces`)
  await backend.backup(`${path}.copy`)
  const copy = attach(`${path}.copy`)
  expect(await held(copy, 'key')).toBe('value')
  for (const { spaces } of [copy, backend]) {
    const change = { do: 'put', key: 'k', value: 'v', moveCount: 0 } as const
    await spaces.commit('queue:a', { expect: [], changes: [change], isTold: false }, Date.now())
    expect(await spaces.names()).toEqual(['queue:a'])
  }
})

test("somebody else's database in the place of spaces is still told", async () => {
  const path = newPath()
  const backend = attach(path)
  const other = new Sqlite(`${path}.spaces`)
  other.exec('CREATE TABLE theirs (a)')
  other.close()
  await expect(backend.backup(`${path}.copy`)).rejects.toThrow(
    /the spaces in '.*' cannot be copied \(it holds something else/,
  )
})
