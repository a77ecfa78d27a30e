/** Hits over HTTP: a JSON answer of 1 KB and an HTML page of 100 KB, beside the same app without a cache and Node peers. */
import {
  apicacheApp,
  constantApp,
  type HttpApp,
  httpCacheMiddlewareApp,
  plainApp,
  stowageApp,
} from '../contenders/http-apps.ts'
import { nginxApp } from '../contenders/nginx-front.ts'
import type { Workload } from '../harness/contract.ts'
import { httpEntrant, type Page } from './http-bout.ts'

const APPS: readonly HttpApp[] = [constantApp, stowageApp, plainApp, httpCacheMiddlewareApp, apicacheApp, nginxApp]
const RECORD = Array.from({ length: 12 }, (_, at) => ({
  id: at,
  origin: 'LAX',
  destination: 'JFK',
  delayMinutes: at * 7,
  distance: 2475,
}))
const HTML = `<!doctype html><title>Flights</title>${'<p>LAX to JFK, 12 minutes late.</p>'.repeat(3_000)}`

export const httpHit1k = httpHit('http-hit-1kb', '1 KB JSON', 8_000, {
  type: 'application/json; charset=utf-8',
  body: Buffer.from(JSON.stringify(RECORD)),
  send: (_req, res) => void res.json(RECORD),
})

export const httpHit100k = httpHit('http-hit-100kb', '100 KB HTML', 1_500, {
  type: 'text/html; charset=utf-8',
  body: Buffer.from(HTML),
  send: (_req, res) => void res.type('html').send(HTML),
})

function httpHit(name: string, what: string, requestCount: number, page: Page): Workload {
  return {
    name,
    row: 30,
    title: `HTTP hit over loopback, ${what}`,
    entrants: APPS.map((app) => httpEntrant(app, page, requestCount)),
    measures: [
      { name: 'cpuUs', title: 'server CPU µs/request' },
      { name: 'wallUs', title: 'wall µs/request' },
      { name: 'p50Ms', title: 'p50 ms', isAbsolute: true },
      { name: 'p99Ms', title: 'p99 ms', isAbsolute: true },
    ],
    reference: constantApp.name,
    targets: [{ entrant: stowageApp.name, measure: 'cpuUs', form: 'cost', must: 1.3, aim: 1.15 }],
  }
}
