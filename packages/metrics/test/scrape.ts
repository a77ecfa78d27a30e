/** What Prometheus reads off a registry: each series, as it is written, and its value. */
import type { OpenMetricsContentType, Registry } from 'prom-client'

export async function scrape(register: Registry | Registry<OpenMetricsContentType>): Promise<Map<string, number>> {
  const text = await register.metrics()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

/** The series of one metric added up, those only that have these labels. */
export function total(samples: ReadonlyMap<string, number>, name: string, labels = ''): number {
  const chosen = Array.from(samples).filter(([series]) => series.startsWith(`${name}{`) && series.includes(labels))
  return chosen.reduce((sum, [, value]) => sum + value, 0)
}
