/**
 * A Redis of a bout's own, on this machine: everybody has the same, and nobody what somebody else left in it. It is what the PATH has,
 * else what the tests have unpacked into node_modules; where there is neither, the contender is skipped.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { freePort } from '@stowage/test-servers/free-port'
import { SkippedError } from '../harness/contract.ts'
import { isThere, onPath } from '../material/server-place.ts'

export interface BoutRedis {
  readonly host: string
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const UNPACKED = resolve(
  import.meta.dirname,
  `../../../../node_modules/.cache/redis/${process.platform}-${process.arch}/usr`,
)

/** In a folder: where the server is that all contenders on it share. */
const ADDRESS_FILE = 'redis-url'

/** One server for all processes that open contenders on the folder. @throws SkippedError where none can be had */
export async function shareRedis(directory: string): Promise<BoutRedis> {
  const server = await openRedis(directory)
  writeFileSync(join(directory, ADDRESS_FILE), server.url)
  return server
}

/** The one that is shared on the folder, else one of the caller's own. @throws SkippedError where none can be had */
export async function openRedis(directory: string): Promise<BoutRedis> {
  const file = join(directory, ADDRESS_FILE)
  if (!existsSync(file)) return startRedis()
  const url = readFileSync(file, 'utf8')
  return { host: HOST, port: Number(new URL(url).port), url, stop: async () => undefined }
}

async function startRedis(): Promise<BoutRedis> {
  const { command, env } = program()
  const port = await freePort()
  const args = ['--bind', HOST, '--port', String(port), '--save', '', '--appendonly', 'no']
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env })
  const end = (): void => {
    server.kill('SIGKILL')
  }
  process.once('exit', end)
  for await (const said of server.stdout) if (String(said).includes('Ready to accept connections')) break
  return {
    host: HOST,
    port,
    url: `redis://${HOST}:${port}`,
    async stop() {
      const ended = once(server, 'exit')
      end()
      await ended
      process.off('exit', end)
    },
  }
}

function program(): { readonly command: string; readonly env: NodeJS.ProcessEnv } {
  const installed = onPath(['redis-server', 'valkey-server'])
  if (installed !== undefined) return { command: installed, env: process.env }
  const unpacked = join(UNPACKED, 'bin/redis-server')
  if (!isThere(unpacked)) throw new SkippedError('no redis-server on the PATH, and none unpacked by a run of the tests')
  const libraries = readdirSync(join(UNPACKED, 'lib')).map((folder) => join(UNPACKED, 'lib', folder))
  return { command: unpacked, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) } }
}
