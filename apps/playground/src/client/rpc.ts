/**
 * The typed line to the server, and the names of what comes over it (as it arrives: absent fields are left out by JSON).
 *
 * One request per call: an answer from the cache never waits for a neighbour that has to ask the source.
 */
import { createTRPCClient, httpLink } from '@trpc/client'
import type { inferRouterOutputs } from '@trpc/server'
import type { PanelName, PanelRows } from '../server/queries/panel-queries.ts'
import type { RpcRouter } from '../server/rpc-router.ts'

type Outputs = inferRouterOutputs<RpcRouter>

export type { PanelName }
export type PanelRow<Name extends PanelName> = PanelRows[Name]
export type ServedFacts = Outputs['dashboard']['totals']['served']
export type ServerStatus = Outputs['status']

export const rpc = createTRPCClient<RpcRouter>({ links: [httpLink({ url: '/trpc' })] })

/** What to tell the reader about a failed call: the server's own sentence, or that there was none. */
export function messageOf(error: unknown): string {
  // fetch tells of a server that is not there by a TypeError, which tRPC wraps.
  if (error instanceof Error && error.cause instanceof TypeError) return 'The server cannot be reached. Was it stopped?'
  return error instanceof Error ? error.message : String(error)
}
