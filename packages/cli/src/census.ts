/** What a walk over all keys finds: sizes, ages, namespaces and tags. Whatever is stored, it takes little memory. */
import { bytesText, countText, entriesText, shareText, spanText } from './amounts.ts'
import { argumentsText, type NamedKey, namedKey, partsText, userTags } from './key-text.ts'
import { progressLine } from './progress-line.ts'
import { harmless, shown, table } from './terminal.ts'
import type { Visit } from './visit.ts'

interface Named {
  readonly name: string
  readonly entryCount: number
  readonly sizeBytes: number
}

export interface Census {
  readonly live: { readonly entryCount: number; readonly sizeBytes: number; readonly staleCount: number }
  readonly largest: (Named & NamedKey & { readonly parts: string | undefined }) | undefined
  readonly oldestMs: number | undefined
  /** Upper bounds in bytes, and how many entries are at most so large and larger than the bound before. */
  readonly sizes: readonly { readonly upToBytes: number; readonly entryCount: number }[]
  readonly namespaces: readonly Named[]
  readonly tags: readonly Named[]
  /** Entries of names that came when there were already too many. */
  readonly unnamed: { readonly namespaces: number; readonly tags: number }
}

/** Names of each sort that are counted one by one. */
const MAX_NAME_COUNT = 10_000
const SHOWN_COUNT = 10
const SIZE_BOUNDS = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, Number.MAX_SAFE_INTEGER] as const

class Tally {
  readonly #counts = new Map<string, { name: string; entryCount: number; sizeBytes: number }>()
  unnamed = 0

  add(name: string, sizeBytes: number): void {
    const found = this.#counts.get(name)
    if (found !== undefined) {
      found.entryCount++
      found.sizeBytes += sizeBytes
    } else if (this.#counts.size < MAX_NAME_COUNT) this.#counts.set(name, { name, entryCount: 1, sizeBytes })
    else this.unnamed++
  }

  largest(): readonly Named[] {
    return [...this.#counts.values()].sort(byCountThenName).slice(0, SHOWN_COUNT)
  }
}

/** The order in which they are found is the store's own affair. */
function byCountThenName(one: Named, other: Named): number {
  return other.entryCount - one.entryCount || (one.name < other.name ? -1 : 1)
}

export async function takeCensus({ backend, signal }: Visit): Promise<Census> {
  const nowMs = Date.now()
  const live = { entryCount: 0, sizeBytes: 0, staleCount: 0 }
  const sizes = SIZE_BOUNDS.map((upToBytes) => ({ upToBytes, entryCount: 0 }))
  const namespaces = new Tally()
  const tags = new Tally()
  const progress = progressLine()
  let largest: Named | undefined
  let oldestMs: number | undefined
  for await (const { key, facts, sizeBytes } of backend.scan({ prefix: '', tag: undefined }, nowMs)) {
    signal.throwIfAborted()
    live.entryCount++
    live.sizeBytes += sizeBytes
    if (facts.staleAtMs <= nowMs) live.staleCount++
    const size = sizes.find(({ upToBytes }) => sizeBytes <= upToBytes)
    if (size !== undefined) size.entryCount++
    if (largest === undefined || sizeBytes > largest.sizeBytes) largest = { name: key, entryCount: 1, sizeBytes }
    oldestMs = Math.max(oldestMs ?? 0, nowMs - facts.storedAtMs)
    namespaces.add(namedKey(key).namespace.join('/'), sizeBytes)
    for (const tag of userTags(facts.tags)) tags.add(tag, sizeBytes)
    progress.show(() => `${entriesText(live.entryCount)} looked at`)
  }
  progress.clear()
  const unnamed = { namespaces: namespaces.unnamed, tags: tags.unnamed }
  return {
    live,
    largest: largest && { ...largest, ...namedFields(largest.name) },
    oldestMs,
    sizes,
    namespaces: namespaces.largest(),
    tags: tags.largest(),
    unnamed,
  }
}

function namedFields(storageKey: string): NamedKey & { readonly parts: string | undefined } {
  const named = namedKey(storageKey)
  return { ...named, parts: partsText(named.key) }
}

export function censusText({ live, largest, oldestMs, sizes, namespaces, tags }: Census): string {
  if (live.entryCount === 0) return `  ${shown('dim', 'nothing live')}`
  const averageBytes = live.sizeBytes / live.entryCount
  const sections = [
    '',
    table(
      [
        ['live', countText(live.entryCount), bytesText(live.sizeBytes), `${bytesText(averageBytes)} on average`],
        ['stale', countText(live.staleCount), '', shareText(live.staleCount, live.entryCount)],
      ],
      [1, 2],
    ),
    table([
      ['oldest', spanText(oldestMs ?? 0)],
      ['largest', `${bytesText(largest?.sizeBytes ?? 0)}  ${largest === undefined ? '' : argumentsText(largest)}`],
    ]),
    titled(
      'sizes',
      table(
        sizes.filter(({ entryCount }) => entryCount > 0).map((size) => sizeRow(size, live.entryCount)),
        [0, 1],
      ),
    ),
    ...(namespaces.length > 1 ? [titled('namespaces', namedText(namespaces))] : []),
    ...(tags.length > 0 ? [titled('tags', namedText(tags))] : []),
  ]
  return sections.join('\n\n').slice(1)
}

function sizeRow({ upToBytes, entryCount }: Census['sizes'][number], total: number): readonly string[] {
  const bound = upToBytes === Number.MAX_SAFE_INTEGER ? 'more' : `to ${bytesText(upToBytes)}`
  return [bound, countText(entryCount), shown('cyan', '█'.repeat(Math.max(1, Math.round((40 * entryCount) / total))))]
}

function namedText(named: readonly Named[]): string {
  const rows = named.map(({ name, entryCount, sizeBytes }) => [
    name === '' ? '(root)' : harmless(name),
    countText(entryCount),
    bytesText(sizeBytes),
  ])
  return table(rows, [1, 2])
}

function titled(title: string, text: string): string {
  return `  ${shown('bold', title)}\n${text}`
}
