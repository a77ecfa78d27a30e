/** One task carried out on a cache, through what every user of a cache can call. */
import type { Cache } from '../face.ts'
import { ownOptions, requireKnownOptions } from '../limits.ts'
import type { LoadOptions } from '../options.ts'
import { LOAD_OPTIONS } from '../plan.ts'
import type { WarmTask } from './warm-task.ts'

/** How a task ended that did not fail. */
export type TaskOutcome = 'warmed' | 'alreadyThere' | 'unstored'

/** @throws what the loader or the cache throws, and the signal's reason when it fires */
export async function warm(
  cache: Cache,
  task: WarmTask,
  refresh: 'missing' | 'all',
  signal: AbortSignal,
): Promise<TaskOutcome> {
  requireKnownOptions('tasks', task, ['key', 'loader', 'options', 'name'])
  const options = signalled(task.options, signal)
  const anew = { ...options, fresh: true }
  const first = await cache.lookupOrSet(task.key, task.loader, refresh === 'all' ? anew : options)
  // A stale value is served while it is loaded behind, or because that failed: this joins the load, and tells.
  const served = first.outcome === 'stale' ? await cache.lookupOrSet(task.key, task.loader, anew) : first
  if (served.outcome === 'hit') return 'alreadyThere'
  return served.ttlLeftMs > 0 ? 'warmed' : 'unstored'
}

/** The task's options with the run's signal beside its own. */
function signalled(options: WarmTask['options'], signal: AbortSignal): LoadOptions {
  const own =
    typeof options === 'object' ? ownOptions(options, LOAD_OPTIONS) : options === undefined ? {} : { ttl: options }
  return { ...own, signal: own.signal === undefined ? signal : AbortSignal.any([own.signal, signal]) }
}
