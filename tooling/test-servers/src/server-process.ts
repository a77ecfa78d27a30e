/**
 * The process of one server: how it is launched so that it cannot outlive us, how it says that it is ready, how it ends.
 * Where the system offers setpriv the kernel ends it even after a kill -9 of this process; elsewhere an ordinary exit
 * does, and only a kill -9 leaves it behind.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { findOnPath } from './path-lookup.ts'
import type { ServerBinary } from './server-binary.ts'

type ServerProcess = ChildProcessByStdio<null, Readable, Readable>

export interface Launch {
  readonly process: ServerProcess
  readonly ready: boolean
  /** What the server has written until now; without it nobody could say why it did not start. */
  readonly log: string
}

/** Resolves when the server accepts connections, or when it has ended without ever doing so. */
export async function launchServer(
  binary: ServerBinary,
  settings: readonly string[],
  readyText: string,
): Promise<Launch> {
  const setpriv = findOnPath(['setpriv'])
  const bound = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'TERM', '--']
  const [command = binary.command, ...args] = [...bound, binary.command, ...settings]
  const env = binary.libraryPath === undefined ? process.env : { ...process.env, LD_LIBRARY_PATH: binary.libraryPath }
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  const launch = await firstWord(server, readyText)
  // What it writes is read on to the end, as a full pipe would block it; none of this keeps our process alive.
  server.unref()
  for (const stream of [server.stdout, server.stderr]) {
    stream.resume()
    if (stream instanceof Socket) stream.unref()
  }
  return launch
}

/** Its own word that it is ready, not a probe of the port: another server's answer cannot be taken for it. */
function firstWord(server: ServerProcess, readyText: string): Promise<Launch> {
  return new Promise((resolve, reject) => {
    let log = ''
    const settle = (ready: boolean) => {
      server.stdout.off('data', listen)
      server.stderr.off('data', listen)
      resolve({ process: server, ready, log })
    }
    const listen = (text: string) => {
      log += text
      if (log.includes(readyText)) settle(true)
    }
    server.stdout.setEncoding('utf8').on('data', listen)
    server.stderr.setEncoding('utf8').on('data', listen)
    server.once('error', reject)
    server.once('close', () => settle(false))
  })
}

/** Killed, not asked: it has nothing to save, and asked it would think about it for up to a tenth of a second. */
export async function endServer(server: ServerProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.ref()
  server.kill('SIGKILL')
  await ended
}
