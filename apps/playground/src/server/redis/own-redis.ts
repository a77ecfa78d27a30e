/**
 * The app's own Redis: started when it is first asked for, on a free port of this machine, keeping nothing on disk, and
 * ended with the server. It is ours alone, so it may be paused and killed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { freePort } from '@stowage/test-servers/free-port'
import { findRedisProgram, programOnPath, type RedisProgram } from './redis-program.ts'

type RedisState = 'absent' | 'off' | 'running' | 'paused' | 'killed'

export interface OwnRedis {
  /** `absent`: there is no program to start. */
  state(): RedisState
  /** Why there is none; undefined where there is one. */
  readonly reason: string | undefined
  /** Its address; the first call starts it. @throws Error saying why there is none */
  url(): Promise<string>
  /** It stops in the middle of whatever it does, and answers nobody. */
  pause(): void
  resume(): void
  kill(): Promise<void>
  /** On the port it had, empty. */
  restart(): Promise<void>
  close(): Promise<void>
}

const HOST = '127.0.0.1'

export function ownRedis(program: RedisProgram = findRedisProgram()): OwnRedis {
  let port: Promise<number> | undefined
  let starting: Promise<ChildProcess> | undefined
  let server: ChildProcess | undefined
  let state: RedisState = program.found ? 'off' : 'absent'
  const endWithUs = (): void => {
    server?.kill('SIGKILL')
  }
  process.once('exit', endWithUs)

  async function start(): Promise<ChildProcess> {
    if (!program.found) throw new Error(program.reason)
    port ??= freePort()
    const child = await launch(program, await port)
    server = child
    state = 'running'
    // Ended by somebody else: whoever asks for its address next starts it again.
    child.once('exit', () => {
      state = 'off'
      starting = undefined
    })
    return child
  }

  /** One start for all who wait for it; one that failed does not stand in the way of the next. */
  function started(): Promise<ChildProcess> {
    starting ??= start().catch((error: unknown) => {
      starting = undefined
      port = undefined
      throw error
    })
    return starting
  }

  async function end(): Promise<void> {
    // How a start failed is told to who asked for it.
    await Promise.allSettled([starting])
    const child = server
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.removeAllListeners('exit')
    const ended = once(child, 'exit')
    // A stopped process is ended by this signal all the same.
    child.kill('SIGKILL')
    await ended
  }

  return {
    state: () => state,
    reason: program.found ? undefined : program.reason,
    async url() {
      await started()
      return `redis://${HOST}:${await port}`
    },
    pause() {
      if (state !== 'running' || server?.kill('SIGSTOP') !== true) return
      state = 'paused'
    },
    resume() {
      if (state !== 'paused' || server?.kill('SIGCONT') !== true) return
      state = 'running'
    },
    async kill() {
      if (state !== 'running' && state !== 'paused') return
      await end()
      state = 'killed'
    },
    async restart() {
      await end()
      starting = undefined
      await started()
    },
    async close() {
      await end()
      if (state !== 'absent') state = 'off'
      starting = undefined
      process.off('exit', endWithUs)
    },
  }
}

/** Resolves when it accepts connections. */
async function launch({ command, env }: RedisProgram & { readonly found: true }, port: number): Promise<ChildProcess> {
  const settings = ['--bind', HOST, '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', tmpdir()]
  // Where the system offers it, the kernel ends the server even after a kill -9 of this process.
  const setpriv = programOnPath(['setpriv'])
  const bound = setpriv === undefined ? [command] : [setpriv, '--pdeathsig', 'KILL', '--', command]
  const [first = command, ...rest] = [...bound, ...settings]
  const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'ignore'], env })
  let said = ''
  child.on('error', ({ message }) => {
    said += message
  })
  // One that cannot be run at all is told by its error, which is thrown here.
  await once(child, 'spawn')
  for await (const text of child.stdout) {
    said += String(text)
    if (said.includes('Ready to accept connections')) return child
  }
  throw new Error(`${command} did not start on port ${port}; it said: ${said.slice(-500)}`)
}
