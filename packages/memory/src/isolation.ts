/**
 * What a caller's mutation can do to a value in memory, by `isolation`:
 *
 *   reference  everybody holds the stored value itself; whoever changes it changes it for all
 *   copy       the cache keeps a copy of its own, and everybody gets another one
 *   freeze     the cache keeps a deeply frozen copy and hands that out: changing it throws. A value with a part that
 *              JavaScript cannot freeze (Map, Set, Date, bytes) is copied instead
 *
 * Plain objects and arrays are copied part by part. All else, and large values with parts that are in several places, is
 * copied as a backend of bytes would, by the default codec, so that what comes back, and what is refused (class instances,
 * functions), is the same everywhere. What the codec has copied is not frozen, but copied for each caller.
 */
import { CodecError, defaultCodec } from '@stowage/core'
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
        kept: copiedBy((value) => {
          const copied = plainCopy(value, undefined)
          if (copied === NOT_PLAIN) return new Original(codecCopy(value), undefined)
          return typeof copied === 'object' && copied !== null ? new Original(copied, plans.of(copied)) : copied
        }),
        given,
        valueIn,
      }
    : {
        kept: copiedBy((value) => {
          const copied = plainCopy(value, Object.freeze)
          return copied === NOT_PLAIN ? new Original(codecCopy(value), undefined) : copied
        }),
        given,
        valueIn,
      }
}

/** Getters, proxies and bytes that have been given away may throw anything: the value is at fault then, not the backend. */
function copiedBy(copy: (value: unknown) => unknown): (value: unknown) => unknown {
  return (value) => {
    try {
      return copy(value)
    } catch (cause) {
      throw new CodecError({ direction: 'encode', codec: 'copy in memory', cause })
    }
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

/** Parts copied before shared ones are watched for, as core's codec does: common values pay nothing, and few parts cannot grow far. */
const UNWATCHED_PARTS = 20_000

/** A copy of plain objects and arrays, or NOT_PLAIN where there is anything else. */
function plainCopy(value: unknown, finish: ((part: object) => unknown) | undefined): unknown {
  return new PlainCopy(finish).of(value, 0)
}

class PlainCopy {
  private readonly finish: ((part: object) => unknown) | undefined
  private watched: Set<object> | undefined = undefined
  private partCount = 0

  constructor(finish: ((part: object) => unknown) | undefined) {
    this.finish = finish
  }

  of(value: unknown, depth: number): unknown {
    if (typeof value === 'symbol' || typeof value === 'function') return NOT_PLAIN
    if (typeof value !== 'object' || value === null) return value
    if (depth === MAX_DEPTH || !this.isNew(value)) return NOT_PLAIN
    const copy = Array.isArray(value) ? this.ofArray(value, depth + 1) : this.ofObject(value, depth + 1)
    if (copy === undefined) return NOT_PLAIN
    this.finish?.(copy)
    return copy
  }

  private ofArray(array: readonly unknown[], depth: number): unknown[] | undefined {
    if (Object.getPrototypeOf(array) !== Array.prototype) return undefined
    const copy: unknown[] = []
    for (let at = 0; at < array.length; at++) {
      const element = array[at]
      // Calls are spared what has no parts: a fifth of the copy of a list of numbers.
      const part = typeof element === 'number' || typeof element === 'string' ? element : this.of(element, depth)
      // A hole reads as undefined and is none.
      if (part === NOT_PLAIN || (part === undefined && !(at in array))) return undefined
      copy.push(part)
    }
    return Object.keys(array).length === array.length ? copy : undefined
  }

  private ofObject(object: object, depth: number): Record<string, unknown> | undefined {
    if (Object.getPrototypeOf(object) !== Object.prototype || Object.getOwnPropertySymbols(object).length > 0) {
      return undefined
    }
    // A spread gives own properties and knows their number; `__proto__` stays one.
    const copy: Record<string, unknown> = { ...object }
    for (const name in copy) {
      const part = copy[name]
      if (typeof part !== 'object' && typeof part !== 'function' && typeof part !== 'symbol') continue
      const copied = this.of(part, depth)
      if (copied === NOT_PLAIN) return undefined
      if (name === '__proto__') return undefined
      copy[name] = copied
    }
    return copy
  }

  /**
   * False when the part has been met before: it is copied once for every place it is in, so that 30 objects can become
   * gigabytes. The codec copies it once.
   */
  private isNew(part: object): boolean {
    if (++this.partCount <= UNWATCHED_PARTS) return true
    this.watched ??= new Set()
    if (this.watched.has(part)) return false
    this.watched.add(part)
    return true
  }
}

/** As a backend of bytes would give it back. */
function codecCopy(value: unknown): unknown {
  const { format, body } = defaultCodec.encode(value)
  // The codec hands bytes through as they are; a Buffer's own slice would too.
  return defaultCodec.decode({ format, body: typeof body === 'string' ? body : Uint8Array.from(body) })
}
