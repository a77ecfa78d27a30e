/** The face of `@stowage/metrics/events`. */
export type { StatsEvent, Times } from './stats-event.ts'
export { type ReportStatsOptions, reportStats } from './stats-reporter.ts'
