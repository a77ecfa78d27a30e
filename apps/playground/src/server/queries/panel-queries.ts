/** All panels by name, and whose page each is on: the lists from which tags, routes and the client's types follow. */
import { type DelayRow, delays } from './delays.ts'
import { type HourRow, hours } from './hours.ts'
import { type MetricsRow, metrics } from './metrics.ts'
import { type MonthRow, months } from './months.ts'
import type { PanelQuery } from './panel-query.ts'
import { type RankRow, ranks } from './ranks.ts'
import { type RouteRow, routes } from './routes.ts'
import { type TotalsRow, totals } from './totals.ts'
import { type WeekdayRow, weekdays } from './weekdays.ts'

export interface PanelRows {
  readonly metrics: MetricsRow
  readonly totals: TotalsRow
  readonly delays: DelayRow
  readonly routes: RouteRow
  readonly ranks: RankRow
  readonly hours: HourRow
  readonly months: MonthRow
  readonly weekdays: WeekdayRow
}

export type PanelName = keyof PanelRows

export const panelQueries: { readonly [Name in PanelName]: PanelQuery<PanelRows[Name]> } = {
  metrics,
  totals,
  delays,
  routes,
  ranks,
  hours,
  months,
  weekdays,
}

/** The names of a page's panels are its procedures' too: `analytics.delays`. */
export const PAGE_PANELS = {
  dashboard: ['metrics', 'totals'],
  analytics: ['delays', 'routes', 'ranks', 'hours'],
  summary: ['months', 'weekdays'],
} as const satisfies Readonly<Record<string, readonly PanelName[]>>

export type PanelPage = keyof typeof PAGE_PANELS

export function isPanelName(name: string): name is PanelName {
  return Object.hasOwn(panelQueries, name)
}

/** In the order in which the pages show them. */
export const PANEL_NAMES: readonly PanelName[] = Object.keys(panelQueries).filter(isPanelName)

export function pageOf(name: PanelName): PanelPage {
  if (includes(PAGE_PANELS.dashboard, name)) return 'dashboard'
  return includes(PAGE_PANELS.summary, name) ? 'summary' : 'analytics'
}

function includes(list: readonly PanelName[], name: PanelName): boolean {
  return list.includes(name)
}
