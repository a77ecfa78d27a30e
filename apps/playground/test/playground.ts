/** A whole playground for a test: its own cache folder, a free port, real or small flights; closed when the scope ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@stowage/core'
import { createTRPCClient, httpLink } from '@trpc/client'
import { openCache } from '../src/server/cache.ts'
import { bundledFiles, type FlightFiles } from '../src/server/flight-file.ts'
import { openFlights } from '../src/server/flight-source.ts'
import { createApp } from '../src/server/http-app.ts'
import { createPanels } from '../src/server/panels.ts'
import { listen } from '../src/server/port.ts'
import type { RpcRouter } from '../src/server/rpc-router.ts'

export interface PlaygroundOptions {
  /** Default: a new one, removed at the end. */
  readonly cacheDirectory?: string
  readonly files?: FlightFiles
  readonly clock?: Clock
  /** Default: a client of one page that is there at once. */
  readonly building?: Promise<string>
}

export type Playground = Awaited<ReturnType<typeof openPlayground>>

export async function openPlayground(options: PlaygroundOptions = {}) {
  const scratch = temporaryFolder()
  const flights = await openFlights(options.files ?? bundledFiles())
  const cache = openCache(options.cacheDirectory ?? join(scratch.path, 'cache'), options.clock)
  const panels = createPanels(flights, cache)
  const app = createApp({ panels }, options.building ?? Promise.resolve(smallClient(scratch.path)))
  const { server, port } = await listen(app, { number: 0, given: true })
  const address = `http://127.0.0.1:${port}`
  return {
    address,
    panels,
    rpc: createTRPCClient<RpcRouter>({ links: [httpLink({ url: `${address}/trpc` })] }),
    /** Status and parsed body of a GET. */
    async get(path: string): Promise<{ status: number; body: unknown; text: string }> {
      const response = await fetch(`${address}${path}`)
      const text = await response.text()
      return { status: response.status, body: JSON.parse(text), text }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await cache.close()
      await flights.close()
      scratch[Symbol.dispose]()
    },
  }
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'playground-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

function smallClient(parent: string): string {
  const directory = join(parent, 'client')
  mkdirSync(join(directory, 'assets'), { recursive: true })
  writeFileSync(join(directory, 'index.html'), '<title>small client</title>')
  writeFileSync(join(directory, 'assets', 'page-abc123.js'), '// nothing')
  return directory
}
