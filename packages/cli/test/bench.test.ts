/** A bench says something of each backend and size, can be left, and leaves nothing behind. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, test, vi } from 'vitest'
import { tempFolder } from './stores.ts'
import { saying, start, stowage, stowageJson } from './stowage.ts'

vi.setConfig({ testTimeout: 60_000 })

test('each backend with each size', async () => {
  const folder = tempFolder()
  const rows = await stowageJson(['bench', '--folder', folder, '--sizes', '100,10KB', '--seconds', '0.1'])
  const measured = expect.any(Number) as unknown
  expect(rows).toEqual(
    [100, 10_000].flatMap((sizeBytes) =>
      ['memory', 'sqlite', 'fs'].map((backend) => ({ sizeBytes, backend, getMs: measured, setMs: measured })),
    ),
  )
  expect(readdirSync(folder)).toEqual([])
})

test('as a table, with the best of what survives a restart', async () => {
  const folder = tempFolder()
  const { code, out } = await stowage(['bench', '--folder', folder, '--sizes', '100', '--seconds', '0.1'])
  expect(code).toBe(0)
  for (const word of ['memory get', 'sqlite get', 'fs get', '100 B', 's *', folder]) expect(out).toContain(word)
})

test('Ctrl-C ends it, with what there is and nothing left behind', async () => {
  const folder = tempFolder()
  const child = start(['bench', '--folder', folder, '--sizes', '100', '--seconds', '600'])
  const closed = once(child, 'close')
  const out = text(child.stdout)
  await expect.poll(() => readdirSync(folder, { recursive: true }).join(), { timeout: 30_000 }).toContain('cache.db')
  child.kill('SIGINT')
  await closed
  expect(child.exitCode).toBe(130)
  expect(await out).toContain('value')
  expect(readdirSync(folder)).toEqual([])
})

test('what is no size is refused', async () => {
  expect(await stowage(['bench', '--sizes', '10XB'])).toMatchObject({ code: 2, err: saying('allowed: sizes') })
})

describeWithRedis('redis', (url) => {
  test('takes part where it is named', async () => {
    const at = ['--folder', tempFolder(), '--redis', url, '--sizes', '100', '--seconds', '0.1']
    const rows = await stowageJson(['bench', ...at])
    expect(rows).toContainEqual(expect.objectContaining({ backend: 'redis' }))
  })
})
