/**
 * Regression: who asked a node that is gone was told that this server could not answer, with a stack in its log; one that answered with a failure was
 * a fault of the question.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { openPlayground, temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'

test('which node it was is said', async () => {
  using folder = temporaryFolder()
  await using site = await openPlayground({ files: await writeSmallFlights(folder.path), node: { name: 'node 1' } })
  const failing = createServer((_, response) => response.writeHead(500).end('{}')).listen(0, '127.0.0.1')
  await once(failing, 'listening')
  const address = failing.address()
  const failingAddress = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  try {
    site.rooms.nodes.meet([
      { name: 'node 2', address: 'http://127.0.0.1:1' },
      { name: 'node 3', address: failingAddress },
    ])
    const { askAt, invalidateAt } = site.rpc.nodes
    await expect(askAt.mutate({ name: 'node 2' })).rejects.toThrow('node 2 does not answer')
    await expect(invalidateAt.mutate({ name: 'node 2' })).rejects.toThrow('node 2 does not answer')
    await expect(askAt.mutate({ name: 'node 3' })).rejects.toThrow('node 3 could not answer')
  } finally {
    failing.close()
  }
})
