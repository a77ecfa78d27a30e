/** The process ended where the path of a cache in use could not be looked at any more: the look once a second threw from its timer. */
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { systemClock } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { held, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

test.skipIf(process.platform === 'win32')('a folder that leads nowhere costs no process, and no deletion', async () => {
  const folder = `${newPath()}.d`
  mkdirSync(folder)
  const looks: (() => void)[] = []
  const schedule = vi.spyOn(systemClock, 'schedule').mockImplementation((_, run) => {
    looks.push(run)
    return () => undefined
  })
  onTestFinished(() => schedule.mockRestore())
  const backend = attach(`${folder}/cache.db`)
  await put(backend, 'key', 'value')
  renameSync(folder, `${folder}.moved`)
  // A circle of links: there is neither a file nor none.
  symlinkSync(folder, folder)
  for (const look of looks.splice(0)) look()
  expect(looks, 'it looks again').toHaveLength(1)
  expect(await held(backend, 'key')).toBe('value')
  expect(await backend.delete('key', 0, undefined)).toBe(true)
  rmSync(folder)
  renameSync(`${folder}.moved`, folder)
  await put(backend, 'key', 'new')
  expect(await held(backend, 'key')).toBe('new')
  await backend.close()
})
