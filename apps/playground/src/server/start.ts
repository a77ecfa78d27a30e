/** Puts a whole server together and takes it apart again; knows neither signals nor the terminal. */
import type { Server } from 'node:http'
import { openCache } from './cache.ts'
import { buildClient, type ClientBuild } from './client-build.ts'
import { bundledFiles, type FlightFiles } from './flight-file.ts'
import { openFlights } from './flight-source.ts'
import { createApp } from './http-app.ts'
import { createPanels, type Panels } from './panels.ts'
import { HOST, listen } from './port.ts'
import type { Settings } from './settings.ts'

export interface RunningServer {
  readonly address: string
  readonly panels: Panels
  readonly cachePath: string
  readonly backend: string
  /** The client, which may still be building when the server already listens. */
  readonly client: Promise<ClientBuild>
  /** Lets requests in flight finish for a moment, then closes the cache and DuckDB. */
  close(): Promise<void>
}

/** How long a request in flight may go on after close began. */
const DRAIN_MS = 2_000

export async function startServer(settings: Settings, files: FlightFiles = bundledFiles()): Promise<RunningServer> {
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).reverse()) await step()
  }
  try {
    const flights = await openFlights(files)
    opened.push(() => flights.close())
    const cache = openCache(settings.cacheDirectory)
    opened.push(() => cache.close())
    const panels = createPanels(flights, cache)
    const client = Promise.withResolvers<ClientBuild>()
    const page = client.promise.then(({ directory }) => directory)
    const { server, port } = await listen(createApp({ panels }, page), settings.port)
    opened.push(() => closeServer(server))
    buildClient().then(client.resolve, client.reject)
    const address = `http://${HOST}:${port}`
    return { address, panels, cachePath: cache.path, backend: cache.backend, client: client.promise, close }
  } catch (error) {
    await close()
    throw error
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(impatience)
      resolve()
    })
    server.closeIdleConnections()
  })
}
