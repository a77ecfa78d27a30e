/**
 * Whose an answer is: everybody's, or a part of the users'. It has no default, as the wrong one shows users what is
 * another's.
 */
import { ConfigError, describe, UsageError } from '@stowage/core'

/** Names a part of the users: of a user, a tenant and a role, a language. `null` is nobody in particular. */
export type ScopeName = string | number | bigint | null | readonly (string | number | bigint | null)[]

export type Scope<Ctx> = 'public' | ((ctx: Ctx) => ScopeName)

/** As it stands in a key: a name in an array, so that none is taken for 'public'. */
export type Partition = 'public' | readonly [ScopeName]

/** @throws ConfigError */
export function requireScope(where: string, scope: unknown): void {
  if (scope === 'public' || typeof scope === 'function') return
  throw new ConfigError(
    `${where}: scope: ${describe(scope)} is not allowed; allowed: 'public' for an answer that is the same for everybody, or a function of ctx that names whose it is`,
  )
}

/** @throws UsageError when the function names nobody. */
export function partitionOf<Ctx>(scope: Scope<Ctx>, ctx: Ctx): Partition {
  if (scope === 'public') return scope
  const name = scope(ctx)
  if (isScopeName(name)) return [name]
  throw new UsageError(
    `scope: the function gave ${describe(name)}; allowed: text that is not empty, a number, a bigint, null for nobody in particular, or an array of these`,
  )
}

function isScopeName(name: unknown): name is ScopeName {
  return Array.isArray(name) ? name.length > 0 && name.every(isSingle) : isSingle(name)
}

function isSingle(name: unknown): boolean {
  switch (typeof name) {
    case 'string':
      return name !== ''
    case 'number':
      return !Number.isNaN(name)
    case 'bigint':
      return true
    default:
      return name === null
  }
}
