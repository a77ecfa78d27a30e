/**
 * The typed line to the server, and the names of what comes over it (as it arrives: absent fields are left out by JSON).
 *
 * One request per call: an answer from the cache never waits for a neighbour that has to ask the source. What the server
 * tells by itself comes as a stream of events.
 */
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, type TRPCLink } from '@trpc/client'
import type { inferRouterOutputs } from '@trpc/server'
import { tap } from '@trpc/server/observable'
import type { PanelName, PanelRows } from '../server/queries/panel-queries.ts'
import type { RpcRouter } from '../server/rpc-router.ts'
import { type AnswerFacts, FACTS_HEADER, readFacts } from '../shared/answer-facts.ts'

export type RpcOutputs = inferRouterOutputs<RpcRouter>

export type { PanelName }
export type PanelRow<Name extends PanelName> = PanelRows[Name]
export type ServerStatus = RpcOutputs['status']

const FACTS_EAR = 'onFacts'

type FactsEar = (facts: AnswerFacts) => void

/** For one call's `context`: told how its answer was come by. */
export function hearFacts(onFacts: FactsEar): Record<string, unknown> {
  return { [FACTS_EAR]: onFacts }
}

/** Context is untyped on its way through the links; nothing else is put there under that name. */
function isEar(value: unknown): value is FactsEar {
  return typeof value === 'function'
}

/** Hands the header that stands beside an answer to whoever asked for it. */
const factsLink: TRPCLink<RpcRouter> =
  () =>
  ({ op, next }) =>
    next(op).pipe(
      tap({
        next({ context }) {
          const ear = op.context[FACTS_EAR]
          const response = context?.['response']
          if (!isEar(ear) || !(response instanceof Response)) return
          const facts = response.headers.get(FACTS_HEADER)
          if (facts !== null) ear(readFacts(facts))
        },
      }),
    )

const url = '/trpc'

export const rpc = createTRPCClient<RpcRouter>({
  links: [
    factsLink,
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url }),
    }),
  ],
})

/** What to tell the reader about a failed call: the server's own sentence, or that there was none. */
export function messageOf(error: unknown): string {
  // fetch tells of a server that is not there by a TypeError, which tRPC wraps.
  if (error instanceof Error && error.cause instanceof TypeError) return 'The server cannot be reached. Was it stopped?'
  return error instanceof Error ? error.message : String(error)
}
