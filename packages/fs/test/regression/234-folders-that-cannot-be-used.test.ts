/** Regression: a folder in which this user may not read or write was a bare error of the system when it was opened, and no ConfigError that names the option. */
import { ConfigError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newDirectory } from '../stores.ts'

const system = vi.hoisted(() => ({ refusal: '', name: '' }))
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>()
  const openSync: typeof real.openSync = (path, flags, mode) => {
    if (system.refusal === '' || !String(path).includes(system.name)) return real.openSync(path, flags, mode)
    throw Object.assign(new Error(`${system.refusal}: refused, open`), { code: system.refusal })
  }
  return { ...real, openSync }
})

function refusalOf(directory: string): unknown {
  try {
    void fsBackend({ directory }).close()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

test.each([
  ['stowage-files.json', 'EACCES', true],
  ['holders-3', 'EROFS', true],
  ['journal', 'EACCES', true],
  ['counts', 'EPERM', true],
  ['journal', 'EIO', false],
])('where the system says of %s %s it is the place: %s', async (name, code, isPlace) => {
  const directory = newDirectory()
  await fsBackend({ directory }).close()
  Object.assign(system, { name, refusal: code })
  onTestFinished(() => void Object.assign(system, { refusal: '' }))
  const refusal = refusalOf(directory)
  expect(refusal instanceof ConfigError).toBe(isPlace)
  expect(String(refusal)).toContain(`${code}: refused, open`)
  if (isPlace) expect(String(refusal)).toContain(`directory: '${directory}' cannot be used (`)
})
