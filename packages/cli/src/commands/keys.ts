/** `stowage keys`: what is stored, one line for each entry, as it is found. */
import type { Command } from 'commander'
import { bytesText, spanText } from '../amounts.ts'
import { argumentsText, type NamedKey, namedKey, namespaceOf, partsText, prefixOf, userTags } from '../key-text.ts'
import { countOption } from '../number-options.ts'
import { type StoreOptions, withJson, withNamespace, withStore } from '../store-options.ts'
import { harmless, shown, writeJson, writeLine } from '../terminal.ts'
import { cacheOn, type Visit, visit } from '../visit.ts'

interface KeysOptions extends StoreOptions {
  readonly namespace: readonly string[]
  readonly parts?: true
  readonly prefix?: string
  readonly tag?: string
  readonly limit?: number
}

interface Listed extends NamedKey {
  readonly tags: readonly string[]
  readonly sizeBytes: number
  readonly storedAtMs: number
  readonly staleAtMs: number
  readonly expireAtMs: number
}

export function addKeys(program: Command): void {
  const command = program.command('keys').summary('list what is stored')
  withNamespace(withStore(command))
    .description(
      'List what is stored, in no order: of all namespaces, or of the one that -n, --prefix or --tag ask for (the root without -n). Each key is shown as get, set and delete take it, in quotes where a shell needs them.',
    )
    .option('--prefix <text>', 'only text keys that begin so; with --parts those whose first parts these are')
    .option(
      '--parts',
      'the prefix is given as JSON: an array of parts, or a text; a namespace, too, where it begins with a "',
    )
    .option('--tag <name>', 'only entries with this tag')
    .option('--limit <count>', 'stop after so many', countOption)
  withJson(command, 'as JSON, one line for each entry').action(async (store: string, options: KeysOptions) => {
    await visit(store, options, async (visited) => {
      for await (const entry of listed(visited, options)) {
        visited.signal.throwIfAborted()
        await (options.json ? writeJson(jsonOf(entry)) : writeLine(lineOf(entry, Date.now())))
      }
    })
  })
}

async function* listed(visited: Visit, options: KeysOptions): AsyncGenerator<Listed> {
  const { parts, tag, limit } = options
  const namespace = namespaceOf(options.namespace, parts)
  const prefix = options.prefix === undefined ? undefined : prefixOf(options.prefix, parts)
  if (namespace.length > 0 || prefix !== undefined || tag !== undefined) {
    const query = {
      ...(prefix === undefined ? {} : { prefix }),
      ...(tag === undefined ? {} : { tag }),
      ...(limit === undefined ? {} : { limit }),
    }
    for await (const entry of cacheOn(visited, namespace).entries(query)) yield { namespace, ...entry }
    return
  }
  let left = limit ?? Number.POSITIVE_INFINITY
  for await (const { key, facts, sizeBytes } of visited.backend.scan({ prefix: '', tag: undefined }, Date.now())) {
    const { storedAtMs, staleAtMs, expireAtMs } = facts
    yield { ...namedKey(key), tags: userTags(facts.tags), sizeBytes, storedAtMs, staleAtMs, expireAtMs }
    if (--left === 0) return
  }
}

function jsonOf({ namespace, key, ...facts }: Listed): object {
  return { namespace, key, parts: partsText(key), ...facts }
}

function lineOf(entry: Listed, nowMs: number): string {
  const leftMs = entry.staleAtMs - nowMs
  const life = leftMs > 0 ? spanText(leftMs).padStart(8) : shown('yellow', 'stale'.padStart(8))
  const tags = entry.tags.map((tag) => shown('cyan', ` #${harmless(tag)}`)).join('')
  return `${bytesText(entry.sizeBytes).padStart(8)}  ${life}  ${argumentsText(entry)}${tags}`
}
