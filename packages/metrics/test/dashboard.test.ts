/** The dashboard asks for metrics and labels that the exporter has, and shows all of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as client from 'prom-client'
import { expect, test } from 'vitest'
import { LOAD_DURATION, METRICS } from '../src/metric-list.ts'
import { prometheusName } from '../src/metric-names.ts'
import { cacheMetrics } from '../src/prometheus.ts'
import { muchHappens, watchedCache } from './watched-cache.ts'

const TEXT = readFileSync(join(import.meta.dirname, '../dashboard.json'), 'utf8')
const expressions = [...TEXT.matchAll(/"expr": (".*")/g)].map(([, literal = '""']) => String(JSON.parse(literal)))
/** Written by a histogram under its own name. */
const SUFFIXES = ['_bucket', '_sum', '_count']

/** Labels by name of metric, as the exporter writes them. */
function exported(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>()
  for (const metric of METRICS) {
    names.set(prometheusName('stowage_', metric, metric.kind), ['cache', ...metric.labels])
  }
  const duration = prometheusName('stowage_', LOAD_DURATION)
  for (const suffix of SUFFIXES) names.set(`${duration}${suffix}`, ['cache', 'le', ...LOAD_DURATION.labels])
  return names
}

test('its names are the exporter’s, none is missing', async () => {
  const asked = new Set(TEXT.match(/stowage_[a-z_]+/g))
  expect([...asked].toSorted()).toEqual([...exported().keys()].toSorted())
  const watched = watchedCache()
  const register = new client.Registry()
  cacheMetrics({ client, caches: [watched.cache], register })
  await muchHappens(watched)
  const scraped = await register.metrics()
  for (const name of asked) expect(scraped).toContain(`${name}{`)
})

test('its labels are those of the metric', () => {
  expect(expressions.length).toBeGreaterThan(20)
  for (const expression of expressions) {
    const names = expression.match(/stowage_[a-z_]+/g) ?? []
    const matched = [...expression.matchAll(/[{,](\w+)[=!]/g)].map(([, label = '']) => label)
    const grouped = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '))
    for (const name of names) {
      for (const label of [...matched, ...grouped]) expect(exported().get(name), `${label} of ${name}`).toContain(label)
    }
  }
})
