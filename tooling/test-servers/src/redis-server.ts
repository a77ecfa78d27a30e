/**
 * One Redis server of our own: on a free port of this machine only, keeping nothing on disk, gone when it is stopped or
 * when this process ends. The test run has one for everybody; a test that stops, floods or slows a server starts its own.
 */
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { findRedisBinary } from './redis-binary.ts'
import type { ServerBinary } from './server-binary.ts'
import { endServer, type Launch, launchServer } from './server-process.ts'

export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly processId: number
  /** Ends the server and removes its folder; calling it again does nothing. */
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** Further command-line settings, for example `['--maxmemory', '2mb']`; they win over ours. */
  readonly settings?: readonly string[]
  /** Which program to start; by default what `findRedisBinary` finds. */
  readonly binary?: ServerBinary
  readonly choosePort?: () => Promise<number>
}

/** Losing the race for a free port this often in a row means that something else is wrong. */
const PORT_ATTEMPTS = 5

export function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { settings } = options
  return startServer(options, 'Ready to accept connections', async (port, folder) =>
    settingsFor(port, folder, settings),
  )
}

/** The same for any server of the program. @param readyText what it writes when it can be used */
export async function startServer(
  options: Pick<RedisServerOptions, 'binary' | 'choosePort'>,
  readyText: string,
  argumentsFor: (port: number, folder: string) => Promise<readonly string[]>,
): Promise<RedisServer> {
  const binary = options.binary ?? (await requireBinary())
  const folder = await mkdtemp(join(tmpdir(), 'stowage-redis-'))
  try {
    for (let attempt = 1; ; attempt += 1) {
      const port = await (options.choosePort ?? freePort)()
      const launch = await launchServer(binary, await argumentsFor(port, folder), readyText)
      if (launch.ready) return runningServer(launch, folder, port)
      if (attempt === PORT_ATTEMPTS || !launch.log.includes('Address already in use')) {
        throw new Error(`${binary.command} did not start on port ${port}; it said:\n${launch.log}`)
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function requireBinary(): Promise<ServerBinary> {
  const search = await findRedisBinary()
  if (search.found) return search.binary
  throw new Error(`startRedis: no Redis server to start: ${search.reasons.join('; ')}`)
}

function settingsFor(port: number, folder: string, further: readonly string[] = []): string[] {
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder]
  return [...place, '--save', '', '--appendonly', 'no', '--daemonize', 'no', ...further]
}

function runningServer({ process: server }: Launch, folder: string, port: number): RedisServer {
  if (server.pid === undefined) throw new Error('a server that said it is ready has no process id')
  const endWithUs = () => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', endWithUs)
  let stopped: Promise<void> | undefined
  const stopOnce = async () => {
    await endServer(server)
    process.off('exit', endWithUs)
    await rm(folder, { recursive: true, force: true })
  }
  const stop = () => {
    stopped ??= stopOnce()
    return stopped
  }
  return { url: `redis://127.0.0.1:${port}`, port, processId: server.pid, stop, [Symbol.asyncDispose]: stop }
}
