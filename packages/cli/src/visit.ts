/** A store is opened for one command and closed after it, also when the command fails or is interrupted. */
import { setTimeout } from 'node:timers/promises'
import { openStore } from '@stowage/config'
import { type Backend, type Cache, ConfigError, createCache, messageOf, withoutPassword } from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { interruptible } from './interruption.ts'
import { News } from './news.ts'
import type { BeginOptions } from './store-options.ts'
import { type StoreTarget, storeTarget } from './store-target.ts'

export interface Visit {
  readonly target: StoreTarget
  readonly backend: Backend
  /** Who changes the backend itself tells of it; {@link cacheOn} does. */
  readonly news: News
  /** Aborted by Ctrl-C: what goes on for long ends at its next step. */
  readonly signal: AbortSignal
}

const CONNECT_LIMIT_MS = 3_000
const CONNECT_PAUSE_MS = 50
/** Entries are written with a ttl of their own. */
const UNUSED_TTL = 'forever'

export async function visit<T>(name: string, options: BeginOptions, run: (visit: Visit) => Promise<T>): Promise<T> {
  const target = await storeTarget(name, options)
  const backend = await opened(target)
  const news = new News(target, backend)
  return interruptible(async (signal) => {
    try {
      if (target.store.backend === 'redis') await answering(target.label, backend)
      return await told(news, () => run({ target, backend, news, signal }))
    } finally {
      await backend.close()
    }
  })
}

/** Whatever becomes of the command. Neither failure hides the other. */
async function told<T>(news: News, run: () => Promise<T>): Promise<T> {
  const [ran] = await Promise.allSettled([run()])
  const [ended] = await Promise.allSettled([news.end()])
  if (ran.status === 'fulfilled' && ended.status === 'fulfilled') return ran.value
  const failures = [ran, ended].flatMap((part): unknown[] => (part.status === 'rejected' ? [part.reason] : []))
  throw failures.length > 1 ? new AggregateError(failures) : failures[0]
}

/** A view of a store in the user's words: keys, tags, namespaces. Closing it is the visit's. */
export function cacheOn({ backend, news, target }: Visit, namespace: readonly string[]): Cache {
  const codec = target.codec === undefined ? {} : { codec: target.codec }
  const root = createCache({ backend, ttl: UNUSED_TTL, onFault: 'throw', ...codec })
  // Of what failed, too: it may have been carried out.
  root.on('write', ({ key }) => void news.tell({ keys: [key] }))
  root.on('delete', ({ key }) => void news.tell({ keys: [key] }))
  root.on('invalidate', (change) => void news.tell(change.target))
  return namespace.reduce((cache, name) => cache.namespace(name), root)
}

async function opened(target: StoreTarget): Promise<Backend> {
  try {
    return await openStore(target.store)
  } catch (thrown) {
    const hint = messageOf(thrown).includes('is damaged')
      ? '; the next service that opens it sets it aside and begins anew'
      : ''
    // What is no address, or no prefix, was given wrong; what is wrong with a file or a folder is found there.
    const isGivenWrong = target.store.backend === 'redis' && thrown instanceof ConfigError
    const code = isGivenWrong ? EXIT_CODES.usage : EXIT_CODES.noStore
    throw new Failure(code, `cannot open ${target.label}: ${messageOf(thrown)}${hint}`, { cause: thrown })
  }
}

/** A server that is not there is told as such, and not by the first thing that is asked of it. @throws Failure */
export async function answering(address: string, backend: Backend): Promise<void> {
  const untilMs = performance.now() + CONNECT_LIMIT_MS
  for (;;) {
    try {
      await backend.get('', Date.now())
      return
    } catch (thrown) {
      if (performance.now() > untilMs) {
        const text = `no answer from ${withoutPassword(address)}: ${messageOf(thrown)}`
        throw new Failure(EXIT_CODES.noStore, text, { cause: thrown })
      }
      await setTimeout(CONNECT_PAUSE_MS)
    }
  }
}
