/**
 * Panels as CSV files, to take away. The finished response is kept by @stowage/express in the same cache, under the panel's
 * own tag: an event or a refresh drops it together with the rows it was made of.
 */
import { httpCache } from '@stowage/express'
import { Router } from 'express'
import type { AskPanel, PanelRow } from './panel-answers.ts'
import { RequestError } from './problem.ts'
import { isPanelName, PANEL_NAMES, type PanelName } from './queries/panel-queries.ts'
import { tagOf } from './queries/panel-tags.ts'
import { rangeInput } from './range-input.ts'
import type { Rooms } from './rooms.ts'

const MS_PER_SECOND = 1_000

export function createCsvExport({ cache, clock, flights }: Rooms, ask: AskPanel): Router {
  const range = rangeInput(flights.days)
  const router = Router()
  // The same file for everybody, whatever cookie they come with; its etag spares those who have it the body.
  const kept = httpCache({
    cache,
    clock,
    credentials: 'ignore',
    etag: true,
    // A reload by a client is no reason to ask the source.
    requestDirectives: 'ignore',
    tags: (request) => [tagOf(panelOf(request.path))],
  })
  router.get('/:file', kept, async (request, response) => {
    const panel = panelOf(request.path)
    const { from, to } = range.parse(request.query)
    const { rows, served } = await ask(panel, { from, to })
    response
      .set({
        // Browsers ask each time, as nobody could tell them; this server's own cache is told, and keeps it as long as the rows.
        'cache-control': 'no-cache',
        'cdn-cache-control': `max-age=${Math.floor((served?.ttlLeftMs ?? 0) / MS_PER_SECOND)}`,
        'content-disposition': `attachment; filename="${panel}-${from}-${to}.csv"`,
      })
      .type('text/csv')
      .send(csvOf(rows))
  })
  return router
}

/** @throws RequestError for a file that is none of the panels' */
function panelOf(path: string): PanelName {
  const name = path.slice(1).replace(/\.csv$/, '')
  if (path.endsWith('.csv') && isPanelName(name)) return name
  throw new RequestError(404, `no file ${JSON.stringify(path.slice(1))}; there are: ${PANEL_NAMES.join('.csv, ')}.csv`)
}

function csvOf(rows: readonly PanelRow[]): string {
  const lines = rows.map((row) => Object.values(row).map(cell).join(','))
  return [...rows.slice(0, 1).map((row) => Object.keys(row).join(',')), ...lines, ''].join('\r\n')
}

/** RFC 4180: what holds a comma, a quote or a line end stands in quotes. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
