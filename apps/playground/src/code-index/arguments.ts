/** What the command line of the code index says: one folder, and how it is to be gone about. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from '@stowage/core'

export const STORES = ['sqlite', 'fs'] as const
export type StoreName = (typeof STORES)[number]

export interface IndexWish {
  readonly folder: string
  readonly store: StoreName
  readonly workerCount: number
  /** Where the cache is kept. */
  readonly cacheDirectory: string
  /** Top folders whose outlines are to be forgotten first. */
  readonly forget: readonly string[]
}

const USAGE = `Usage: code-index <folder> [options]

  --store sqlite|fs   what keeps the outlines of the files; default sqlite
  --workers <count>   processes that parse, 1 to 64; default: one per core, 2 at least
  --cache <folder>    where it is kept; default .stowage/code-index in the repository
  --forget <folder>   forget the outlines under this top folder first; may be given several times`

const MAX_WORKER_COUNT = 64
const DEFAULT_CACHE = resolve(import.meta.dirname, '../../../../.stowage/code-index')

/** @param here what relative folders are relative to. @throws ConfigError naming the option, its value and what is allowed */
export function readWish(given: readonly string[], here: string): IndexWish {
  const { values, positionals } = parsed(given)
  const [folder, ...more] = positionals
  if (folder === undefined || more.length > 0) throw new ConfigError(`one folder is wanted.\n${USAGE}`)
  const store = STORES.find((name) => name === values.store)
  if (store === undefined) throw new ConfigError(`--store ${values.store}: allowed are ${STORES.join(', ')}`)
  return {
    folder: resolve(here, folder),
    store,
    workerCount: workerCountOf(values.workers),
    cacheDirectory: values.cache === undefined ? join(DEFAULT_CACHE, store) : resolve(here, values.cache),
    forget: values.forget,
  }
}

function parsed(given: readonly string[]) {
  // pnpm hands on a "--" that stands before the arguments.
  const args = given[0] === '--' ? given.slice(1) : [...given]
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        store: { type: 'string', default: 'sqlite' },
        workers: { type: 'string' },
        cache: { type: 'string' },
        forget: { type: 'string', multiple: true, default: [] },
      },
    })
  } catch (cause) {
    throw new ConfigError(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`, { cause })
  }
}

function workerCountOf(text: string | undefined): number {
  if (text === undefined) return Math.max(2, availableParallelism())
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MAX_WORKER_COUNT) return count
  throw new ConfigError(`--workers ${text}: allowed are whole numbers from 1 to ${MAX_WORKER_COUNT}`)
}
