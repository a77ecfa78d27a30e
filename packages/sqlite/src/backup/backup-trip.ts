/**
 * A backup from beginning to end:
 *
 *   pin      every file of the cache: what its rows name from now on stays on the disk
 *   copy     by a thread, into a folder beside the target: snapshots of all, then value files, then pages (copy.ts)
 *   publish  under the names asked for, in one moment
 *
 * The pin holds until the value files are taken, and is the first thing done: whatever the snapshots name was there after it.
 */
import { ConfigError, describe, requireKnownOptions } from '@stowage/core'
import { type FileIdentity, identityOf, isSame } from '../file-identity.ts'
import { filePath } from '../options.ts'
import type { BackupOptions, BackupReport, BackupSource } from './backup.ts'
import { copyInThread } from './copy-call.ts'
import { Pin } from './pin.ts'
import { requireFree } from './place.ts'
import { Staging } from './staging.ts'

const OPTIONS = ['signal', 'onProgress'] as const satisfies readonly (keyof BackupOptions)[]

export async function backUp(
  sources: readonly BackupSource[],
  path: string,
  options: BackupOptions,
  ending: AbortSignal,
): Promise<BackupReport> {
  const target = filePath('backup path', path)
  const failed = new AbortController()
  const signal = AbortSignal.any([...signalsOf(options), ending, failed.signal])
  const paths = sources.map((source) => source.path)
  signal.throwIfAborted()
  requireFree(target, paths)
  for (const source of sources) source.requireSpaces()
  const staging = await Staging.open(target, paths)
  try {
    const originals = staging.copies.map(({ from }) => from)
    const files = originals.map(identityOf)
    const pin = await Pin.take(sources, (thrown) => failed.abort(thrown))
    try {
      const report = await copyInThread(staging.copies, signal, (news) => {
        try {
          if (news.did === 'take files') pin.release()
          else options.onProgress?.(news.progress)
        } catch (thrown) {
          failed.abort(thrown)
        }
      })
      requireSame(originals, files)
      signal.throwIfAborted()
      for (const source of sources) source.requireSpaces()
      await staging.publish()
      return report
    } finally {
      pin.stop()
    }
  } finally {
    await staging.remove()
  }
}

function signalsOf(options: BackupOptions): readonly AbortSignal[] {
  requireKnownOptions('backup', options, OPTIONS)
  const { signal, onProgress } = options
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ConfigError(`backup signal: ${describe(signal)} is not a signal; allowed: an AbortSignal`)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new ConfigError(`backup onProgress: ${describe(onProgress)} is not a function; allowed: a function`)
  }
  return signal === undefined ? [] : [signal]
}

/** The file that was pinned is the one that was copied. */
function requireSame(paths: readonly string[], files: readonly (FileIdentity | undefined)[]): void {
  const replaced = paths.find((path, at) => !isSame(files[at], identityOf(path)))
  if (replaced !== undefined) throw new Error(`cache file '${replaced}' was deleted or replaced during the backup`)
}
