/** Stores of a test's own, in a folder that is removed with the test: those that a file or a folder names. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, type Cache, createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { sqliteBackend } from '@stowage/sqlite'
import { onTestFinished } from 'vitest'

export const KINDS = ['sqlite', 'fs'] as const
export type Kind = (typeof KINDS)[number]

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function newPath(kind: Kind): string {
  return join(tempFolder(), kind === 'sqlite' ? 'cache.db' : 'files')
}

export function backendAt(kind: Kind, path: string): Backend {
  return kind === 'sqlite' ? sqliteBackend({ path }) : fsBackend({ directory: path })
}

/** A store that a service has filled and left. @returns its path */
export async function filledStore(kind: Kind, fill: (cache: Cache) => Promise<unknown>): Promise<string> {
  const path = newPath(kind)
  await inCache(kind, path, fill)
  return path
}

export async function inCache<T>(kind: Kind, path: string, run: (cache: Cache) => Promise<T>): Promise<T> {
  const cache = createCache({ backend: backendAt(kind, path), ttl: '1h', onFault: 'throw' })
  try {
    return await run(cache)
  } finally {
    await cache.close()
  }
}

/** Changes a text in whatever file it stands, as a bad disk would. */
export function corrupt(path: string, text: string): void {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path]
  let count = 0
  for (const file of files.filter((name) => statSync(name).isFile())) {
    const bytes = readFileSync(file)
    const at = bytes.indexOf(text)
    if (at === -1) continue
    bytes.write('!', at)
    writeFileSync(file, bytes)
    count++
  }
  if (count !== 1) throw new Error(`'${text}' is in ${count} files`)
}
