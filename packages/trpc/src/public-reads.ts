/**
 * The development guard of public queries: what their resolvers read of ctx, told where it was not declared.
 *
 * tRPC hands the resolver the very ctx that this middleware got, or a copy that a later one made. So the properties of that
 * ctx become accessors, for all who hold it, and the async context says in whose load it is read. Copying reads everything,
 * and is told from reading by a property that only copying finds; what is then read of the copy is not seen.
 */
import { loadScope, type ReadLog } from './load-scope.ts'
import { warnOnce } from './warning.ts'

/** Names read in one load: those of late apart, which may turn out to have been copied. */
export class PublicReads implements ReadLog {
  readonly #path: string
  readonly #declared: ReadonlySet<string>
  readonly #settled = new Set<string>()
  #recent: string[] = []

  constructor(path: string, declared: readonly string[]) {
    this.#path = path
    this.#declared = new Set(declared)
  }

  note(name: string, propertyCount: number): void {
    this.#recent.push(name)
    if (this.#recent.length <= propertyCount) return
    for (const settled of this.#recent.splice(0, this.#recent.length - propertyCount)) this.#settled.add(settled)
  }

  noteCopy(names: readonly string[]): void {
    if (names.every((name, at) => this.#recent.at(at - names.length) === name)) {
      this.#recent = this.#recent.slice(0, this.#recent.length - names.length)
    }
  }

  report(): void {
    for (const name of new Set([...this.#settled, ...this.#recent])) {
      if (this.#declared.has(name)) continue
      warnOnce(
        'STOWAGE_TRPC_PUBLIC',
        `${this.#path} is cached for everybody (scope: 'public'), but read ctx.${name}: say by \`scope\` whose the answer is, or by \`reads: ['${name}']\` that it does not depend on it`,
      )
    }
  }
}

const watched = new WeakSet<object>()
const COPIED = Symbol('copied')

/** What is read of `ctx` from now on is noted by the load that reads it. */
export function watchReads(ctx: unknown): void {
  if (typeof ctx !== 'object' || ctx === null || watched.has(ctx) || !Object.isExtensible(ctx)) return
  watched.add(ctx)
  const properties = Object.entries(Object.getOwnPropertyDescriptors(ctx))
  const names = properties.filter(([, { enumerable }]) => enumerable === true).map(([name]) => name)
  for (const [name, descriptor] of properties) {
    if (descriptor.configurable === true)
      Object.defineProperty(ctx, name, noting(ctx, name, descriptor, properties.length))
  }
  Object.defineProperty(ctx, COPIED, {
    configurable: true,
    enumerable: true,
    get: () => loadScope.getStore()?.reads?.noteCopy(names),
  })
}

function noting(ctx: object, name: string, descriptor: PropertyDescriptor, propertyCount: number): PropertyDescriptor {
  const note = () => loadScope.getStore()?.reads?.note(name, propertyCount)
  const { configurable, enumerable = false, writable, ...access } = descriptor
  // What was an accessor stays one; what was a value is kept here, for all who hold ctx.
  const kept: PropertyDescriptor = 'value' in access ? heldValue(ctx, name, access.value, writable === true) : access
  return {
    ...kept,
    configurable: true,
    enumerable,
    get(this: unknown): unknown {
      note()
      return kept.get?.call(this)
    },
  }
}

function heldValue(ctx: object, name: string, value: unknown, isWritable: boolean): PropertyDescriptor {
  let held = value
  function set(this: object, changed: unknown): void {
    if (this === ctx) held = changed
    // What inherits from ctx gets a property of its own, as from any value.
    else Object.defineProperty(this, name, { value: changed, writable: true, enumerable: true, configurable: true })
  }
  return isWritable ? { get: () => held, set } : { get: () => held }
}
