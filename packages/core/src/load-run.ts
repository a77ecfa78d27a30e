/**
 * Running a loader: the only place that calls one. It is timed, counted, reported and traced; its error passes untouched.
 */
import { tracingChannel } from 'node:diagnostics_channel'
import { ticksOf } from './clock.ts'
import type { CacheCore } from './core.ts'
import type { Key, KeySpace } from './key.ts'
import type { LoadControl, Loader } from './load-context.ts'
import type { LoadPlan } from './plan.ts'
import { requireFit } from './schema.ts'
import type { Flight } from './single-flight.ts'
import { workScope } from './work-scope.ts'

/** What one getOrSet asks for. */
export interface LoadRequest {
  readonly key: Key
  readonly storageKey: string
  readonly loader: Loader<unknown>
  readonly plan: LoadPlan
  readonly keys: KeySpace
  /** Told when this request waits for a load that another has begun. */
  readonly onJoin: (() => void) | undefined
}

/** Node's tracing channel round every loader: what tracers make a span of. */
const loadTracing = tracingChannel('stowage:load')

/** Runs the loader once. @throws what it throws; UsageError when its value does not fit the request's schema */
export async function runLoader(
  core: CacheCore,
  request: LoadRequest,
  flight: Flight<unknown>,
  control: LoadControl,
): Promise<{ readonly value: unknown; readonly fitted: unknown; readonly loadMs: number }> {
  const { storageKey, plan, loader } = request
  const { background } = control.context
  const tickMs = ticksOf(core.plan.clock)
  const begunAtMs = tickMs()
  const report = (outcome: 'loaded' | 'failed', error: unknown): number => {
    const loadMs = Math.max(0, tickMs() - begunAtMs)
    core.stats.loadTimes.record(loadMs)
    if (core.events.has('load')) core.events.emit('load', { key: storageKey, background, loadMs, outcome, error })
    return loadMs
  }
  const run = () => workScope.run([flight], keepable, loader, control)
  core.loading++
  try {
    const value = loadTracing.hasSubscribers
      ? await loadTracing.tracePromise(run, { cache: core.plan.name, key: storageKey, background })
      : await run()
    const fitted = plan.schema === undefined ? value : await requireFit(plan.schema, value, storageKey)
    const loadMs = report('loaded', undefined)
    core.stats.loads++
    core.stats.loadMs += loadMs
    return { value, fitted, loadMs }
  } catch (error) {
    core.stats.loadFailures++
    report('failed', error)
    throw error
  } finally {
    core.loading--
  }
}

/** The loader's value, or the stale one that it says is still right. */
async function keepable(loader: Loader<unknown>, control: LoadControl): Promise<unknown> {
  try {
    return await loader(control.context)
  } catch (thrown) {
    return control.keepStale(thrown).value
  }
}
