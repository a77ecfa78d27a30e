/** Regression: a path that is too long, leads in a circle, or has a folder where the log belongs, was a bare error of the system, and no ConfigError that names the option. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, test } from 'vitest'
import { newPath } from '../stores.ts'

function refusalOf(path: string): unknown {
  try {
    void sqliteBackend({ path }).close()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

function folderForLog(path: string): string {
  mkdirSync(`${path}-wal`)
  return path
}

function linkToItself(path: string): string {
  symlinkSync(path, path)
  return path
}

test.each([
  ['too long a name', 'ENAMETOOLONG', (path: string) => join(dirname(path), 'x'.repeat(300))],
  ['a folder in the place of the log', 'EISDIR', folderForLog],
  ['a link to itself', 'ELOOP', linkToItself],
])('%s', (_, code, occupied) => {
  const path = occupied(newPath())
  const refusal = refusalOf(path)
  expect(refusal).toBeInstanceOf(ConfigError)
  expect(String(refusal)).toContain(`path: '${path}' cannot be opened (`)
  expect(String(refusal)).toContain(code)
})
