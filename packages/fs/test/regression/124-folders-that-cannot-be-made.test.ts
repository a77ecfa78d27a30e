/** Regression: a folder that cannot be made, as below one of another user, was a bare error of the system, and no ConfigError that names the option. */
import { writeFileSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

const system = vi.hoisted(() => ({ refusal: '' }))
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>()
  const mkdirSync: typeof real.mkdirSync = (path, options) => {
    if (system.refusal === '') return real.mkdirSync(path, options)
    throw Object.assign(new Error(`${system.refusal}: refused, mkdir`), { code: system.refusal })
  }
  return { ...real, mkdirSync }
})

function refusalOf(directory: string): unknown {
  try {
    void fsBackend({ directory }).close()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

test('below a file', () => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  writeFileSync(folder.file('notes.txt'), 'text')
  const directory = `${folder.file('notes.txt')}/cache`
  const refusal = refusalOf(directory)
  expect(refusal).toBeInstanceOf(ConfigError)
  expect(String(refusal)).toContain(`directory: '${directory}' cannot be made (ENOTDIR: `)
  expect(String(refusal)).toContain('; allowed: a folder where this user can write')
})

test.each([
  ['EACCES', true],
  ['EPERM', true],
  ['EROFS', true],
  ['ENOENT', true],
  ['ENOSPC', false],
  ['EIO', false],
])('where the system says %s it is the place: %s', (code, isPlace) => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  system.refusal = code
  onTestFinished(() => {
    system.refusal = ''
  })
  const refusal = refusalOf(folder.file('cache'))
  expect(refusal instanceof ConfigError).toBe(isPlace)
  expect(String(refusal)).toContain(`${code}: refused, mkdir`)
})
