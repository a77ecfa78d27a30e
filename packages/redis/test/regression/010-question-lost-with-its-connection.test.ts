/**
 * Regression: a watch whose question was under way when the connection was lost and there again at once was never whole again: ioredis answers
 * such a question never, and it was waited for. Near copies were then served for 30 s without being told of changes, and compared ever after.
 */
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type ForeignChange, redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const SOON = { timeout: 10_000, interval: 5 }

/** Loses its connection when it has asked whether it is tracked. */
class Losing extends Redis {
  isLosing = false

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const sent = super.sendCommand(command, stream)
    if (this.isLosing && command.args.includes('trackinginfo')) {
      this.isLosing = false
      this.stream.destroy()
    }
    return sent
  }
}

describe.skipIf(!search.found)('a watch that asks as its connection is lost', { timeout: 30_000 }, () => {
  test('is whole again', async () => {
    await using server = await startRedis()
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const client = new Losing(server.url, { autoResendUnfulfilledCommands: false, retryStrategy: () => 1 })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const backend = redisBackend({ client })
    onTestFinished(() => backend.close())
    const gaps: ForeignChange['gap'][] = []
    backend.watch(({ gap }) => gap !== undefined && gaps.push(gap))
    await expect.poll(() => gaps, SOON).toEqual(['over'])
    client.isLosing = true
    await expect.poll(() => gaps.slice(0, 3), SOON).toEqual(['over', 'open', 'over'])
  })
})
