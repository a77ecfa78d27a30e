/** What `.query()` may say: all options of a load, as values or by call, and whose the answer is. */
import {
  type Cache,
  ConfigError,
  describe,
  type KeyPart,
  type LoadOptions,
  ownOptions,
  requireKnownOptions,
  type Schema,
  type Served,
} from '@stowage/core'
import type { ByCall, ProcedureCall } from './call.ts'
import { type HttpGrant, type HttpOptions, planGrant } from './http-grant.ts'
import { keptSchema } from './kept.ts'
import { requireScope, type Scope, type ScopeName } from './scope.ts'

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
  tier: true,
  softTimeout: true,
  hardTimeout: true,
  refreshAhead: true,
  retryAfterError: true,
  negativeTtl: true,
  singleFlight: true,
  fresh: true,
}

const QUERY_OPTIONS = [
  'scope',
  'reads',
  'http',
  'key',
  'fingerprint',
  'schema',
  'onServed',
  ...Object.keys(LOAD_OPTIONS),
]

/** How an answer was come by: outcome, tier, age, and how long it is fresh still. */
export type ServedFacts = Omit<Served<unknown>, 'value'>

type OnServed<Ctx, Input> = (call: ProcedureCall<Ctx, Input>, served: ServedFacts) => void

interface AnswerOptions<Ctx, Input> extends LoadByCall<Ctx, Input> {
  /** What stands for the input in the key. Default: the input itself. */
  readonly key?: ((call: ProcedureCall<Ctx, Input>) => KeyPart) | undefined
  /** What the answer was derived from: one that was derived from something else is a miss, `changed`. */
  readonly fingerprint?: string | ((call: ProcedureCall<Ctx, Input>) => string | Promise<string>) | undefined
  /** What a stored answer must fit, to be one. Answers of the resolver must, too. */
  readonly schema?: Schema | undefined
  /** Told of each answer how it was come by, before the procedure's caller has it: for headers, badges and logs. */
  readonly onServed?: OnServed<Ctx, Input> | undefined
}

/** The same answer for everybody. */
interface PublicAnswer<Ctx> {
  readonly scope: 'public'
  /** Properties of ctx that the resolver reads, though its answer does not depend on whose they are. */
  readonly reads?: readonly (keyof NoInfer<Ctx> & string)[] | undefined
  /** What HTTP caches may keep, for {@link responseMeta}. Default: nothing. */
  readonly http?: HttpOptions | undefined
}

/** The answer of the user, tenant or language that the function names: they share it with nobody else. */
interface OwnAnswer<Ctx> {
  readonly scope: (ctx: Ctx) => ScopeName
  readonly reads?: undefined
  readonly http?: undefined
}

export type QueryOptions<Ctx, Input> = AnswerOptions<Ctx, Input> & (PublicAnswer<Ctx> | OwnAnswer<Ctx>)

/** Options checked, and as each call is to use them. */
export interface QueryPlan<Ctx, Input> {
  readonly scope: Scope<Ctx>
  readonly reads: readonly string[]
  readonly grant: HttpGrant | undefined
  readonly key: ((call: ProcedureCall<Ctx, Input>) => KeyPart) | undefined
  readonly onServed: OnServed<Ctx, Input> | undefined
  readonly loadOptions: (call: ProcedureCall<Ctx, Input>) => LoadOptions
}

/** @throws ConfigError, UsageError for an option that is a value; those by call are checked when they are used. */
export function planQuery<Ctx, Input>(cache: Cache, options: QueryOptions<Ctx, Input>): QueryPlan<Ctx, Input> {
  requireKnownOptions('query', options, QUERY_OPTIONS)
  const { scope, reads = [], http, key, schema, onServed, ...load } = ownOptions(options, QUERY_OPTIONS)
  requireScope('query', scope)
  requirePublic(scope, { reads, http })
  requireReads(reads)
  if (key !== undefined && typeof key !== 'function') {
    throw new ConfigError(`query: key: ${describe(key)} is not allowed; allowed: a function of the call`)
  }
  if (onServed !== undefined && typeof onServed !== 'function') {
    throw new ConfigError(`query: onServed: ${describe(onServed)} is not allowed; allowed: a function of the call`)
  }
  const entries: [string, unknown][] = Object.entries(load)
  const rules = entries.filter(isRule<Ctx, Input>)
  const fixed: Omit<LoadOptions, 'schema'> = Object.fromEntries(entries.filter((entry) => !isRule(entry)))
  // The cache checks options of loads without a load only here.
  cache.wrap(() => undefined, { key: () => 'none', ...fixed, ...(schema === undefined ? undefined : { schema }) })
  const known: LoadOptions = schema === undefined ? fixed : { ...fixed, schema: keptSchema(schema) }
  const grant = http === undefined ? undefined : planGrant(http)
  return {
    scope,
    reads,
    grant,
    key,
    onServed,
    loadOptions: rules.length === 0 ? () => known : (call) => byRules(known, rules, call),
  }
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
  const made: Record<string, unknown> = { ...known }
  for (const [name, rule] of rules) made[name] = name === 'fingerprint' ? () => rule(call) : rule(call)
  return made
}

function requireReads(reads: readonly string[]): void {
  if (Array.isArray(reads) && reads.every((name) => typeof name === 'string')) return
  throw new ConfigError(`query: reads: ${describe(reads)} is not allowed; allowed: names of properties of ctx`)
}

function requirePublic(scope: unknown, { reads, http }: { readonly reads: readonly string[]; readonly http: unknown }) {
  if (scope === 'public') return
  if (reads.length > 0) {
    throw new ConfigError('query: reads: not allowed beside a scope of a function, whose queries may read all of ctx')
  }
  if (http !== undefined) {
    throw new ConfigError("query: http: not allowed beside a scope of a function; allowed: with scope 'public'")
  }
}
