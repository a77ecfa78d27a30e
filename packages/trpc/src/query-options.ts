/** What `.query()` may say: all options of a load, as values or by call, and whose the answer is. */
import {
  type Cache,
  ConfigError,
  describe,
  type KeyPart,
  type LoadOptions,
  requireKnownOptions,
  type Schema,
} from '@stowage/core'
import type { ByCall, ProcedureCall } from './call.ts'
import { keptSchema } from './kept.ts'
import { requireScope, type Scope } from './scope.ts'

/** Options of a load that may follow from the call. */
type LoadOptionName = Exclude<keyof LoadOptions, 'fingerprint' | 'schema' | 'signal'>

type LoadByCall<Ctx, Input> = {
  readonly [Name in LoadOptionName]?: ByCall<Ctx, Input, LoadOptions[Name]>
}

const LOAD_OPTIONS: Readonly<Record<LoadOptionName, true>> = {
  ttl: true,
  tags: true,
  jitter: true,
  staleWhileRevalidate: true,
  staleIfError: true,
  sliding: true,
  softTimeout: true,
  hardTimeout: true,
  refreshAhead: true,
  retryAfterError: true,
  negativeTtl: true,
  singleFlight: true,
  fresh: true,
}

export interface QueryOptions<Ctx, Input> extends LoadByCall<Ctx, Input> {
  /**
   * Whose the answer is. `'public'`: the same for everybody. A function of ctx: that of the user, tenant or language it
   * names, who share it with nobody else.
   */
  readonly scope: Scope<Ctx>
  /** Properties of ctx that the resolver of a public query reads, though its answer does not depend on whose they are. */
  readonly reads?: readonly (keyof NoInfer<Ctx> & string)[] | undefined
  /** What stands for the input in the key. Default: the input itself. */
  readonly key?: ((call: ProcedureCall<Ctx, Input>) => KeyPart) | undefined
  /** What the answer was derived from: one that was derived from something else is a miss, `changed`. */
  readonly fingerprint?: string | ((call: ProcedureCall<Ctx, Input>) => string | Promise<string>) | undefined
  /** What a stored answer must fit, to be one. Answers of the resolver must, too. */
  readonly schema?: Schema | undefined
}

/** Options checked, and as each call is to use them. */
export interface QueryPlan<Ctx, Input> {
  readonly scope: Scope<Ctx>
  readonly reads: readonly string[]
  readonly key: ((call: ProcedureCall<Ctx, Input>) => KeyPart) | undefined
  readonly loadOptions: (call: ProcedureCall<Ctx, Input>) => LoadOptions
}

/** @throws ConfigError, UsageError for an option that is a value; those by call are checked when they are used. */
export function planQuery<Ctx, Input>(cache: Cache, options: QueryOptions<Ctx, Input>): QueryPlan<Ctx, Input> {
  requireKnownOptions('query', options, [
    'scope',
    'reads',
    'key',
    'fingerprint',
    'schema',
    ...Object.keys(LOAD_OPTIONS),
  ])
  const { scope, reads = [], key, schema, ...load } = options
  requireScope('query', scope)
  requireReads(reads, scope)
  if (key !== undefined && typeof key !== 'function') {
    throw new ConfigError(`query: key: ${describe(key)} is not allowed; allowed: a function of the call`)
  }
  const entries: [string, unknown][] = Object.entries(load)
  const rules = entries.filter(isRule<Ctx, Input>)
  const fixed: Omit<LoadOptions, 'schema'> = Object.fromEntries(entries.filter((entry) => !isRule(entry)))
  // The cache checks options of loads without a load only here.
  cache.wrap(() => undefined, { key: () => 'none', ...fixed, ...(schema === undefined ? undefined : { schema }) })
  const known: LoadOptions = schema === undefined ? fixed : { ...fixed, schema: keptSchema(schema) }
  return { scope, reads, key, loadOptions: rules.length === 0 ? () => known : (call) => byRules(known, rules, call) }
}

type Rule<Ctx, Input> = (call: ProcedureCall<Ctx, Input>) => unknown

function isRule<Ctx, Input>(entry: [string, unknown]): entry is [string, Rule<Ctx, Input>] {
  return typeof entry[1] === 'function'
}

function byRules<Ctx, Input>(
  known: LoadOptions,
  rules: readonly [string, Rule<Ctx, Input>][],
  call: ProcedureCall<Ctx, Input>,
): LoadOptions {
  const made = rules.map(([name, rule]) => [name, name === 'fingerprint' ? () => rule(call) : rule(call)] as const)
  return { ...known, ...Object.fromEntries(made) }
}

function requireReads(reads: readonly string[], scope: unknown): void {
  if (!Array.isArray(reads) || reads.some((name) => typeof name !== 'string')) {
    throw new ConfigError(`query: reads: ${describe(reads)} is not allowed; allowed: names of properties of ctx`)
  }
  if (reads.length > 0 && scope !== 'public') {
    throw new ConfigError(`query: reads: not allowed beside a scope of a function, whose queries may read all of ctx`)
  }
}
