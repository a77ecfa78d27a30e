/** The rules every history keeps, whatever the interleaving. Each names what it saw broken; a right history breaks none. */
import { UsageError } from '@stowage/core'
import { type Answer, type Change, type History, type Load, LoadFailure, type Origin } from './history.ts'

export function violations(history: History): string[] {
  return [
    ...history.answers.flatMap((answer) => answerRules.map((broken) => broken(answer, history))),
    ...history.changes.map((change) => failedChange(change, history)),
    ...loadsAtOnce(history),
    ...loadsAfterClose(history),
    ...takenTwice(history),
  ].filter((violation) => violation !== undefined)
}

type AnswerRule = (answer: Answer, history: History) => string | undefined

const answerRules: readonly AnswerRule[] = [
  function everyCallEnds(answer, history) {
    if (answer.answeredAt === undefined) return `${told(answer)} never ended`
    if (answer.error === undefined)
      return answer.loads && answer.value === undefined ? `${told(answer)} got no value` : undefined
    if (answer.error instanceof LoadFailure)
      return isBefore(answer.error.load.endedAt, answer.askedAt)
        ? `${told(answer)} got the failure of an older load`
        : undefined
    return isRefusal(answer.error, answer.cache, answer.askedAt, history)
      ? undefined
      : `${told(answer)} failed: ${String(answer.error)}`
  },

  function noResurrection(answer, history) {
    const origin = originOf(answer, history)
    const gone = history.changes.find(
      ({ kind, calledAt, doneAt }) =>
        (kind === 'write' || kind === 'removal') &&
        isBefore(doneAt, answer.askedAt) &&
        isBefore(origin?.asOf, calledAt),
    )
    return gone && `${told(answer)}, older than a ${gone.name} that had ended before the question`
  },

  function readYourWrites(answer, { changes }) {
    if (answer.loads || answer.error !== undefined || answer.value !== undefined) return undefined
    const written = changes.find(
      (write) =>
        write.kind === 'write' &&
        isBefore(write.doneAt, answer.askedAt) &&
        !changes.some((other) => other.kind !== 'write' && mayFollow(other, write) && other.calledAt < endOf(answer)),
    )
    return written && `${told(answer)} found nothing after a ${written.name} that nothing took back`
  },

  function softlyExpired(answer, history) {
    if (answer.outcome !== 'hit' && answer.outcome !== 'joined') return undefined
    const origin = originOf(answer, history)
    const expired = history.changes.find(
      ({ kind, calledAt, doneAt }) =>
        kind === 'soft' && isBefore(doneAt, answer.askedAt) && isBefore(origin?.asOf, calledAt),
    )
    return expired && `${told(answer)}, older than a ${expired.name} that had ended before the question`
  },

  function freshIsLoaded(answer) {
    return answer.fresh && (answer.outcome === 'hit' || answer.outcome === 'stale')
      ? `${told(answer)}, though it was to be loaded`
      : undefined
  },

  function sameFingerprint(answer, history) {
    const origin = originOf(answer, history)
    if (answer.fingerprint === undefined || origin === undefined) return undefined
    return origin.fingerprint === answer.fingerprint
      ? undefined
      : `${told(answer)}, derived from ${origin.fingerprint ?? 'nothing said'}`
  },
]

function failedChange({ name, cache, calledAt, error }: Change, history: History): string | undefined {
  if (error === undefined || isRefusal(error, cache, calledAt, history)) return undefined
  return `${name} failed: ${String(error)}`
}

/** The only failure a sound backend leaves: the cache had been closed before the call. */
function isRefusal(error: unknown, cache: number, calledAt: number, { changes }: History): boolean {
  const closing = changes.find((change) => change.kind === 'close' && change.cache === cache)
  return error instanceof UsageError && isBefore(closing?.calledAt, calledAt)
}

/** Per cache one load runs at a time. Across caches, too, where all are shared and nothing voids their leases. */
function* loadsAtOnce({ loads, changes }: History): Generator<string> {
  const acrossCaches = changes.length === 0 && loads.every(({ shared }) => shared)
  for (const [at, one] of loads.entries()) {
    for (const other of loads.slice(at + 1)) {
      const isRival = acrossCaches || one.cache === other.cache
      if (isRival && other.begunAt < endOf(one)) yield `loads ${one.value} and ${other.value} ran at once`
    }
  }
}

function* loadsAfterClose({ loads, changes }: History): Generator<string> {
  for (const { kind, cache, doneAt } of changes) {
    if (kind !== 'close' || doneAt === undefined) continue
    const late = loads.find((load) => load.cache === cache && endOf(load) > doneAt)
    if (late !== undefined) yield `load ${late.value} was running after its cache had been closed`
  }
}

function* takenTwice({ answers }: History): Generator<string> {
  const taken = answers.filter(({ name, value }) => name === 'take' && value !== undefined).map(({ value }) => value)
  if (new Set(taken).size < taken.length) yield 'a value was taken twice'
}

function told({ name, cache, outcome, value }: Answer): string {
  return `'${name}' of cache ${cache} ${value === undefined ? '' : `got ${value} (${outcome ?? ''})`}`
}

function originOf({ value }: Answer, { origins }: History): Origin | undefined {
  if (value === undefined) return undefined
  const origin = origins.get(value)
  if (origin === undefined) throw new Error(`nobody made the value ${value}`)
  return origin
}

/** Whether `other` may have come after `write`: they are told apart only where they do not overlap. */
function mayFollow(other: Change, write: Change): boolean {
  return !isBefore(other.doneAt, write.calledAt)
}

function endOf(event: Answer | Load): number {
  return ('askedAt' in event ? event.answeredAt : event.endedAt) ?? Number.POSITIVE_INFINITY
}

function isBefore(one: number | undefined, other: number): boolean {
  return one !== undefined && one < other
}
