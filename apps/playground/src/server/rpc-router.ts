/** The tRPC door: the router of each page under its name, one line per page. */
import { createAnalyticsRouter } from './pages/analytics/router.ts'
import { createDashboardRouter } from './pages/dashboard/router.ts'
import type { Rooms } from './rooms.ts'
import { procedure, router } from './rpc.ts'

export function createRpcRouter(rooms: Rooms) {
  return router({
    status: procedure.query(() => rooms.panels.status()),
    dashboard: createDashboardRouter(rooms),
    analytics: createAnalyticsRouter(rooms),
  })
}

/** What the client is typed by. */
export type RpcRouter = ReturnType<typeof createRpcRouter>
