/** `stowage get`: one value, or what is kept beside it. Looking leaves no trace: no use is noted, no life prolonged. */
import { inspect } from 'node:util'
import { type EntryFacts, isPlain, writeStorageKey } from '@stowage/core'
import type { Command } from 'commander'
import { spanText } from '../amounts.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { keyOf, keyText, namespaceOf, partsHint, partsText, userTags } from '../key-text.ts'
import { type StoreOptions, withJson, withNamespace, withStore } from '../store-options.ts'
import { harmless, jsonText, table, write, writeJson, writeLine } from '../terminal.ts'
import { decodedValue, formatOf } from '../value-codec.ts'
import { visit } from '../visit.ts'

interface GetOptions extends StoreOptions {
  readonly namespace: readonly string[]
  readonly parts?: true
  readonly facts?: true
}

/** Of what is in it, how deep it is shown. */
const DEPTH = 12

export function addGet(program: Command): void {
  const command = program.command('get').summary('show one value')
  withNamespace(withStore(command).argument('<key>', 'text, or with --parts JSON'))
    .description(
      'Show one value: texts and bytes as they are, all else as JSON. Values of any codec of Stowage are read.',
    )
    .option(
      '--parts',
      'the key is given as JSON: an array of parts, or a text; a namespace, too, where it begins with a "',
    )
    .option('--facts', 'show what is kept beside the value instead')
  withJson(command, 'value and facts, as JSON').action(get)
}

async function get(store: string, text: string, options: GetOptions): Promise<void> {
  await visit(store, options, async ({ backend, target }) => {
    const namespace = namespaceOf(options.namespace, options.parts)
    const key = keyOf(text, options.parts)
    const storageKey = writeStorageKey(namespace, key)
    const entry = await backend.get(storageKey, Date.now())
    if (typeof entry === 'string') throw new Failure(EXIT_CODES.no, `${keyText(key)}: ${entry}${partsHint(key)}`)
    const { facts } = entry
    const format = formatOf(entry)
    const shown = { namespace, key, parts: partsText(key) }
    const told = { format, ...facts, tags: userTags(facts.tags) }
    if (options.facts) return options.json ? writeJson({ ...shown, ...told }) : writeLine(factsText(told, Date.now()))
    const value = await decodedValue(storageKey, entry, target.codec)
    if (!options.json) return writeValue(value)
    return writeJson({ ...shown, value, ...told })
  })
}

/** A terminal is shown what bytes and other things look like; a pipe gets them as they are. */
async function writeValue(value: unknown): Promise<void> {
  if (value instanceof Uint8Array && !process.stdout.isTTY) return write(value)
  if (typeof value === 'string') return writeLine(process.stdout.isTTY ? harmless(value) : value)
  if (process.stdout.isTTY) return writeLine(inspected(value))
  return writeLine(isPlain(value) ? jsonText(value, 2) : inspect(value, { depth: DEPTH }))
}

/** Stacks of Errors and sources of RegExps come as they are stored: where something in them would steer the terminal, without colours. */
function inspected(value: unknown): string {
  const text = inspect(value, { depth: DEPTH })
  const safe = text.split('\n').map(harmless).join('\n')
  return safe === text ? inspect(value, { depth: DEPTH, colors: process.stdout.hasColors?.() === true }) : safe
}

function factsText(facts: EntryFacts & { readonly format: string }, nowMs: number): string {
  const rows = [
    ['format', harmless(facts.format)],
    ['stored', `${spanText(nowMs - facts.storedAtMs)} ago`],
    ['stale', untilText(facts.staleAtMs, nowMs)],
    ['expires', untilText(facts.expireAtMs, nowMs)],
    ['tags', facts.tags.map(harmless).join(', ') || 'none'],
    ['version', harmless(facts.version ?? 'none')],
    ['fingerprint', harmless(facts.fingerprint ?? 'none')],
    ['sliding', facts.slidingMs === undefined ? 'no' : spanText(facts.slidingMs)],
  ]
  return table(rows)
}

function untilText(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs
  if (leftMs <= 0) return `since ${spanText(-leftMs)}`
  return spanText(leftMs) === 'forever' ? 'never' : `in ${spanText(leftMs)}`
}
