/**
 * Turns a value into typed JSON (typed-json.ts). What JSON keeps is not copied, only what stands around something else.
 * Refuses what it could not give back as it was.
 */
import { hasFurtherProperties, hasPlainPrototype } from './plain.ts'
import {
  BARE,
  BYTE_CLASSES,
  ERROR,
  ERROR_CLASSES,
  FIELDS,
  isVerbatim,
  MAP,
  MARK,
  MARK_CODE,
  MAX_DEPTH,
  MAX_HOLES,
  RegExpBudget,
  SET,
  TAG,
} from './typed-json.ts'

/**
 * @param names `listed`: those that are not verbatim, and the others of their objects, are elements of an array
 * @throws TypeError naming the path of a part that cannot be kept.
 */
export function toTypedJson(value: unknown, names: 'bare' | 'listed' = 'bare'): unknown {
  return new TypedWriter(names === 'listed').write(value)
}

/** Where a part is: the name of a property, the index of an element, or a place in a Map or Set. */
type Step = string | number | typeof KEY | typeof VALUE | typeof MEMBER
const KEY = Symbol('<key>')
const VALUE = Symbol('<value>')
const MEMBER = Symbol('<member>')

class TypedWriter {
  /** Every object met, by the order in which they begin. */
  readonly #indexes = new Map<object, number>()
  /** The steps to the part being written. */
  readonly #path: Step[] = []
  readonly #regExps = new RegExpBudget()
  readonly #isListing: boolean

  constructor(isListing: boolean) {
    this.#isListing = isListing
  }

