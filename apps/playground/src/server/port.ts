/** Takes a port on the loopback interface: the one asked for, or from the default on the first that is free. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { ConfigError } from '@stowage/core'
import type { WantedPort } from './environment.ts'

export const HOST = '127.0.0.1'
const TRIED_PORT_COUNT = 20
/** In Node's own 5 s a client on a busy machine may not come to ask again, and then meets a connection that is being closed. */
const KEEP_ALIVE_MS = 65_000

export interface Listening {
  readonly server: Server
  readonly port: number
}

type App = NonNullable<Parameters<typeof createServer>[1]>

/** @throws ConfigError when a port somebody asked for, or the whole row after the default, is taken. */
export async function listen(app: App, wanted: WantedPort): Promise<Listening> {
  const last = wanted.given ? wanted.number : wanted.number + TRIED_PORT_COUNT - 1
  for (let number = wanted.number; number <= last; number += 1) {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, app)
    const port = await take(server, number)
    if (port !== undefined) return { server, port }
  }
  throw new ConfigError(
    wanted.given
      ? `PORT=${wanted.number} is taken by another program; give another one, or none to get a free one`
      : `ports ${wanted.number} to ${last} are all taken; give a free one in PORT`,
  )
}

/** Undefined when somebody else has the port. */
async function take(server: Server, number: number): Promise<number | undefined> {
  server.listen(number, HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined
    if (codeOf(error) === 'EACCES') throw new ConfigError(`PORT=${number}: this user may not listen on that port`)
    throw error
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : number
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
