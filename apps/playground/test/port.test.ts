import type { Server } from 'node:http'
import { expect, test } from 'vitest'
import { type Listening, listen } from '../src/server/port.ts'

const nothing = (): void => undefined

async function holding<T>(use: (taken: number) => Promise<T>): Promise<T> {
  const holder = await listen(nothing, { number: 0, given: true })
  try {
    return await use(holder.port)
  } finally {
    await closed(holder.server)
  }
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

test('a taken port that was asked for is refused by name', async () => {
  await holding(async (taken) => {
    await expect(listen(nothing, { number: taken, given: true })).rejects.toThrow(
      `PORT=${taken} is taken by another program; give another one, or none to get a free one`,
    )
  })
})

test('a taken default port gives way to the next free one', async () => {
  await holding(async (taken) => {
    const other: Listening = await listen(nothing, { number: taken, given: false })
    expect(other.port).toBeGreaterThan(taken)
    await closed(other.server)
  })
})

test('only this machine can connect', async () => {
  const { server } = await listen(nothing, { number: 0, given: true })
  expect(server.address()).toMatchObject({ address: '127.0.0.1' })
  await closed(server)
})

test('a connection is held for longer than a busy client pauses', async () => {
  const { server, port } = await listen((_, response) => response.end(), { number: 0, given: true })
  const response = await fetch(`http://127.0.0.1:${port}`)
  await response.text()
  expect(response.headers.get('keep-alive')).toBe('timeout=65')
  await closed(server)
})
