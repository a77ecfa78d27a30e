/** A whole playground for a test: its own cache folder, a free port, real or small flights; closed when the scope ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTRPCClient, httpLink } from '@trpc/client'
import { createApp } from '../src/server/http-app.ts'
import { createPanelAnswers } from '../src/server/panel-answers.ts'
import { listen } from '../src/server/port.ts'
import { openRooms, type RoomsOptions } from '../src/server/rooms.ts'
import { createRpcRouter, type RpcRouter } from '../src/server/rpc-router.ts'

export interface PlaygroundOptions extends Partial<RoomsOptions> {
  /** Default: a client of one page that is there at once. */
  readonly building?: Promise<string>
}

export type Playground = Awaited<ReturnType<typeof openPlayground>>

/** @param options `directory` is by default a new one, removed at the end. */
export async function openPlayground({ building, ...options }: PlaygroundOptions = {}) {
  const scratch = temporaryFolder()
  const rooms = await openRooms({ directory: join(scratch.path, 'kept'), ...options })
  const app = createApp(rooms, building ?? Promise.resolve(smallClient(scratch.path)))
  const { server, port } = await listen(app.express, { number: 0, given: true })
  const address = `http://127.0.0.1:${port}`
  return {
    address,
    rooms,
    /** As the JSON door asks: panel by name. */
    ask: createPanelAnswers(createRpcRouter(rooms)),
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
      await rooms.close()
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
