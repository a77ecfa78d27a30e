/** All panels by name: the list from which routes, procedures, tags and the client's types follow. */
import { type DelayRow, delays } from './delays.ts'
import { type HourRow, hours } from './hours.ts'
import type { PanelQuery } from './panel-query.ts'
import { type RankRow, ranks } from './ranks.ts'
import { type RouteRow, routes } from './routes.ts'
import { type TotalsRow, totals } from './totals.ts'

export interface PanelRows {
  readonly totals: TotalsRow
  readonly delays: DelayRow
  readonly routes: RouteRow
  readonly ranks: RankRow
  readonly hours: HourRow
}

export type PanelName = keyof PanelRows

export const panelQueries: { readonly [Name in PanelName]: PanelQuery<PanelRows[Name]> } = {
  totals,
  delays,
  routes,
  ranks,
  hours,
}

export function isPanelName(name: string): name is PanelName {
  return Object.hasOwn(panelQueries, name)
}

/** In the order in which the page shows them. */
export const PANEL_NAMES: readonly PanelName[] = Object.keys(panelQueries).filter(isPanelName)
