/** The command itself, as a process: what it prints, how it ends. Concurrent, because most of it is waiting for a start. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { listen } from '../src/server/port.ts'
import { temporaryFolder } from './playground.ts'

const MAIN = resolve(import.meta.dirname, '../src/server/main.ts')

function start(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--conditions=@stowage/source', MAIN], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { child, errors: text(child.stderr), [Symbol.dispose]: () => child.kill('SIGKILL') }
}

function exitCodeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve))
}

async function addressOf(child: ReturnType<typeof start>['child']): Promise<string> {
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)
    if (address !== null && printed.includes('Ctrl-C')) return address[0]
  }
  throw new Error(`the server said no address, only: ${printed}`)
}

test.concurrent('a port that is taken is one line and exit code 1', async () => {
  using folder = temporaryFolder()
  const holder = await listen(() => undefined, { number: 0, given: true })
  using server = start({ PORT: String(holder.port), CACHE_DIR: folder.path })
  expect(await exitCodeOf(server.child)).toBe(1)
  expect(await server.errors).toBe(
    `PORT=${holder.port} is taken by another program; give another one, or none to get a free one\n`,
  )
  holder.server.close()
})

test.concurrent('SIGTERM ends it in order, with the answers kept', async () => {
  using folder = temporaryFolder()
  using server = start({ PORT: '0', CACHE_DIR: folder.path })
  const address = await addressOf(server.child)
  expect((await fetch(`${address}/api/panels/totals`)).status).toBe(200)
  const exitCode = exitCodeOf(server.child)
  server.child.stdout.resume()
  server.child.kill('SIGTERM')
  expect([await exitCode, await server.errors]).toEqual([0, ''])
  expect(existsSync(join(folder.path, 'cache', 'flights', 'cache.db'))).toBe(true)
  expect(existsSync(join(folder.path, 'cache', 'flights', 'cache.db-wal'))).toBe(false)
})
