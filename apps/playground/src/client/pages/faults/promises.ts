/** The promises of Stowage, each with the figure that would break it. */
import { formatBytes, formatCount, formatSpan } from '../../format.ts'
import type { Ground } from './use-faults.ts'

export interface PromiseRow {
  readonly name: string
  readonly promise: string
  /** What was looked at. */
  readonly looked: string
  /** Undefined: a measure without a bound here. */
  readonly isKept: boolean | undefined
  readonly verdict: string
}

const violations = (count: number, word: string): Pick<PromiseRow, 'isKept' | 'verdict'> => ({
  isKept: count === 0,
  verdict: `${formatCount(count)} ${word}`,
})

export function promisesOf({
  figures,
  slowest,
  store,
  maxBytes,
  loopDelayP99Ms,
  upMs,
  done,
  isSiblingStoreDown,
}: Ground): readonly PromiseRow[] {
  const count = formatCount
  return [
    {
      name: 'P1',
      promise: 'Read your writes',
      looked: `${count(figures.ownWriteCount)} writes read back`,
      ...violations(figures.ownWriteWrongCount, 'gave an older value'),
    },
    {
      name: 'P2',
      promise: 'No resurrection',
      looked: `${count(figures.requestCount)} requests beside ${count(figures.changeCount)} invalidations`,
      ...violations(figures.resurrectedCount, 'resurrected'),
    },
    {
      name: 'P2',
      promise: 'In the other process, within bus latency',
      looked:
        store === 'fs'
          ? 'fs has no bus: near copies stay for 30 s at most'
          : 'longest it served what was invalidated here',
      isKept: undefined,
      verdict: formatSpan(figures.siblingLagMs),
    },
    {
      name: 'P3',
      promise: 'One load',
      looked: `${count(figures.loadCount)} loads`,
      ...violations(figures.doubleLoadCount, 'ran twice at once'),
    },
    {
      name: 'P4',
      promise: 'Never a wrong value',
      looked: 'key, version and digest of every answer',
      ...violations(figures.wrongCount, 'wrong'),
    },
    {
      name: 'P5',
      promise: 'Bounded',
      looked: `${formatBytes(figures.mostBytes)} held at most, ${formatBytes(maxBytes)} allowed`,
      ...(store === 'redis'
        ? { isKept: undefined, verdict: 'the limit is the server’s' }
        : violations(figures.overBoundCount, `of ${count(figures.boundLookCount)} looks over it`)),
    },
    {
      name: 'P6',
      promise: 'Crash safe',
      looked: `${count(figures.siblingWriteCount)} writes of the other process, kills: ${count(figures.killCount)}`,
      ...(store === 'redis'
        ? { isKept: undefined, verdict: 'as Redis is configured' }
        : figures.soughtCount === 0
          ? { isKept: undefined, verdict: 'none sought yet' }
          : violations(figures.lostCount, `of ${count(figures.soughtCount)} sought were lost`)),
    },
    {
      name: 'P7',
      promise: 'Never takes the service down',
      looked: `${count(figures.requestCount)} requests; the source's own errors: ${count(figures.sourceErrorCount)}; invalidations thrown and tried again: ${count(figures.thrownInvalidationCount)}; the other process's store failed: ${count(figures.siblingDownCount)}${isSiblingStoreDown ? ', and still does' : ''}`,
      ...violations(figures.failedCount, 'failed requests'),
    },
    {
      name: 'P7',
      promise: 'Slowest request',
      looked: `that needed the source: ${formatSpan(slowest.fromSourceMs)}`,
      isKept: undefined,
      verdict: formatSpan(slowest.fromCacheMs),
    },
    {
      name: 'P8',
      promise: 'The event loop stays free',
      looked: 'p99 of how late this server is, the app and this test together',
      isKept: undefined,
      verdict: formatSpan(loopDelayP99Ms),
    },
    {
      name: 'P9',
      promise: 'Isolation',
      looked: `${count(figures.isolationLookCount)} values spoilt by their caller, then asked for again`,
      ...violations(figures.isolationBrokenCount, 'seen by others'),
    },
    {
      name: 'P10',
      promise: 'Nothing behind crashes the process',
      looked: `this very process, through ${count(done.length)} faults`,
      isKept: true,
      verdict: `up for ${formatSpan(upMs)}`,
    },
  ]
}
