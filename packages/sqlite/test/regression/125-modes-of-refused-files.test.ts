/** Regression: a file that is no cache was refused, but had been made private before: a document, given by mistake, could be read by nobody else. */
import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { sqliteBackend } from '@stowage/sqlite'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

const writeDocument = (path: string): void => writeFileSync(path, 'a document\n'.repeat(100))
const writeDatabase = (path: string): void => {
  new Sqlite(path).exec('CREATE TABLE users (name)').close()
}

test.skipIf(process.geteuid === undefined).each([
  ['document', writeDocument, 'is not a Stowage cache'],
  ["database of somebody else's", writeDatabase, 'is a SQLite database of something else'],
])('a %s is refused and stays as it is', (_, write, why) => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const path = folder.file('given')
  write(path)
  chmodSync(path, 0o644)
  expect(() => sqliteBackend({ path })).toThrow(why)
  expect(modeOf(path)).toBe(0o644)
})

test.skipIf(process.geteuid === undefined)('a file whose log is a link is refused and stays as it is', () => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const path = folder.file('given')
  writeDatabase(path)
  chmodSync(path, 0o644)
  symlinkSync(path, `${path}-wal`)
  expect(() => sqliteBackend({ path })).toThrow('is a symbolic link')
  expect(modeOf(path)).toBe(0o644)
})
