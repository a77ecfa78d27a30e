/** Caches of a test's own, on folders that are removed when it is over. */
import { type Cache, type Clock, createCache } from '@stowage/core'
import { type FsOptions, fsBackend } from '@stowage/fs'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp-folder.ts'

/** Where a cache could be. */
export function newDirectory(): string {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  return folder.file('cache')
}

export function openCache(directory: string, options: Omit<FsOptions, 'directory'> = {}, clock?: Clock): Cache {
  const own = clock === undefined ? {} : { clock }
  const cache = createCache({ backend: fsBackend({ directory, ...options }), ttl: '1h', onFault: 'throw', ...own })
  onTestFinished(() => cache.close())
  return cache
}
