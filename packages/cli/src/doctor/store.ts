/** The store itself: whether it opens, what it holds, how it is limited, and whether its entries are of this time. */
import { existsSync, statSync } from 'node:fs'
import { type Backend, MAX_CLOCK_SKEW_MS, type Usage } from '@stowage/core'
import { bytesText, countText, entriesText, shareText } from '../amounts.ts'
import type { StoreTarget } from '../store-target.ts'
import { type Finding, fault, fine, note } from './finding.ts'

const LOOKED_AT_COUNT = 1_000
/** Far above what a checkpoint lets it come to. */
const LONG_LOG_BYTES = 256_000_000
const NEARLY_FULL = 0.95

export async function storeFindings(target: StoreTarget, backend: Backend): Promise<readonly Finding[]> {
  const usage = await backend.usage(Date.now())
  return [
    fine('store', `${backend.name}, ${entriesText(usage.entryCount)}, ${bytesText(usage.sizeBytes)}`),
    ...limitFindings(target, usage),
    ...logFindings(target),
    ...(await timeFindings(backend)),
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
