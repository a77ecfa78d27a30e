/** Reads a node table (node-table.ts) back into the value graph. Hostile tables end in a TypeError, never in code. */
import { BYTE_CLASSES, ERROR_CLASSES, HOLE } from './node-table.ts'

/** @throws TypeError when the table is not well-formed. */
export function readNodes(table: unknown): unknown {
  if (!Array.isArray(table) || table.length === 0) throw new TypeError('not a node table')
  const nodes = table.map(partsOf)
  const made = nodes.map(make)
  nodes.forEach((node, at) => {
    fill(made[at], node, made)
  })
  return made[0]
}

function partsOf(node: unknown): readonly unknown[] {
  if (!Array.isArray(node)) throw new TypeError('a node is not an array')
  return node
}

/** The node's value: leaves complete, containers still empty. */
function make(node: readonly unknown[]): unknown {
  const [tag, first, second] = node
  switch (tag) {
    case 'literal':
      if (typeof first === 'object' && first !== null) throw new TypeError('a literal is not a scalar')
      return first
    case 'number':
    case 'bigint':
      return tag === 'number' ? Number(first) : BigInt(text(first))
    case 'undefined':
      return undefined
    case 'date':
      return new Date(typeof first === 'number' ? first : Number.NaN)
    case 'regexp':
      return new RegExp(text(first), text(second))
    case 'url':
      return new URL(text(first))
    case 'bytes':
      return bytesOf(text(first), text(second))
    case 'array':
      return new Array<unknown>(node.length - 1)
    case 'object':
      return {}
    case 'bare-object':
      return Object.create(null)
    case 'map':
      return new Map()
    case 'set':
      return new Set()
    case 'error':
      return errorOf(text(first))
    default:
      throw new TypeError(`no such node: ${String(tag)}`)
  }
}

function fill(container: unknown, node: readonly unknown[], made: readonly unknown[]): void {
  if (Array.isArray(container)) {
    for (let at = 1; at < node.length; at++) if (node[at] !== HOLE) container[at - 1] = part(made, node[at])
  } else if (container instanceof Map) {
    for (let at = 1; at < node.length; at += 2) container.set(part(made, node[at]), part(made, node[at + 1]))
  } else if (container instanceof Set) {
    for (let at = 1; at < node.length; at++) container.add(part(made, node[at]))
  } else if (node[0] === 'error' && container instanceof Error) {
    define(container, node, 2, made, (name) => !['name', 'message', 'stack', 'cause', 'errors'].includes(name))
  } else if ((node[0] === 'object' || node[0] === 'bare-object') && typeof container === 'object' && container) {
    define(container, node, 1, made, () => true)
  }
}

/** Defines own properties one by one: a stored `__proto__` is a property like any other, never the prototype. */
function define(
  target: object,
  node: readonly unknown[],
  from: number,
  made: readonly unknown[],
  enumerable: (name: string) => boolean,
): void {
  for (let at = from; at < node.length; at += 2) {
    const name = text(node[at])
    const value = part(made, node[at + 1])
    if (name === 'name' && node[0] === 'error' && Reflect.get(target, 'name') === value) continue
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: enumerable(name) })
  }
}

function part(made: readonly unknown[], index: unknown): unknown {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= made.length) {
    throw new TypeError('a node refers to no node')
  }
  return made[index]
}

function text(content: unknown): string {
  if (typeof content !== 'string') throw new TypeError('a node holds no text where it should')
  return content
}

function bytesOf(name: string, base64: string): unknown {
  const make = BYTE_CLASSES.get(name)
  if (make === undefined) throw new TypeError(`no such class of bytes: ${name}`)
  const bytes = Buffer.from(base64, 'base64')
  // A copy that begins at 0: pooled buffers are neither aligned nor alone in their memory.
  return make(new Uint8Array(bytes).buffer)
}

function errorOf(name: string): Error {
  const ErrorClass = ERROR_CLASSES.get(name)
  if (ErrorClass === undefined) throw new TypeError(`no such error class: ${name}`)
  return new ErrorClass()
}
