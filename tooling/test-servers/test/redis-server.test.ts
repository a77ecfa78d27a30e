/** Servers of our own, by their real processes. Skipped only where no server can be had, which the run says loudly. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from '../src/free-port.ts'
import { findRedisBinary, startRedis } from '../src/index.ts'
import { findOnPath } from '../src/path-lookup.ts'

const search = await findRedisBinary()
const hasSetpriv = findOnPath(['setpriv']) !== undefined

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.skipIf(!search.found)('startRedis', () => {
  test('two servers do not see each other, listen on this machine only and keep nothing', async () => {
    await using one = await startRedis()
    await using two = await startRedis()
    const [first, second] = [clientOf(one.url), clientOf(two.url)]
    await first.set('key', 'value')
    expect(await second.get('key')).toBeNull()
    expect(await first.config('GET', 'bind')).toEqual(['bind', '127.0.0.1'])
    expect(await first.config('GET', 'save')).toEqual(['save', ''])
  })

  test('further settings reach the server', async () => {
    await using server = await startRedis({ settings: ['--maxmemory', '3mb'] })
    expect(await clientOf(server.url).config('GET', 'maxmemory')).toEqual(['maxmemory', String(3 * 1024 * 1024)])
  })

  test('a port that somebody took in the meantime is replaced by another', async () => {
    await using other = await startRedis()
    const asked: number[] = []
    const choosePort = async () => {
      asked.push(asked.length === 0 ? other.port : await freePort())
      return asked.at(-1) ?? 0
    }
    await using server = await startRedis({ choosePort })
    expect(asked.length).toBeGreaterThan(1)
    expect(server.port).toBe(asked.at(-1))
  })

  test('a setting it refuses is reported in its own words, and nothing stays behind', async () => {
    const folder = await ownTemporaryFolder()
    vi.stubEnv('TMPDIR', folder)
    await expect(startRedis({ settings: ['--maxmemory', 'much'] })).rejects.toThrow(/did not start[\s\S]*maxmemory/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('stop ends it and removes its folder, however often it is called', async () => {
    const folder = await ownTemporaryFolder()
    vi.stubEnv('TMPDIR', folder)
    const server = await startRedis()
    expect(readdirSync(folder)).toHaveLength(1)
    const { closed } = await connectionTo(server.port)
    await Promise.all([server.stop(), server.stop()])
    await closed
    expect(readdirSync(folder)).toEqual([])
  })

  test.skipIf(!hasSetpriv)(
    'it dies when its parent is killed, though the parent cannot do anything for it',
    async () => {
      const { parent, closed } = await serverOfChild({})
      parent.kill('SIGKILL')
      await closed
    },
  )

  test('without setpriv it still dies when its parent exits', async () => {
    const { parent, ended, closed, folder } = await serverOfChild({ PATH: '' })
    expect(readdirSync(folder)).toHaveLength(1)
    parent.stdin.end()
    await closed
    await ended
    expect(readdirSync(folder)).toEqual([])
  })
})

function clientOf(url: string): Redis {
  const client = new Redis(url)
  onTestFinished(() => client.disconnect())
  return client
}

/** A connection that the server has answered on. However the server dies, by FIN or by RST, `closed` resolves. */
async function connectionTo(port: number): Promise<{ readonly socket: Socket; readonly closed: Promise<void> }> {
  const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
  await once(socket, 'data')
  socket.on('error', () => undefined).resume()
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve())) }
}

async function ownTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stowage-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A server started by another process. It is seen to die by the end of a connection to it, so nobody has to poll. */
async function serverOfChild(env: { readonly PATH?: string }) {
  const folder = await ownTemporaryFolder()
  const program = join(import.meta.dirname, 'fixtures/parent.ts')
  const binary = search.found ? [search.binary.command, search.binary.libraryPath ?? ''] : []
  const parent = spawn(process.execPath, ['--conditions=@stowage/source', program, ...binary], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder, ...env },
  })
  const ended = once(parent, 'exit')
  const [port = Number.NaN, processId = Number.NaN] = (await firstLine(parent.stdout)).split(' ').map(Number)
  const { socket, closed } = await connectionTo(port)
  onTestFinished(() => {
    parent.kill('SIGKILL')
    if (!socket.destroyed) process.kill(processId, 'SIGKILL')
  })
  return { parent, ended, closed, folder }
}

async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line
  throw new Error('the process ended without a word')
}
