/**
 * What a procedure's input is in a key: equal for inputs of equal value, different for all others.
 *
 * Core's key parts know texts, numbers, bigint, dates, arrays and plain objects. All else that a transformer such as
 * superjson carries is written as an object of one field whose name begins with `$`; fields of the input's own that
 * begin so get another `$`, so that nothing a client sends can pass for something else. Maps and Sets are compared with
 * their order, which a resolver can see.
 */
import type { KeyPart } from '@stowage/core'

/** Nodes an input may have. One that refers to the same part again and again has more of them than bytes. */
const MAX_NODE_COUNT = 20_000
/** Core's parts nest 32 deep at most, and what stands for a leaf may take two of them. */
const MAX_DEPTH = 30

/** Why an input makes no key: its procedure is called without the cache. */
export type Unkeyable = 'binary' | 'too large or too deep' | 'of another kind'

/** Thrown for an input that makes no key. */
export class NoKeyPart extends Error {
  readonly why: Unkeyable

  constructor(why: Unkeyable, found: string) {
    super(found)
    this.why = why
  }
}

export interface InputPart {
  readonly part: KeyPart
  /** About as many characters as its text has. */
  readonly length: number
}

/** @throws NoKeyPart when the input has a part that no key can stand for. */
export function inputPart(input: unknown): InputPart {
  if (input === undefined) return NO_INPUT
  const walk = new Walk()
  const part = walk.part(input, 1)
  return { part, length: walk.length }
}

const NO_INPUT: InputPart = { part: undefined, length: 0 }

class Walk {
  length = 0
  #nodeCount = 0

  part(value: unknown, depth: number): KeyPart {
    this.length += 4
    if (++this.#nodeCount > MAX_NODE_COUNT || depth > MAX_DEPTH) {
      throw new NoKeyPart('too large or too deep', `more than ${MAX_NODE_COUNT} values, or deeper than ${MAX_DEPTH}`)
    }
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return Object.is(value, -0) ? { $number: '-0' } : value
      case 'bigint':
        return this.#counted(value)
      case 'boolean':
      case 'undefined':
        return value
      case 'object':
        return value === null ? null : this.#object(value, depth)
      case 'symbol':
        return this.#symbol(value)
      default:
        throw new NoKeyPart('of another kind', 'a function')
    }
  }

  #text(text: string): KeyPart {
    this.length += text.length
    // What has no UTF-8 form is no text of a key.
    return text.isWellFormed() ? text : { $text: JSON.stringify(text) }
  }

  #counted(value: bigint): bigint {
    this.length += value.toString(36).length
    return value
  }

  #symbol(symbol: symbol): KeyPart {
    const name = Symbol.keyFor(symbol)
    if (name === undefined) throw new NoKeyPart('of another kind', 'a symbol')
    return { $symbol: this.#text(name) }
  }

  #object(value: object, depth: number): KeyPart {
    if (Array.isArray(value)) return Array.from(value, (item) => this.part(item, depth + 1))
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.#fields(value, depth)
    return this.#special(value, depth)
  }

  #fields(value: object, depth: number): KeyPart {
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw new NoKeyPart('of another kind', 'a field named by a symbol')
    const fields: Record<string, KeyPart> = {}
    for (const [name, field] of Object.entries(value)) {
      const part = this.part(field, depth + 1)
      const written = this.#name(name)
      // By definition, as assigning to it would change the prototype and leave no field.
      if (written === '__proto__') Object.defineProperty(fields, written, { value: part, enumerable: true })
      else fields[written] = part
    }
    return fields
  }

  #name(name: string): string {
    const written = name.startsWith('$') ? `$${name}` : name
    if (!written.isWellFormed()) throw new NoKeyPart('of another kind', 'a name without a UTF-8 form')
    this.length += written.length
    return written
  }

  #special(value: object, depth: number): KeyPart {
    if (value instanceof Date) {
      const timeMs = value.getTime()
      return Number.isNaN(timeMs) ? { $date: null } : new Date(timeMs)
    }
    if (value instanceof Map) {
      return { $map: Array.from(value, ([key, item]) => [this.part(key, depth + 3), this.part(item, depth + 3)]) }
    }
    if (value instanceof Set) return { $set: Array.from(value, (item) => this.part(item, depth + 2)) }
    if (value instanceof RegExp) return { $regexp: [this.#text(value.source), value.flags] }
    if (value instanceof URL) return { $url: this.#text(value.href) }
    if (value instanceof Error) return { $error: this.#error(value, depth) }
    if (ArrayBuffer.isView(value)) return this.#bytes(value)
    if (isBinary(value)) throw new NoKeyPart('binary', 'a file, form or stream')
    throw new NoKeyPart('of another kind', `an instance of ${value.constructor?.name ?? 'a class'}`)
  }

  #error(error: Error, depth: number): KeyPart {
    const { name, message, cause } = error
    // Texts, unless the client says otherwise.
    const told = [name, message, cause].map((each) => this.part(each, depth + 2))
    const own = this.#fields({ ...error }, depth + 2)
    // They are not enumerable.
    return error instanceof AggregateError ? [...told, own, this.part(error.errors, depth + 2)] : [...told, own]
  }

  #bytes(view: ArrayBufferView): KeyPart {
    const { buffer, byteOffset, byteLength } = view
    this.length += byteLength
    // The kind is part of the value: the same bytes are other numbers in another array.
    const kind = Object.prototype.toString.call(view).slice('[object '.length, -1)
    return { $bytes: [kind, Buffer.from(buffer, byteOffset, byteLength).toString('base64')] }
  }
}

/** What JSON does not carry, nor any transformer: it travels as a body of its own. */
export function isBinary(value: unknown): boolean {
  return value instanceof FormData || value instanceof Blob || value instanceof ReadableStream
}
