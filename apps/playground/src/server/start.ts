/** Puts a whole server together and takes it apart again; knows neither signals nor the terminal. */
import type { Server } from 'node:http'
import { buildClient, type ClientBuild } from './client-build.ts'
import type { Environment } from './environment.ts'
import { createApp } from './http-app.ts'
import { HOST, listen } from './port.ts'
import { openRooms, type Rooms } from './rooms.ts'

export interface RunningServer {
  readonly address: string
  readonly rooms: Rooms
  /** The client, which may still be building when the server already listens. */
  readonly client: Promise<ClientBuild>
  /** Lets requests in flight finish for a moment, then closes the cache and DuckDB. */
  close(): Promise<void>
}

interface NodeWish {
  readonly name: string
  /** For all but the first: asks that one where the app's own Redis is. */
  readonly firstNodesRedis?: () => Promise<string>
}

/** How long a request in flight may go on after close began. */
const DRAIN_MS = 2_000

/** @param node where there are several on the folder: which of them this is. */
export async function startServer(
  { port: wanted, cacheDirectory, redisUrl }: Environment,
  node?: NodeWish,
): Promise<RunningServer> {
  const rooms = await openRooms({
    directory: cacheDirectory,
    node,
    redisOptions: { url: redisUrl, firstNodesRedis: node?.firstNodesRedis },
  })
  try {
    const client = Promise.withResolvers<ClientBuild>()
    const page = client.promise.then(({ directory }) => directory)
    const app = createApp(rooms, page)
    const { server, port } = await listen(app.express, wanted)
    // The page first: what is kept warm in the background can wait for it.
    buildClient()
      .then(client.resolve, client.reject)
      .finally(() => rooms.shortRanges.start())
    return {
      address: `http://${HOST}:${port}`,
      rooms,
      client: client.promise,
      async close() {
        app.endStreams()
        await closeServer(server)
        await rooms.close()
      },
    }
  } catch (error) {
    await rooms.close()
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
