/**
 * Where things are: the names of keys. On one server there is one partition. In a Cluster there are 32, each in a hash slot of its own,
 * evenly spaced; an entry is in the partition that its key hashes to, beside a copy of the bookkeeping, so that every step
 * on an entry is a step on one server. Stored keys stand in the names as they are: readable, and found by SCAN.
 */
import { crc32 } from '@stowage/core'

/** Texts whose CRC-16 slots are 256, 768, 1280, ... of 16,384: whatever ranges the masters have, each gets its part. */
const SLOT_TAGS: readonly string[] = (
  'nbd o4m 3el 23e bgq c1x 7ia c58 n7n oag 30f 2fo bvs cdr 7xc 6jb ' +
  '1cj 05c 9n2 m2k 5og 49n hho asv 1rh 8iq d8p 8m1 4nD 4ld hym abt'
).split(' ')

const FIRST_SLOT = 256
const SLOT_STEP = 512

/** The names of one partition's keys. */
export interface Place {
  readonly index: number
  /** In a Cluster, which hash slot they are in. */
  readonly slot: number | undefined
  readonly epoch: string
  readonly tags: string
  readonly prefixes: string
  /** What the name of an entry begins with. */
  readonly entries: string
}

export class Layout {
  readonly places: readonly Place[]
  /** SCAN's pattern for the entries of every place, up to the stored key. */
  readonly #glob: string

  constructor(prefix: string, isCluster: boolean) {
    const roots = isCluster ? SLOT_TAGS.map((tag) => `${prefix}{${tag}}`) : [prefix]
    this.places = roots.map((root, index) => ({
      index,
      slot: isCluster ? FIRST_SLOT + index * SLOT_STEP : undefined,
      epoch: `${root}m:epoch`,
      tags: `${root}m:tags`,
      prefixes: `${root}m:prefixes`,
      entries: `${root}e:`,
    }))
    this.#glob = `${escapeMatch(prefix)}${isCluster ? '{???}' : ''}e:`
  }

  placeIndexOf(key: string): number {
    return this.places.length === 1 ? 0 : crc32(key) % this.places.length
  }

  /** What SCAN is to match for stored keys that begin with `prefix`. */
  matching(prefix: string): string {
    return `${this.#glob}${escapeMatch(prefix)}*`
  }

  /** What the names begin with whose changes are of interest: entries, and epochs. */
  get watched(): readonly string[] {
    return this.places.flatMap(({ entries, epoch }) => [entries, epoch])
  }

  /** Whose entry a name is; undefined: nobody's. */
  parse(name: string): { readonly placeIndex: number; readonly key: string } | undefined {
    for (const { index, entries } of this.places) {
      if (!name.startsWith(entries)) continue
      const key = name.slice(entries.length)
      return this.placeIndexOf(key) === index ? { placeIndex: index, key } : undefined
    }
    return undefined
  }
}

function escapeMatch(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&')
}
