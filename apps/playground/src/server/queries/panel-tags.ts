/**
 * The tags of the pages' answers. An event drops what it makes wrong: the Dashboard's metrics and all of Analytics. The
 * Summary is a report of the day and stays, wrong or not, until midnight: that is its rule.
 */
import { PAGE_PANELS, type PanelName, pageOf } from './panel-queries.ts'

const DASHBOARD_TAG = 'dashboard.metrics'

export function tagOf(name: PanelName): string {
  const page = pageOf(name)
  return page === 'dashboard' ? DASHBOARD_TAG : `${page}.${name}`
}

/** What a completed flight or a changed plan makes wrong. */
export const EVENT_TAGS: readonly string[] = [DASHBOARD_TAG, ...PAGE_PANELS.analytics.map(tagOf)]
