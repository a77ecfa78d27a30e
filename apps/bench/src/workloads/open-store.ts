/** A contender on a folder of its own, filled and checked: what all workloads on a disk begin with. */
import type { Contender, OpenCache } from '../contenders/contender.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { Stock } from '../material/stock.ts'
import type { ValueSize } from '../material/values.ts'

/** Entries that are written together. */
export const WAVE_COUNTS = { '200 B': 1_000, '2 KB': 1_000, '64 KB': 250, '1 MB': 32 } as const
/** Entries of one check. */
const CHECKED_COUNT = 50

export interface OpenStore {
  readonly cache: OpenCache
  readonly stock: Stock
  readonly directory: string
  /** @throws WrongAnswerError unless what was written last is there. */
  check(): Promise<void>
  /** The same for a sample of everything, and for a key that was never set. */
  smoke(): Promise<void>
  close(): Promise<void>
  /** For a cache that is closed. */
  removeFiles(): void
}

export interface StoreSetup {
  readonly valueSize: ValueSize
  readonly keyCount: number
}

export async function openStore(contender: Contender, { valueSize, keyCount }: StoreSetup): Promise<OpenStore> {
  const folder = makeFolder()
  const cache = await contender.open({ entryCount: keyCount, directory: folder.path, load: noLoad })
  const stock = new Stock(keyCount, valueSize)
  const first = stock.first()
  for (let start = 0; start < keyCount; start += WAVE_COUNTS[valueSize]) {
    await setAll(cache, first.slice(start, start + WAVE_COUNTS[valueSize]))
  }

  async function checkKeys(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const found = await cache.get?.(key)
      if (stock.isRight(key, found)) continue
      const shown = JSON.stringify(found)?.slice(0, 60) ?? 'undefined'
      throw new WrongAnswerError(`get('${key}') gave ${shown}, which is not what was set last`)
    }
  }

  return {
    cache,
    stock,
    directory: folder.path,
    check: () => checkKeys(stock.recentKeys(CHECKED_COUNT)),
    async smoke() {
      const step = Math.ceil(keyCount / CHECKED_COUNT)
      await checkKeys(stock.keys.filter((_, at) => at % step === 0))
      if ((await cache.get?.('user:cold:profile')) !== undefined) {
        throw new WrongAnswerError('a key that was never set was found')
      }
    },
    async close() {
      await cache.close?.()
      folder.remove()
    },
    removeFiles: () => folder.remove(),
  }
}

/** In one step where the contender has one. */
export async function setAll(cache: OpenCache, entries: readonly (readonly [string, object])[]): Promise<void> {
  if (cache.setAll === undefined) await Promise.all(entries.map(([key, value]) => cache.set(key, value)))
  else await cache.setAll(entries)
}

function noLoad(): never {
  throw new TypeError('nothing is loaded here')
}
