/** The plain JSON door, for curl and everything that is not the page: same answers, strict query parameters. */
import { Router } from 'express'
import type { AskPanel } from './panel-answers.ts'
import { RequestError, requireNoParameters } from './problem.ts'
import { isPanelName, PANEL_NAMES } from './queries/panel-queries.ts'
import { rangeInput } from './range-input.ts'
import type { Rooms } from './rooms.ts'

export function createJsonApi({ flights, status }: Rooms, ask: AskPanel): Router {
  const range = rangeInput(flights.days)
  const api = Router()

  api.get('/panels', (request, response) => {
    requireNoParameters(request.query)
    response.json({ panels: PANEL_NAMES, days: flights.days })
  })

  api.get('/panels/:panel', async (request, response) => {
    const { panel } = request.params
    if (!isPanelName(panel)) {
      throw new RequestError(404, `unknown panel ${JSON.stringify(panel)}; there are: ${PANEL_NAMES.join(', ')}`)
    }
    response.json(await ask(panel, range.parse(request.query)))
  })

  api.get('/status', async (request, response) => {
    requireNoParameters(request.query)
    response.json(await status())
  })

  api.use((request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new RequestError(405, `${request.method} is not answered here; allowed: GET`)
    }
    throw new RequestError(
      404,
      `nothing at ${request.method} ${request.baseUrl}${request.path}; there are: /panels, /panels/:panel, /status`,
    )
  })
  return api
}
