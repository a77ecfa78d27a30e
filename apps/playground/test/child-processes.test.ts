/** Processes that the server starts: one that cannot be started is an error with a reason, and leaves no other behind. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { startNodes } from '../src/server/nodes/node-processes.ts'
import { startSibling } from '../src/server/pages/faults/sibling.ts'
import { ownRedis } from '../src/server/redis/own-redis.ts'
import { temporaryFolder } from './playground.ts'

const noRedis = (): Promise<string> => Promise.reject(new Error('no redis-server'))
const NOWHERE = '/nowhere/to/be/found'
const { execPath } = process
afterEach(() => {
  process.execPath = execPath
  vi.unstubAllEnvs()
})

/** Node 2 writes down who it is, and ends with its parent; node 3 is out of order, as soon as node 2 is there. */
const PROGRAM = `
import { existsSync, renameSync, writeFileSync } from 'node:fs'
const { SEEN, MODE, PLAYGROUND_NODE } = process.env
process.once('disconnect', () => process.exit(0))
if (PLAYGROUND_NODE === 'node 3') setInterval(() => existsSync(SEEN) && process.exit(1), 5)
else {
  writeFileSync(SEEN + '.new', String(process.pid))
  renameSync(SEEN + '.new', SEEN)
  if (MODE !== 'silent') process.send({ address: 'http://127.0.0.1:1' })
}
`

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    // There is no such process.
    return false
  }
}

test('a node that does not start ends those that did', async () => {
  using folder = temporaryFolder()
  const [program, seen] = [join(folder.path, 'node.mjs'), join(folder.path, 'seen')]
  writeFileSync(program, PROGRAM)
  const nodes = startNodes({ count: 3, environment: { SEEN: seen }, redisUrl: noRedis, program })
  await expect(nodes.peers).rejects.toThrow('node 3 ended before it could be used')
  expect(isAlive(Number(readFileSync(seen, 'utf8')))).toBe(false)
})

test('nodes that are still starting are ended, too', async () => {
  using folder = temporaryFolder()
  const [program, seen] = [join(folder.path, 'node.mjs'), join(folder.path, 'seen')]
  writeFileSync(program, PROGRAM)
  const nodes = startNodes({ count: 2, environment: { SEEN: seen, MODE: 'silent' }, redisUrl: noRedis, program })
  await expect.poll(() => existsSync(seen)).toBe(true)
  await nodes.close()
  await expect(nodes.peers).rejects.toThrow('node 2 ended before it could be used')
  expect(isAlive(Number(readFileSync(seen, 'utf8')))).toBe(false)
})

test('a program that is not there is an error of who asked for it, never of the whole server', async () => {
  vi.stubEnv('PATH', '')
  const redis = ownRedis({ found: true, command: NOWHERE, env: {} })
  await expect(redis.url()).rejects.toThrow(`spawn ${NOWHERE} ENOENT`)
  await redis.close()

  process.execPath = NOWHERE
  await expect(startNodes({ count: 2, environment: {}, redisUrl: noRedis }).peers).rejects.toThrow(
    `node 2 could not be started: spawn ${NOWHERE} ENOENT`,
  )
  const place = { store: 'sqlite', folder: '/nowhere', redisUrl: undefined } as const
  const deaf = { onStored: () => undefined, onStore: () => undefined, onLate: () => undefined }
  const sibling = startSibling(place, deaf)
  await expect.poll(() => sibling.problem).toBe(`the other process: spawn ${NOWHERE} ENOENT`)
  await sibling.end()
})

test('another process that cannot open its store yet, as on a full disk, goes on when it can', async () => {
  using folder = temporaryFolder()
  const blocked = join(folder.path, 'blocked')
  writeFileSync(blocked, 'a file where the folder must be')
  const said: string[] = []
  const sibling = startSibling(
    { store: 'fs', folder: blocked, redisUrl: undefined },
    {
      onStored: () => said.push('stored'),
      onStore: (isDown) => said.push(isDown ? 'down' : 'well'),
      onLate: () => undefined,
    },
  )
  await expect.poll(() => said, { timeout: 20_000 }).toEqual(['down'])
  rmSync(blocked)
  await expect.poll(() => said.slice(0, 3), { timeout: 20_000 }).toEqual(['down', 'well', 'stored'])
  expect(sibling.problem).toBeUndefined()
  await sibling.end()
})
