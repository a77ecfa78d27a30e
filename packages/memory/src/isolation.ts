/**
 * What a caller's mutation can do to a value in memory, by `isolation`:
 *
 *   reference  everybody holds the stored value itself; whoever changes it changes it for all
 *   copy       the cache keeps a copy of its own, and everybody gets another one
 *   freeze     the cache keeps a deeply frozen copy and hands that out: changing it throws. A value with a part that
 *              JavaScript cannot freeze (Map, Set, Date, bytes) is copied instead
 *
 * Plain objects and arrays are copied part by part. All else is copied as a backend of bytes would, by the default
 * codec, so that what comes back, and what is refused (class instances, functions), is the same everywhere.
 */
import { CodecError, defaultCodec, type Encoded } from '@stowage/core'
import { type CopyPlan, CopyPlans, copyBy } from './copy-plan.ts'

export type Isolation = 'reference' | 'copy' | 'freeze'

/** How values go in and come out. */
export interface Isolator {
  /** What is kept of a caller's value. @throws CodecError when it cannot be copied */
  kept(value: unknown): unknown
  /** What a caller gets of what is kept. */
  given(kept: unknown): unknown
  /** The value in what is kept, not to be changed: for those who measure or write it. */
  valueIn(kept: unknown): unknown
}

/** How the values of one cache go in and come out. */
export function isolatorOf(isolation: Exclude<Isolation, 'reference'>): Isolator {
  const plans = new CopyPlans()
  return isolation === 'copy'
    ? {
        kept(value) {
          const copied = plainCopy(value, 0, undefined)
          if (copied === NOT_PLAIN) return new Original(codecCopy(value), undefined)
          return typeof copied === 'object' && copied !== null ? new Original(copied, plans.of(copied)) : copied
        },
        given,
        valueIn,
      }
    : {
        kept(value) {
          const copied = plainCopy(value, 0, Object.freeze)
          return copied === NOT_PLAIN ? new Original(codecCopy(value), undefined) : copied
        },
        given,
        valueIn,
      }
}

/** What is kept of a value that each caller gets a copy of: the first of them, which no caller sees. */
class Original {
  readonly value: unknown
  /** None where the codec copies. */
  private readonly plan: CopyPlan | undefined

  constructor(value: unknown, plan: CopyPlan | undefined) {
    this.value = value
    this.plan = plan
  }

  copy(): unknown {
    const { plan, value } = this
    return plan === undefined || typeof value !== 'object' || value === null ? codecCopy(value) : copyBy(plan, value)
  }
}

function valueIn(kept: unknown): unknown {
  return kept instanceof Original ? kept.value : kept
}

function given(kept: unknown): unknown {
  return kept instanceof Original ? kept.copy() : kept
}

/** Deeper than this is a cycle, or as good as one. */
const MAX_DEPTH = 64

const NOT_PLAIN = Symbol('not plain')

/** A copy of plain objects and arrays, or NOT_PLAIN where there is anything else. */
function plainCopy(value: unknown, depth: number, finish: ((part: object) => unknown) | undefined): unknown {
  if (typeof value === 'symbol' || typeof value === 'function') return NOT_PLAIN
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) return NOT_PLAIN
  const copy = Array.isArray(value) ? arrayCopy(value, depth, finish) : objectCopy(value, depth, finish)
  if (copy === undefined) return NOT_PLAIN
  finish?.(copy)
  return copy
}

function arrayCopy(
  array: readonly unknown[],
  depth: number,
  finish: ((part: object) => unknown) | undefined,
): unknown[] | undefined {
  if (Object.getPrototypeOf(array) !== Array.prototype) return undefined
  const copy: unknown[] = []
  for (let at = 0; at < array.length; at++) {
    const part = plainCopy(array[at], depth + 1, finish)
    // A hole reads as undefined and is none.
    if (part === NOT_PLAIN || (part === undefined && !(at in array))) return undefined
    copy.push(part)
  }
  return Object.keys(array).length === array.length ? copy : undefined
}

function objectCopy(
  object: object,
  depth: number,
  finish: ((part: object) => unknown) | undefined,
): Record<string, unknown> | undefined {
  if (Object.getPrototypeOf(object) !== Object.prototype || Object.getOwnPropertySymbols(object).length > 0) {
    return undefined
  }
  // A spread gives own properties and knows their number; `__proto__` stays one.
  const copy: Record<string, unknown> = { ...object }
  for (const name in copy) {
    const part = copy[name]
    if (typeof part !== 'object' && typeof part !== 'function' && typeof part !== 'symbol') continue
    const copied = plainCopy(part, depth + 1, finish)
    if (copied === NOT_PLAIN) return undefined
    if (name === '__proto__') return undefined
    copy[name] = copied
  }
  return copy
}

/** As a backend of bytes would give it back. */
function codecCopy(value: unknown): unknown {
  let encoded: Pick<Encoded, 'format' | 'body'>
  try {
    encoded = defaultCodec.encode(value)
  } catch (cause) {
    throw new CodecError({ direction: 'encode', codec: 'copy in memory', cause })
  }
  const { format, body } = encoded
  // The codec hands bytes through as they are; a Buffer's own slice would too.
  return defaultCodec.decode({ format, body: typeof body === 'string' ? body : Uint8Array.from(body) })
}
