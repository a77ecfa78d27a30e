/**
 * Makes the value that typed JSON (typed-json.ts) says, in place of the parsed text. Hostile text ends in an error,
 * never in code, in a prototype, or in more memory than a small multiple of its own.
 */
import { hasPlainPrototype } from './plain.ts'
import {
  BARE,
  BYTE_CLASSES,
  ERROR,
  ERROR_CLASSES,
  FIELDS,
  MAP,
  MARK_CODE,
  MAX_DEPTH,
  RegExpBudget,
  SET,
  SPECIAL_NUMBERS,
  TAG,
} from './typed-json.ts'

const HOLE = `~${TAG.hole}`

/** @throws an Error when the parsed text is not typed JSON. */
export function fromTypedJson(parsed: unknown): unknown {
  return new TypedReader().read(parsed, 0)
}

class TypedReader {
  /** Every object made so far, complete or not. */
  readonly #objects: object[] = []
  readonly #regExps = new RegExpBudget()

  read(part: unknown, depth: number): unknown {
    if (typeof part === 'string') return part.charCodeAt(0) === MARK_CODE ? this.#readMarked(part) : part
    if (typeof part !== 'object' || part === null) return part
    if (depth > MAX_DEPTH) throw new TypeError(`nests deeper than ${MAX_DEPTH}`)
    if (!Array.isArray(part)) return this.#fillFields(this.#begin(requireFields(part)), depth + 1)
    const first: unknown = part[0]
    const isTagged = typeof first === 'string' && first.startsWith('~#')
    return isTagged ? this.#readTagged(first, part, depth + 1) : this.#fillArray(this.#begin(part), depth + 1)
  }

  #begin<T extends object>(value: T): T {
    this.#objects.push(value)
    return value
  }

  #fillArray(array: unknown[], depth: number): unknown[] {
    for (let at = 0; at < array.length; at++) {
      const part = array[at]
      if (part === HOLE) {
        Reflect.deleteProperty(array, at)
        continue
      }
      const value = this.read(part, depth)
      if (value !== part) array[at] = value
    }
    return array
  }

  /** A parsed `__proto__` is a property of its own, so that reading and assigning it reaches no prototype. */
  #fillFields(fields: Record<string, unknown>, depth: number): object {
    for (const name in fields) {
      const part = fields[name]
      const value = this.read(part, depth)
      if (value !== part) fields[name] = value
    }
    return fields
  }

  #readTagged(tag: string, [, ...content]: readonly unknown[], depth: number): object {
    switch (tag) {
      case MAP: {
        const map = this.#begin(new Map<unknown, unknown>())
        for (let at = 0; at < content.length; at += 2) {
          map.set(this.read(content[at], depth), this.read(content[at + 1], depth))
        }
        return map
      }
      case SET: {
        const set = this.#begin(new Set<unknown>())
        for (const member of content) set.add(this.read(member, depth))
        return set
      }
      case FIELDS:
        return this.#define(this.#begin({}), content, depth, () => true)
      case BARE:
        return this.#define(this.#begin({ __proto__: null }), content, depth, () => true)
      case ERROR: {
        const [name, ...fields] = content
        const ErrorClass = ERROR_CLASSES.get(String(name))
        if (ErrorClass === undefined) throw new TypeError(`no such error class: ${String(name)}`)
        return this.#define(this.#begin(new ErrorClass()), fields, depth, isOwnField)
      }
      default:
        throw new TypeError(`no such tag: ${tag}`)
    }
  }

  #define(target: object, parsed: readonly unknown[], depth: number, enumerable: (name: string) => boolean): object {
    for (const [name, part] of namedParts(parsed)) {
      const value = this.read(part, depth)
      // The name of an error is its class's, unless it has been given another.
      if (name === 'name' && name in target && Reflect.get(target, name) === value) continue
      Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: enumerable(name) })
    }
    return target
  }

  #readMarked(marked: string): unknown {
    const content = marked.slice(2)
    switch (marked[1]) {
      case TAG.text:
        return marked.slice(1)
      case TAG.undefined:
        return undefined
      case TAG.number:
        return required(SPECIAL_NUMBERS.get(content), marked)
      case TAG.bigint:
        return bigIntOf(content)
      case TAG.date:
        return this.#begin(new Date(Number(content)))
      case TAG.regExp:
        return this.#begin(this.#regExpOf(content))
      case TAG.url:
        return this.#begin(new URL(content))
      case TAG.bytes:
        return this.#begin(bytesOf(content))
      case TAG.reference:
        return required(this.#objects[Number(content)], marked)
      default:
        throw new TypeError(`no such tag: ${marked.slice(0, 2)}`)
    }
  }

  #regExpOf(content: string): RegExp {
    const slash = content.indexOf('/')
    const source = content.slice(slash + 1)
    this.#regExps.spend(source)
    return new RegExp(source, content.slice(0, slash))
  }
}

function isOwnField(name: string): boolean {
  return !['name', 'message', 'stack', 'cause', 'errors'].includes(name)
}

/** Of an object, or of its names and parts in turn. */
function namedParts(parsed: readonly unknown[]): readonly (readonly [name: string, part: unknown])[] {
  if (typeof parsed[0] !== 'string') return Object.entries(requireFields(parsed[0]))
  return Array.from({ length: Math.ceil(parsed.length / 2) }, (_, at) => {
    const name = parsed[2 * at]
    if (typeof name !== 'string') throw new TypeError('no name where one should be')
    return [name, parsed[2 * at + 1]]
  })
}

function requireFields(parsed: unknown): Record<string, unknown> {
  if (typeof parsed !== 'object' || parsed === null || !hasPlainPrototype(parsed)) {
    throw new TypeError('no fields where they should be')
  }
  return parsed
}

function required<T>(found: T | undefined, marked: string): T {
  if (found === undefined) throw new TypeError(`nothing is meant by ${marked.slice(0, 20)}`)
  return found
}

/** Hexadecimal, which is read in linear time: a decimal text of 1 MB takes a quarter of a second. */
function bigIntOf(content: string): bigint {
  if (!/^-?[0-9a-f]+$/.test(content)) throw new TypeError('not a bigint in hexadecimal')
  return content.startsWith('-') ? -BigInt(`0x${content.slice(1)}`) : BigInt(`0x${content}`)
}

function bytesOf(content: string): object {
  const colon = content.indexOf(':')
  const make = required(BYTE_CLASSES.get(content.slice(0, colon)), content)
  const bytes = Buffer.from(content.slice(colon + 1), 'base64')
  // A copy that begins at 0: pooled buffers are neither aligned nor alone in their memory.
  return make(new Uint8Array(bytes).buffer)
}
