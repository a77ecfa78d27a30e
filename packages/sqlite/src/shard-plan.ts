/**
 * How a cache is divided into files, and which key is in which. The first file is the path itself, the others lie beside
 * it. Each has its share of the limits, so that the whole keeps them without asking the others.
 */
import { crc32 } from '@stowage/core'
import type { SqlitePlan } from './options.ts'

/** Each with its share of the limits; the shares add up to the whole. */
export function shardPlans(plan: SqlitePlan): readonly SqlitePlan[] {
  const { count } = plan.shard
  return Array.from({ length: count }, (_, index) => ({
    ...plan,
    path: shardPath(plan.path, index),
    shard: { index, count },
    maxBytes: shareOf(plan.maxBytes, index, count),
    memoryBytes: shareOf(plan.memoryBytes, index, count),
    maxEntries: plan.maxEntries === undefined ? undefined : shareOf(plan.maxEntries, index, count),
  }))
}

/** Of the shard of that index. */
export function shardPath(path: string, index: number): string {
  return index === 0 ? path : `${path}.shard-${index}`
}

function shareOf(whole: number, index: number, count: number): number {
  return Math.floor(whole / count) + (index < whole % count ? 1 : 0)
}

/** The shard of a key. Files depend on it: it must never change. */
export function shardOf(key: string, count: number): number {
  return Math.floor((mixed(crc32(key)) / 0x1_0000_0000) * count)
}

/** CRCs of keys that differ in their last digit only differ in few of their high bits: MurmurHash3's last step spreads them. */
function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
