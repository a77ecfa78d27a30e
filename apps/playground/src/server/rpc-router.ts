/** The tRPC door: the router of each page under its name, one line per page. */
import { createAnalyticsRouter } from './pages/analytics/router.ts'
import { createCompareRouter } from './pages/compare/router.ts'
import { createDashboardRouter } from './pages/dashboard/router.ts'
import { createFaultsRouter } from './pages/faults/router.ts'
import { createInspectRouter } from './pages/inspect/router.ts'
import { createNodesRouter } from './pages/nodes/router.ts'
import { createSettingsRouter } from './pages/settings/router.ts'
import { createSummaryRouter } from './pages/summary/router.ts'
import type { Rooms } from './rooms.ts'
import { procedure, router } from './rpc.ts'

export function createRpcRouter(rooms: Rooms) {
  return router({
    status: procedure.query(() => rooms.status()),
    /** Tells every browser what was invalidated, so that it asks anew for what it shows. */
    changes: procedure.subscription(rooms.cached.invalidations({ scopes: (ctx) => [ctx.userId] })),
    dashboard: createDashboardRouter(rooms),
    analytics: createAnalyticsRouter(rooms),
    summary: createSummaryRouter(rooms),
    settings: createSettingsRouter(rooms),
    compare: createCompareRouter(rooms),
    inspect: createInspectRouter(rooms),
    faults: createFaultsRouter(rooms),
    nodes: createNodesRouter(rooms),
  })
}

/** What the client is typed by. */
export type RpcRouter = ReturnType<typeof createRpcRouter>
