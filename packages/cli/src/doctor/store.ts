/** The store itself: whether it opens, what it holds, how it is limited, and whether its entries are of this time. */
import { existsSync, statSync } from 'node:fs'
import { type Backend, MAX_CLOCK_SKEW_MS, type Usage } from '@stowage/core'
import { bytesText, countText, entriesText, shareText } from '../amounts.ts'
import { examined } from '../examination.ts'
import type { StoreTarget } from '../store-target.ts'
import type { Visit } from '../visit.ts'
import { type Finding, fault, fine, note } from './finding.ts'

const LOOKED_AT_COUNT = 1_000
/** Far above what a checkpoint lets it come to. */
const LONG_LOG_BYTES = 256_000_000
const NEARLY_FULL = 0.95
/** Enough for some hundred thousand entries; who asks what is wrong is not to wait for long. */
const EXAMINED_FOR_MS = 5_000

export async function storeFindings(visited: Visit): Promise<readonly Finding[]> {
  const { target, backend } = visited
  const usage = await backend.usage(Date.now())
  return [
    fine('store', `${backend.name}, ${entriesText(usage.entryCount)}, ${bytesText(usage.sizeBytes)}`),
    ...limitFindings(target, usage),
    ...logFindings(target),
    ...(await timeFindings(backend)),
    await damageFinding(visited, EXAMINED_FOR_MS),
  ]
}

/** Only a config file says how a service limits its store. */
export function limitFindings(
  { limits }: Pick<StoreTarget, 'limits'>,
  usage: Pick<Usage, 'sizeBytes'>,
): readonly Finding[] {
  if (limits === undefined) return []
  const { maxBytes, eviction } = limits
  const says = `${bytesText(usage.sizeBytes)} of ${bytesText(maxBytes)}, ${shareText(usage.sizeBytes, maxBytes)}; eviction ${eviction}`
  if (usage.sizeBytes < NEARLY_FULL * maxBytes) {
    return eviction === 'none'
      ? [note('limit', says, "eviction 'lru', unless writes are meant to be refused once it is full")]
      : [fine('limit', says)]
  }
  return eviction === 'none'
    ? [fault('limit', says, 'more maxBytes, or another eviction: writes are refused')]
    : [note('limit', says, 'it is full, as a cache may be; stowage size says what more room would bring')]
}

function logFindings({ store }: StoreTarget): readonly Finding[] {
  if (store.backend !== 'sqlite') return []
  const path = `${store.options.path}-wal`
  const sizeBytes = existsSync(path) ? statSync(path).size : 0
  if (sizeBytes < LONG_LOG_BYTES) return [fine('log', `${bytesText(sizeBytes)} not yet in the file itself`)]
  return [
    note(
      'log',
      `${bytesText(sizeBytes)} not yet in the file itself`,
      'find the process that reads for long: it keeps the log from being emptied',
    ),
  ]
}

async function timeFindings(backend: Backend): Promise<readonly Finding[]> {
  const nowMs = Date.now()
  let lookedAt = 0
  let early = 0
  for await (const { facts } of backend.scan({ prefix: '', tag: undefined }, nowMs)) {
    if (facts.storedAtMs - nowMs > MAX_CLOCK_SKEW_MS) early++
    if (++lookedAt === LOOKED_AT_COUNT) break
  }
  if (early === 0) return []
  const says = `${countText(early)} of the first ${entriesText(lookedAt)} were stored later than now`
  return [fault('clock', says, 'set the clocks (NTP) of all machines that write; these entries are misses until then')]
}

/** @param limitMs after which the next step is not taken; `stowage check` takes them all */
export async function damageFinding(visited: Pick<Visit, 'backend' | 'signal'>, limitMs: number): Promise<Finding> {
  const startedAtMs = performance.now()
  const goesOn = () => performance.now() - startedAtMs < limitMs
  const { sum, isWhole } = await examined(visited, { goesOn })
  const { entries, torn, wrong, orphans } = sum
  const extent = isWhole ? '' : '; there was no time for the rest, which stowage check looks at'
  if (torn + wrong + orphans === 0) return fine('damage', `none in ${entriesText(entries)}${extent}`)
  const says = `${countText(torn)} torn, ${countText(wrong)} wrong, ${countText(orphans)} orphans beside ${entriesText(entries)}${extent}`
  return fault('damage', says, 'stowage check says what these are, and with --repair takes them out')
}
