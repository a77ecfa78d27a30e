/**
 * Callers for the server's own use whose calls have the very keys that calls over HTTP have: pages rendered on the server
 * and the browsers that go on from them share entries.
 *
 * A caller goes through the same middlewares as a request. What differs is the input: over HTTP it has been written by the
 * transformer and JSON and read back, which leaves out fields that are undefined, or makes texts of dates.
 */

import { ConfigError, describe, requireKnownOptions } from '@stowage/core'
import type { AnyTRPCRouter } from '@trpc/server'
import { isBinary } from './input-part.ts'

export interface CallerCacheOptions<Router extends AnyTRPCRouter> {
  readonly router: Router
}

type CallerOf<Router extends AnyTRPCRouter> = Router['createCaller']

/** As `router.createCaller`; inputs take the form they have over HTTP. @throws ConfigError */
export function createCallerCache<Router extends AnyTRPCRouter>(options: CallerCacheOptions<Router>): CallerOf<Router> {
  requireKnownOptions('createCallerCache', options, ['router'])
  const { router } = options
  if (typeof router?.createCaller !== 'function') {
    throw new ConfigError(
      `createCallerCache: router: ${describe(router)} is not a router; allowed: what t.router() returns`,
    )
  }
  const { input } = router._def._config.transformer
  const overHttp = (value: unknown): unknown => {
    if (value === undefined || isBinary(value)) return value
    return input.deserialize(JSON.parse(JSON.stringify(input.serialize(value))))
  }
  return (context, callerOptions) => withInputs(router.createCaller(context, callerOptions), overHttp)
}

/** The caller, and each router in it, with what its procedures are given changed on the way. */
function withInputs<Caller extends object>(caller: Caller, change: (input: unknown) => unknown): Caller {
  return new Proxy(caller, {
    get(target, name) {
      const part: unknown = Reflect.get(target, name)
      return typeof part === 'function' ? withInputs(part, change) : part
    },
    apply(target, self, [input]: unknown[]): unknown {
      return typeof target === 'function' ? Reflect.apply(target, self, [change(input)]) : undefined
    },
  })
}
