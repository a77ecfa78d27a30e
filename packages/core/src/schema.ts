/**
 * Schemas by the Standard Schema interface, version 1 (https://standardschema.dev): zod, valibot, arktype and others.
 *
 * The cache keeps what the loader gave and shows every caller what the schema makes of it, so that a schema which
 * transforms is applied once, whether the value was loaded or stored.
 */
import { describe, UsageError } from './errors.ts'
import { mapped } from './maybe-promise.ts'
import type { MaybePromise } from './vocabulary.ts'

/** The part of a Standard Schema that is needed here. */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version?: 1
    readonly vendor?: string
    readonly validate: (value: unknown) => MaybePromise<SchemaResult<Output>>
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What the schema makes of a value, or undefined where the value does not fit. @throws what the schema throws */
export function fitted(
  schema: Schema | undefined,
  value: unknown,
): MaybePromise<{ readonly value: unknown } | undefined> {
  if (schema === undefined) return { value }
  return mapped(schema['~standard'].validate(value), (result) =>
    result.issues === undefined ? { value: result.value } : undefined,
  )
}

/** The same for what another has loaded: finding nothing fits every schema. */
export function fittedLoad(
  schema: Schema | undefined,
  value: unknown,
): MaybePromise<{ readonly value: unknown } | undefined> {
  return value === undefined ? { value } : fitted(schema, value)
}

/** The same for a value that was loaded. @throws UsageError saying what does not fit */
export async function requireFit(schema: Schema | undefined, value: unknown, key: string): Promise<unknown> {
  // A loader that finds nothing says so by undefined; there is nothing to hold against a schema.
  if (schema === undefined || value === undefined) return value
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw new UsageError(`schema: what was loaded for ${describe(key)} does not fit: ${issueText(result.issues)}`)
}

/** The first issues, as a person reads them. */
function issueText(issues: readonly SchemaIssue[]): string {
  const lines = issues.slice(0, 3).map(({ message, path = [] }) => {
    const at = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
    return at === '' ? message : `${at}: ${message}`
  })
  const more = issues.length - lines.length
  return more > 0 ? `${lines.join('; ')}; and ${more} more` : lines.join('; ')
}

/** Whether it can validate. */
export function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return false
  const standard = value['~standard']
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  )
}
