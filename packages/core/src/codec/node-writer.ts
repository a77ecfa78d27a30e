/** Writes a value graph as a node table (node-table.ts). Refuses what it could not give back as it was. */
import { BYTE_CLASSES, ERROR_CLASSES, HOLE, type Node, type NodeTag } from './node-table.ts'

/** Parts nest at most this deep: well inside what the stack carries. */
const MAX_DEPTH = 500

/** @throws TypeError naming the path of a part that cannot be kept. */
export function writeNodes(value: unknown): Node[] {
  const writer = new NodeWriter()
  writer.indexOf(value, '$', 0)
  return writer.nodes
}

class NodeWriter {
  readonly nodes: Node[] = []
  readonly #seen = new Map<object, number>()

  /** The index of the value's node, which is written at first sight. */
  indexOf(value: unknown, path: string, depth: number): number {
    if (typeof value !== 'object' || value === null) return this.nodes.push(scalarNode(value, path)) - 1
    const known = this.#seen.get(value)
    if (known !== undefined) return known
    if (depth > MAX_DEPTH) throw new TypeError(`${path}: nests deeper than ${MAX_DEPTH}`)
    // The place is taken before the parts are written: a part may refer back to it.
    const index = this.nodes.push(['undefined']) - 1
    this.#seen.set(value, index)
    this.nodes[index] = leafNode(value) ?? this.#containerNode(value, path, depth + 1)
    return index
  }

  #containerNode(value: object, path: string, depth: number): Node {
    if (Array.isArray(value)) return this.#arrayNode(value, path, depth)
    if (isExactly(value, Map)) {
      const pairs = Array.from(value, ([key, held]) => [
        this.indexOf(key, `${path}<key>`, depth),
        this.indexOf(held, `${path}<value>`, depth),
      ])
      return ['map', ...pairs.flat()]
    }
    if (isExactly(value, Set))
      return ['set', ...Array.from(value, (held) => this.indexOf(held, `${path}<member>`, depth))]
    if (value instanceof Error) return this.#errorNode(value, path, depth)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (Object.getOwnPropertySymbols(value).length > 0) throw new TypeError(`${path}: symbol properties cannot be kept`)
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(
        `${path}: an instance of ${value.constructor?.name ?? 'a class'} cannot be kept; store plain data or give a codec`,
      )
    }
    return [prototype === null ? 'bare-object' : 'object', ...this.#fields(value, Object.keys(value), path, depth)]
  }

  #arrayNode(value: readonly unknown[], path: string, depth: number): Node {
    if (Object.getPrototypeOf(value) !== Array.prototype || Object.keys(value).some((name) => !/^\d+$/.test(name))) {
      throw new TypeError(`${path}: an array with further properties or another class cannot be kept`)
    }
    const indexes = Array.from(value, (held, at) => (at in value ? this.indexOf(held, `${path}[${at}]`, depth) : HOLE))
    return ['array', ...indexes]
  }

  #errorNode(value: Error, path: string, depth: number): Node {
    const known = ERROR_CLASSES.has(value.name) ? value.name : 'Error'
    const names = new Set(['name', 'message', 'stack', ...Object.getOwnPropertyNames(value)])
    return ['error', known, ...this.#fields(value, [...names], path, depth)]
  }

  #fields(value: object, names: readonly string[], path: string, depth: number): unknown[] {
    return names.flatMap((name) => {
      const held: unknown = Reflect.get(value, name)
      return [name, this.indexOf(held, `${path}.${name}`, depth)]
    })
  }
}

/** An instance of the class itself, with nothing added: neither a subclass nor further properties would come back. */
function isExactly<T extends object>(value: object, Class: new (...args: never[]) => T): value is T {
  return Object.getPrototypeOf(value) === Class.prototype && Reflect.ownKeys(value).length === 0
}

function scalarNode(value: unknown, path: string): Node {
  switch (typeof value) {
    case 'undefined':
      return ['undefined']
    case 'bigint':
      return ['bigint', String(value)]
    case 'number':
      if (Object.is(value, -0)) return ['number', '-0']
      return Number.isFinite(value) ? ['literal', value] : ['number', String(value)]
    case 'function':
    case 'symbol':
      throw new TypeError(`${path}: a ${typeof value} cannot be kept`)
    default:
      return ['literal', value]
  }
}

/** Objects without parts; undefined for all others. Subclasses are not taken for their parents. */
function leafNode(value: object): Node | undefined {
  const name: string = Buffer.isBuffer(value) ? 'Buffer' : (value.constructor?.name ?? '')
  if (value instanceof ArrayBuffer) return bytesNode('ArrayBuffer', Buffer.from(value))
  if (ArrayBuffer.isView(value)) {
    return BYTE_CLASSES.has(name)
      ? bytesNode(name, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
      : undefined
  }
  if (isExactly(value, Date)) return ['date', Number.isNaN(value.getTime()) ? null : value.getTime()]
  if (name === 'RegExp' && value instanceof RegExp) return ['regexp', value.source, value.flags]
  if (name === 'URL' && value instanceof URL) return ['url', value.href]
  return undefined
}

function bytesNode(name: string, bytes: Buffer): readonly [NodeTag, string, string] {
  return ['bytes', name, bytes.toString('base64')]
}
