/** Whether a backup may go where it is asked to, decided before anything is done. */
import { lstatSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { ConfigError } from '@stowage/core'
import { isMissing } from '../file-error.ts'
import { shardPath } from '../shard-plan.ts'
import { folderOf } from '../value-files/file-id.ts'

/** What belongs to a database of that name: a log left there would be replayed into the copy. */
const LOGS = ['', '-wal', '-shm', '-journal'] as const
const PARTS: readonly string[] = [...LOGS, '-values', ...LOGS.map((log) => `.spaces${log}`)]

/**
 * @param target absolute.
 * @param sources the files of the cache, in their order.
 * @throws ConfigError when there is no folder, or something where a part of the copy would go, or it is a part of the cache.
 */
export function requireFree(target: string, sources: readonly string[]): void {
  if (!isFolder(dirname(target))) throw refused(target, 'lies in no folder that exists')
  const place = resolved(target)
  for (const source of sources.map(resolved)) {
    const isPart = PARTS.some((part) => place === source + part)
    if (isPart || place.startsWith(folderOf(source) + sep)) throw refused(target, 'is a part of the cache itself')
  }
  for (const path of sources.flatMap((_, index) => PARTS.map((part) => shardPath(target, index) + part))) {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw taken(target, path)
  }
}

/** @param path what is there already. */
export function taken(target: string, path: string): ConfigError {
  return refused(target, path === target ? 'exists' : `cannot be used, as '${path}' exists`)
}

export function refused(target: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError(
    `backup path: '${target}' ${why}; allowed: a file that does not exist yet, in a folder this user can write to`,
    { cause },
  )
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (thrown) {
    if (isMissing(thrown)) return false
    throw thrown
  }
}

function resolved(path: string): string {
  return join(realpathSync(dirname(path)), basename(path))
}
