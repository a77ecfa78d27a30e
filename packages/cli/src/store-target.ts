/** Which store is meant by what was written on the command line. Nothing is opened here, and nothing created. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CachesSettings, kindStore, loadSettings, type TierPlan } from '@stowage/config'
import { type Bus, byteCount, type Codec, withoutPassword } from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { untilNothingComes } from './nothing-comes.ts'
import type { BeginOptions } from './store-options.ts'

export interface StoreTarget {
  /** As it was named, without a password. */
  readonly label: string
  readonly store: Exclude<TierPlan, { readonly backend: 'memory' }>
  /**
   * By which services that hold copies hear of changes: true, by what the store offers; `perhaps`, if they have that at all; false, by
   * what needs nobody to tell it, or not at all.
   */
  readonly bus: boolean | Bus | 'perhaps'
  /** That of a config file; undefined: what an entry says by itself. */
  readonly codec?: Codec
  /** As a config file says: what the service keeps to. */
  readonly limits?: { readonly maxBytes: number; readonly eviction: string }
}

/**
 * Nothing leaves for want of room, whatever limits the service has: those are the service's to keep. Nor is anything held in memory
 * for a next time, which a command hardly has.
 */
const FOR_A_COMMAND = { maxBytes: Number.MAX_SAFE_INTEGER, eviction: 'none', memoryBytes: 0 } as const
const FILES_MARKER = 'stowage-files.json'
const SETTINGS_FILE = /\.[cm]?[jt]s$/
const MAX_SHARD_COUNT = 64

/** @throws Failure when there is no store, ConfigError for options that do not fit. */
export async function storeTarget(name: string, options: BeginOptions): Promise<StoreTarget> {
  const target = await locatedStore(name, options)
  if (options.create === undefined || !isMissing(target)) requireThere(target, options.whenMissing)
  else if (options.create === target.store.backend) return begun(target)
  else
    refuse(true, `--create ${options.create}`, `for a ${options.create} store; this one is of ${target.store.backend}`)
  return target
}

/** Where it would be. A path that is not there is taken for that of a file, unless something else is to be begun. */
export async function locatedStore(name: string, { kind, redisPrefix, create }: BeginOptions): Promise<StoreTarget> {
  const at = { at: 'store', maxTtlMs: undefined }
  if (/^rediss?:\/\//i.test(name)) {
    refuse(kind !== undefined, '--kind', 'with a config file')
    const prefix = redisPrefix === undefined ? {} : { prefix: redisPrefix }
    const store = { ...at, backend: 'redis', options: { url: name, ...prefix } } as const
    return { label: withoutPassword(name), store, bus: 'perhaps' }
  }
  refuse(redisPrefix !== undefined, '--redis-prefix', 'with a redis:// URL')
  if (SETTINGS_FILE.test(name)) return configured(name, kind)
  refuse(kind !== undefined, '--kind', 'with a config file')
  if (isFolder(name) || (create === 'fs' && !existsSync(name))) {
    return { label: name, store: { ...at, backend: 'fs', options: { directory: name, ...FOR_A_COMMAND } }, bus: false }
  }
  const sqlite = { path: name, shards: shardCount(name), begin: 'refuse', ...FOR_A_COMMAND } as const
  return { label: name, store: { ...at, backend: 'sqlite', options: sqlite }, bus: false }
}

async function configured(file: string, kind: string | undefined): Promise<StoreTarget> {
  if (!existsSync(file)) throw new Failure(EXIT_CODES.noStore, `there is no config file '${file}'`)
  const settings = await untilNothingComes(file, loadSettings(file))
  const { store, codec, bus } = await kindStore(settings, kind ?? missingKind(settings))
  const label = `${file} (${kind})`
  switch (store.backend) {
    case 'memory':
      throw new Failure(EXIT_CODES.noStore, `${label} is kept in the memory of the service, where nobody else can look`)
    case 'fs':
      return {
        label,
        codec,
        bus,
        limits: limitsOf(store.options),
        store: { ...store, options: { ...store.options, ...FOR_A_COMMAND } },
      }
    case 'sqlite':
      return {
        label,
        codec,
        // Services watch the file.
        bus: bus === true ? false : bus,
        limits: limitsOf(store.options),
        store: { ...store, options: { ...store.options, begin: 'refuse', ...FOR_A_COMMAND } },
      }
    case 'redis':
      return { label, codec, bus, store }
  }
}

/** Where there are no kinds to choose from, kindStore says so. */
function missingKind(settings: CachesSettings<string>): string {
  const kinds: object | null = settings.kinds
  const names = Object.keys(kinds ?? {})
  if (names.length === 0) return ''
  throw new Failure(EXIT_CODES.usage, `--kind: missing; allowed: ${names.join(', ')}`)
}

type FileOptions = Extract<TierPlan, { readonly backend: 'fs' | 'sqlite' }>['options']

/** Both backends' own. */
const DEFAULT_MAX_BYTES = 500_000_000

function limitsOf({ maxBytes, eviction = 'lru' }: FileOptions): NonNullable<StoreTarget['limits']> {
  return { maxBytes: maxBytes === undefined ? DEFAULT_MAX_BYTES : byteCount('maxBytes', maxBytes), eviction }
}

/** What is on a server is there as long as it answers. */
export function isStillThere({ store }: StoreTarget): boolean {
  if (store.backend === 'sqlite') return existsSync(store.options.path)
  return store.backend !== 'fs' || isMarked(store.options.directory)
}

function requireThere({ store }: StoreTarget, whenMissing = ''): void {
  if (store.backend === 'sqlite') requireFile(store.options.path, whenMissing)
  if (store.backend === 'fs') requireFolder(store.options.directory, whenMissing)
}

function isMissing({ store }: StoreTarget): boolean {
  if (store.backend === 'redis') return false
  return !existsSync(store.backend === 'sqlite' ? store.options.path : store.options.directory)
}

function begun(target: StoreTarget): StoreTarget {
  if (target.store.backend !== 'sqlite') return target
  return { ...target, store: { ...target.store, options: { ...target.store.options, begin: 'allow' } } }
}

function requireFile(path: string, whenMissing: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined)
    throw new Failure(EXIT_CODES.noStore, `there is no store at '${withoutPassword(path)}'${whenMissing}`)
  if (found.size === 0) throw new Failure(EXIT_CODES.noStore, `'${path}' is empty: no cache has been begun in it`)
}

/** A folder that is not marked would be adopted if it is empty. */
function requireFolder(directory: string, whenMissing: string): void {
  if (!isFolder(directory)) {
    throw new Failure(EXIT_CODES.noStore, `there is no store at '${withoutPassword(directory)}'${whenMissing}`)
  }
  if (isMarked(directory)) return
  const near = ['cache.db', 'files'].map((name) => join(directory, name)).find((path) => existsSync(path))
  const hint = near === undefined ? '' : `; there is ${near}`
  throw new Failure(EXIT_CODES.noStore, `'${directory}' is a folder, but not that of an fs cache${hint}`)
}

function isMarked(directory: string): boolean {
  const marker = join(directory, FILES_MARKER)
  return existsSync(marker) && readFileSync(marker).byteLength > 0
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Of a cache that was begun with several files, how many lie there. */
function shardCount(path: string): number {
  let count = 1
  while (count < MAX_SHARD_COUNT && existsSync(`${path}.shard-${count}`)) count++
  return count
}

function refuse(isGiven: boolean, option: string, where: string): void {
  if (isGiven) throw new Failure(EXIT_CODES.usage, `${option}: means nothing here; allowed: ${where}`)
}
