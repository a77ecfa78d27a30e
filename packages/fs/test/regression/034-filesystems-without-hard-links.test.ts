/** Regression: on a filesystem without hard links opening a cache failed with the system's bare EPERM, which named neither the option nor what is wanted. */
import type * as Fs from 'node:fs'
import { readdirSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { afterEach, expect, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ refusal: '', syscall: 'link' }))

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  return {
    ...fs,
    linkSync: (from: string, to: string) => {
      const { refusal, syscall } = disk
      if (refusal === '') return fs.linkSync(from, to)
      throw Object.assign(new Error(`${refusal}: ${syscall} '${from}' -> '${to}'`), { code: refusal, syscall })
    },
  }
})

afterEach(() => Object.assign(disk, { refusal: '', syscall: 'link' }))

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])('%s names the folder, and what is wanted', async (code) => {
  const directory = newDirectory()
  disk.refusal = code
  const opening = () => fsBackend({ directory })
  expect(opening).toThrow(ConfigError)
  expect(opening).toThrow(`directory: '${directory}' is on a filesystem that makes no hard links`)
  expect(readdirSync(new Layout(directory).holders)).toEqual([])
  disk.refusal = ''
  const cache = openCache(directory)
  expect(await cache.set('key', 1)).toEqual({ outcome: 'stored' })
})

test('what else fails is told as it is', () => {
  disk.refusal = 'EIO'
  expect(() => fsBackend({ directory: newDirectory() })).toThrow('EIO')
  Object.assign(disk, { refusal: 'EPERM', syscall: 'open' })
  expect(() => fsBackend({ directory: newDirectory() })).toThrow('EPERM: open')
})