  write(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        return value.charCodeAt(0) === MARK_CODE ? MARK + value : value
      case 'number':
        if (Object.is(value, -0)) return `${MARK}${TAG.number}-0`
        return Number.isFinite(value) ? value : `${MARK}${TAG.number}${value}`
      case 'boolean':
        return value
      case 'undefined':
        return `${MARK}${TAG.undefined}`
      case 'bigint':
        return `${MARK}${TAG.bigint}${value.toString(16)}`
      case 'object':
        return value === null ? null : this.#writeObject(value)
      default:
        throw this.#refusal(`a ${typeof value} cannot be kept`)
    }
  }

  #writePart(part: unknown, step: Step): unknown {
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return this.write(part)
    this.#path.push(step)
    const written = this.write(part)
    this.#path.pop()
    return written
  }

  #writeObject(value: object): unknown {
    const known = this.#indexes.get(value)
    if (known !== undefined) return `${MARK}${TAG.reference}${known}`
    if (this.#path.length > MAX_DEPTH) throw this.#refusal(`nests deeper than ${MAX_DEPTH}`)
    this.#indexes.set(value, this.#indexes.size)
    if (Array.isArray(value)) return this.#writeArray(value)
    if (hasPlainPrototype(value)) return this.#writeFields(value)
    return this.#leafText(value) ?? this.#writeContainer(value)
  }

  #writeArray(array: readonly unknown[]): readonly unknown[] {
    if (Object.getPrototypeOf(array) !== Array.prototype)
      throw this.#refusal('an array of another class cannot be kept')
    let copy: unknown[] | undefined
    let holeCount = 0
    for (let at = 0; at < array.length; at++) {
      const part = array[at]
      const isHole = part === undefined && !(at in array)
      if (isHole && ++holeCount === 1) this.#requireFewHoles(array, at)
      const written = isHole ? `${MARK}${TAG.hole}` : this.#writePart(part, at)
      if (written === part) continue
      copy ??= array.slice()
      copy[at] = written
    }
    if (hasFurtherProperties(array, array.length - holeCount)) {
      throw this.#refusal('an array with further properties cannot be kept')
    }
    return copy ?? array
  }

  #requireFewHoles(array: readonly unknown[], first: number): void {
    let holeCount = 0
    for (let at = first; at < array.length; at++) {
      if (!(at in array) && ++holeCount > MAX_HOLES) throw this.#refusal(`an array with more than ${MAX_HOLES} holes`)
    }
  }

  #writeFields(fields: Readonly<Record<string, unknown>>): object {
    this.#refuseSymbols(fields)
    // A toJSON that is not enumerable would be called; a copy has none.
    let copy: Record<string, unknown> | undefined = 'toJSON' in fields ? { ...fields } : undefined
    for (const name in fields) {
      const part = fields[name]
      const written = this.#writePart(part, name)
      if (written === part) continue
      copy ??= { ...fields }
      copy[name] = written
    }
    const written = copy ?? fields
    return this.#isListing && !isEachVerbatim(written) ? [FIELDS, ...Object.entries(written).flat()] : written
  }

  #writeContainer(value: object): readonly unknown[] {
    if (isExactly(value, Map)) {
      return [
        MAP,
        ...Array.from(value, ([key, held]) => [this.#writePart(key, KEY), this.#writePart(held, VALUE)]).flat(),
      ]
    }
    if (isExactly(value, Set)) return [SET, ...Array.from(value, (held) => this.#writePart(held, MEMBER))]
    this.#refuseSymbols(value)
    if (value instanceof Error) {
      const names = new Set(['name', 'message', 'stack', ...Object.getOwnPropertyNames(value)])
      return [ERROR, ERROR_CLASSES.has(value.name) ? value.name : 'Error', ...this.#writeNamed(value, [...names])]
    }
    if (Object.getPrototypeOf(value) !== null) {
      const name = value.constructor?.name ?? 'a class'
      throw this.#refusal(`an instance of ${name} cannot be kept; store plain data or give a codec`)
    }
    return [BARE, ...this.#writeNamed(value, Object.keys(value))]
  }

  #writeNamed(value: object, names: readonly string[]): readonly unknown[] {
    const parts = names.map((name) => [name, this.#writePart(Reflect.get(value, name), name)] as const)
    return this.#isListing && !names.every(isVerbatim) ? parts.flat() : [Object.fromEntries(parts)]
  }

  /** Objects without parts; undefined for all others. Subclasses are not taken for their parents. */
  #leafText(value: object): string | undefined {
    if (isExactly(value, Date)) return `${MARK}${TAG.date}${value.getTime()}`
    if (value instanceof ArrayBuffer) return this.#bytesText(value, Buffer.from(value))
    if (ArrayBuffer.isView(value)) {
      return this.#bytesText(value, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (value instanceof RegExp && prototype === RegExp.prototype) {
      this.#regExps.spend(value.source)
      return `${MARK}${TAG.regExp}${value.flags}/${value.source}`
    }
    return value instanceof URL && prototype === URL.prototype ? `${MARK}${TAG.url}${value.href}` : undefined
  }

  #bytesText(value: object, bytes: Buffer): string | undefined {
    const name = value.constructor.name
    return BYTE_CLASSES.has(name) ? `${MARK}${TAG.bytes}${name}:${bytes.toString('base64')}` : undefined
  }

  #refuseSymbols(value: object): void {
    if (Object.getOwnPropertySymbols(value).length > 0) throw this.#refusal('symbol properties cannot be kept')
  }

  #refusal(reason: string): TypeError {
    return new TypeError(`$${this.#path.map(stepText).join('')}: ${reason}`)
  }
}

function isEachVerbatim(fields: object): boolean {
  return Object.keys(fields).every(isVerbatim)
}

function stepText(step: Step): string {
  if (typeof step === 'symbol') return step.description ?? ''
  return typeof step === 'number' ? `[${step}]` : `.${step}`
}

/** An instance of the class itself, with nothing added: neither a subclass nor further properties would come back. */
function isExactly<T extends object>(value: object, Class: new (...args: never[]) => T): value is T {
  return Object.getPrototypeOf(value) === Class.prototype && Reflect.ownKeys(value).length === 0
}
