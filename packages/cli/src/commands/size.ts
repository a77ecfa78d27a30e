/** `stowage size`: what share of the lookups in a log caches of several sizes would have answered. */
import { openStore } from '@stowage/config'
import { type Backend, byteCount, defaultCodec, type MissRatioPoint, NEVER_MS, newEntry } from '@stowage/core'
import { type Command, Option } from 'commander'
import { bytesText, countText, entriesText, shareText } from '../amounts.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type LoggedLookup, logBytes, readKeyLog } from '../key-log.ts'
import { countOption } from '../number-options.ts'
import { progressLine } from '../progress-line.ts'
import { withJson } from '../store-options.ts'
import { harmless, shown, table, writeJson, writeLine } from '../terminal.ts'
import { TimeLeft } from '../time-left.ts'
import { KnownWrites } from '../transfer/known-writes.ts'

interface SizeOptions {
  readonly entries?: number
  readonly bytes?: string
  readonly policy: 'adaptive' | 'lru'
  readonly json?: true
}

interface Survey {
  readonly lookupCount: number
  readonly keyCount: number
  /** Mean of what the log says; undefined where it does not. */
  readonly valueBytes: number | undefined
}

/** The curve goes up to so many times the size that is modelled. */
const LARGEST_SCALE = 8
/** A larger size that brings less than this is not worth its room. */
const WORTH = 0.01

export function addSize(program: Command): void {
  const command = program
    .command('size')
    .summary('how large a cache should be')
    .argument('<log>', 'file with the key of a lookup on each line')
    .description(
      'How large should the cache be? Plays a log of lookups through models of the memory cache and shows what share caches of several sizes would have answered. On each line a key: text, JSON text, or an object {"key":...,"sizeBytes":...}, from which sizes in bytes follow.',
    )
    .option('--entries <count>', 'sizes of 0.25 to 8 times this many entries (default: up to all keys)', countOption)
    .option('--bytes <size>', 'sizes of 0.25 to 8 times this many bytes, e.g. 64MB')
    .addOption(new Option('--policy <name>', 'who goes first').choices(['adaptive', 'lru']).default('adaptive'))
  withJson(command).action(size)
}

async function size(path: string, options: SizeOptions): Promise<void> {
  if (options.entries !== undefined && options.bytes !== undefined) {
    throw new Failure(EXIT_CODES.usage, '--bytes: given beside --entries; allowed: one of them')
  }
  const survey = await surveyed(path)
  if (survey.lookupCount === 0) throw new Failure(EXIT_CODES.no, `'${path}' has no lookups`)
  const points = await modelled(path, limitOf(options, survey), options.policy)
  if (options.json) return writeJson({ log: path, ...survey, policy: options.policy, points })
  await writeLine(
    `${shown('bold', harmless(path))}  ${countText(survey.lookupCount)} lookups of ${countText(survey.keyCount)} keys`,
  )
  await writeLine(`\n${curveText(points)}\n\n  ${adviceText(points, survey)}`)
}

/** Goes through the log once, in little memory. */
async function surveyed(path: string): Promise<Survey> {
  const keys = new KnownWrites()
  let lookupCount = 0
  let sizedCount = 0
  let sizeSum = 0
  for await (const { key, sizeBytes } of watched(path, 'first look')) {
    lookupCount++
    keys.add(key, 0)
    if (sizeBytes === undefined) continue
    sizedCount++
    sizeSum += sizeBytes
  }
  return { lookupCount, keyCount: keys.count, valueBytes: sizedCount === 0 ? undefined : sizeSum / sizedCount }
}

type Limit = { readonly maxEntries: number } | { readonly maxBytes: number }

function limitOf({ entries, bytes }: SizeOptions, { keyCount }: Survey): Limit {
  if (bytes !== undefined) return { maxBytes: byteCount('--bytes', bytes) }
  return { maxEntries: entries ?? Math.max(1, Math.ceil(keyCount / LARGEST_SCALE)) }
}

async function modelled(path: string, limit: Limit, policy: SizeOptions['policy']): Promise<readonly MissRatioPoint[]> {
  const sizeOf = (value: unknown) => (typeof value === 'number' ? value : 0)
  const options = { ...limit, policy, sizeOf, missRatioCurve: true }
  const model = await openStore({ at: 'size', maxTtlMs: undefined, backend: 'memory', options })
  try {
    for await (const lookup of watched(path, 'second look')) await played(model, lookup)
    return model.missRatioCurve?.() ?? []
  } finally {
    await model.close()
  }
}

/** What a service does: look, and store what was not there. */
async function played(model: Backend, { key, sizeBytes = 0 }: LoggedLookup): Promise<void> {
  const nowMs = 0
  const found = model.get(key, nowMs)
  if (typeof (found instanceof Promise ? await found : found) !== 'string') return
  const times = { storedAtMs: nowMs, staleAtMs: NEVER_MS, errorOnlyAtMs: NEVER_MS, expireAtMs: NEVER_MS }
  const facts = { ...times, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
  const plan = { codec: defaultCodec, maxEntryBytes: Number.POSITIVE_INFINITY }
  const stored = model.set(key, newEntry(key, { value: sizeBytes, facts }, plan), nowMs, undefined)
  if (stored instanceof Promise) await stored
}

async function* watched(path: string, what: string): AsyncGenerator<LoggedLookup> {
  const progress = progressLine()
  const wholeBytes = logBytes(path)
  const left = new TimeLeft()
  for await (const lookup of readKeyLog(path)) {
    const { doneBytes } = lookup
    progress.show(() => `${what}: ${shareText(doneBytes, wholeBytes)}${left.text(doneBytes, wholeBytes)}`)
    yield lookup
  }
  progress.clear()
}

function sizeText({ maxBytes, maxEntries }: MissRatioPoint): string {
  return maxBytes === undefined ? entriesText(maxEntries ?? 0) : bytesText(maxBytes)
}

function curveText(points: readonly MissRatioPoint[]): string {
  // Of few keys several sizes are one entry; the last of them is the model's.
  const distinct = points.filter(
    (point, n) => points[n + 1] === undefined || sizeText(point) !== sizeText(points[n + 1] ?? point),
  )
  const rows = distinct.map((point) => [
    sizeText(point),
    `${(100 * point.hitRatio).toFixed(1)}%`,
    shown('cyan', '█'.repeat(Math.round(40 * point.hitRatio))),
  ])
  return table([['size', 'hits', ''].map((title) => shown('bold', title)), ...rows], [0, 1])
}

/** The smallest size beyond which no larger one brings much. */
function adviceText(points: readonly MissRatioPoint[], { keyCount, valueBytes }: Survey): string {
  const most = Math.max(...points.map(({ hitRatio }) => hitRatio))
  const enough = points.find(({ hitRatio }) => most - hitRatio < WORTH)
  if (enough === undefined) return ''
  if ((enough.maxEntries ?? 0) >= keyCount)
    return `${sizeText(enough)}${roomText(enough, valueBytes)}: room for all keys`
  if (enough === points.at(-1))
    return `more than ${sizeText(enough)}: the largest still brings more; ask for larger ones`
  return `${sizeText(enough)}${roomText(enough, valueBytes)}: larger ones bring less than ${100 * WORTH} % more`
}

function roomText({ maxEntries }: MissRatioPoint, valueBytes: number | undefined): string {
  const isKnown = valueBytes !== undefined && maxEntries !== undefined
  return isKnown ? `, about ${bytesText(maxEntries * valueBytes)} of values` : ''
}
