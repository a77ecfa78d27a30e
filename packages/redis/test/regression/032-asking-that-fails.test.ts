/** Regression: where a Cluster's server refused ASKING, or was lost while it was asked, nobody handled the rejection, and the process ended. */
import { setImmediate as turn } from 'node:timers/promises'
import { Cluster } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

test('nothing becomes of it', async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => void vi.restoreAllMocks())
  const client = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true })
  onTestFinished(() => client.disconnect())
  const listenerCount = client.listenerCount('+node')
  const backends = [redisBackend({ client }), redisBackend({ client })]
  const unhandled = vi.fn<(reason: unknown) => void>()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => void process.off('unhandledRejection', unhandled))
  let askedCount = 0
  const node = {
    asking: async () => {
      askedCount++
      throw new Error('NOPERM')
    },
  }
  client.emit('+node', node)
  void node.asking()
  await turn()
  await turn()
  expect([askedCount, unhandled.mock.calls]).toEqual([1, []])
  for (const backend of backends) await backend.close()
  expect(client.listenerCount('+node')).toBe(listenerCount)
})
