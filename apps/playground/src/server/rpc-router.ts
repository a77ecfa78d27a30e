/** The tRPC door: one procedure per panel, so that the client knows the exact rows of each. */
import { initTRPC, type TRPCError } from '@trpc/server'
import { z } from 'zod'
import type { Dashboard } from './dashboard.ts'
import { problemOf } from './problem.ts'
import { PANEL_NAMES, type PanelName } from './queries/panel-queries.ts'
import { rangeInput, unknownParameter } from './range-input.ts'

const { procedure, router } = initTRPC.create({
  // Stacks stay in the server's log, whatever NODE_ENV says.
  isDev: false,
  errorFormatter: ({ shape, error }) => ({ ...shape, message: messageFor(error) }),
})

// tRPC's own refusals (no such procedure, no JSON) are fit to be read; a refused input and a failed resolver are not.
function messageFor(error: TRPCError): string {
  const failed = error.code === 'INTERNAL_SERVER_ERROR' || error.cause instanceof z.ZodError
  return failed ? problemOf(error.cause ?? error).message : error.message
}

export function createRpcRouter(dashboard: Dashboard) {
  const range = rangeInput(dashboard.days).prefault({})
  const panel = <Name extends PanelName>(name: Name) =>
    procedure.input(range).query(({ input }) => dashboard.panel(name, input))
  const which = z.strictObject({ panel: z.enum(PANEL_NAMES).optional() }, { error: unknownParameter('panel') })
  return router({
    panels: router({
      totals: panel('totals'),
      delays: panel('delays'),
      routes: panel('routes'),
      ranks: panel('ranks'),
      hours: panel('hours'),
      /** Without a panel: all of them. */
      refresh: procedure.input(which.prefault({})).mutation(({ input }) => dashboard.refresh(input.panel)),
    }),
    status: procedure.query(() => dashboard.status()),
  })
}

/** What the client is typed by. */
export type RpcRouter = ReturnType<typeof createRpcRouter>
