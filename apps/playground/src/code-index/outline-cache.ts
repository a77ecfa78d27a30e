/**
 * The joint with Stowage: outlines by path, in a store that all processes share.
 *
 * `singleFlight: 'shared'` is what makes a file be parsed by one process only, however many need it at once; the
 * fingerprint is the file's content, so that a changed file is parsed again and one that was only copied or touched is
 * not; the tag is the top folder, so that one part of a tree can be forgotten.
 */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createCache, type Served } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { sqliteBackend } from '@stowage/sqlite'
import { z } from 'zod'
import type { StoreName } from './arguments.ts'
import { OUTLINE_VERSION, type Outline, outlineOf } from './outline.ts'
import { topFolder } from './source-files.ts'

const manifest = z.object({ version: z.string() })
const MAX_BYTES = '200MB'

export interface OutlineCache {
  /** @param path relative to the folder. */
  outline(path: string): Promise<Served<Outline>>
  forget(topFolders: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface OutlinePlace {
  /** The folder that is indexed. */
  readonly folder: string
  readonly store: StoreName
  readonly cacheDirectory: string
}

export function openOutlines({ folder, store, cacheDirectory }: OutlinePlace): OutlineCache {
  mkdirSync(cacheDirectory, { recursive: true })
  const cache = createCache({
    backend:
      store === 'fs'
        ? fsBackend({ directory: join(cacheDirectory, 'outlines'), maxBytes: MAX_BYTES })
        : sqliteBackend({ path: join(cacheDirectory, 'outlines.sqlite'), maxBytes: MAX_BYTES }),
    name: 'code-index',
    ttl: '30d',
    version: `${OUTLINE_VERSION}-${parserVersion()}`,
    singleFlight: 'shared',
  })
  const tag = (top: string): string => `${folder}:${top}`
  return {
    async outline(path) {
      const text = await readFile(join(folder, path), 'utf8')
      return cache.lookupOrSet([folder, path], () => outlineOf(path, text), {
        tags: [tag(topFolder(path))],
        fingerprint: createHash('sha256').update(text).digest('base64url'),
      })
    },
    forget: (topFolders) => cache.invalidate({ tags: topFolders.map(tag) }),
    close: () => cache.close(),
  }
}

/** Another parser may read a file otherwise. */
function parserVersion(): string {
  const require = createRequire(import.meta.url)
  return manifest.parse(require('@babel/parser/package.json')).version
}
