/** Regression: a Redis of the app that somebody else had ended was shown as running for ever, and its dead address given out. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { ownRedis } from '../../src/server/redis/own-redis.ts'
import { answersPing } from '../../src/server/redis/redis-ping.ts'
import { findRedisProgram } from '../../src/server/redis/redis-program.ts'

const program = findRedisProgram()

/** The process id is its own to say: nobody else is told it. */
async function endedFromOutside(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.resume()
  socket.end('SHUTDOWN NOSAVE\r\n')
  await once(socket, 'close')
}

test.skipIf(!program.found)('it is off, and started again by whoever asks for it next', async () => {
  const redis = ownRedis(program)
  try {
    const url = await redis.url()
    await endedFromOutside(url)
    await expect.poll(() => redis.state()).toBe('off')
    redis.pause()
    expect(redis.state()).toBe('off')
    expect(await redis.url()).toBe(url)
    expect([redis.state(), await answersPing(url)]).toEqual(['running', true])
  } finally {
    await redis.close()
  }
})

test.skipIf(!program.found)(
  'one that was killed by a button is not started by a question for its address',
  async () => {
    const redis = ownRedis(program)
    try {
      const url = await redis.url()
      await redis.kill()
      expect([redis.state(), await redis.url(), await answersPing(url)]).toEqual(['killed', url, false])
      await redis.restart()
      expect([redis.state(), await answersPing(url)]).toEqual(['running', true])
    } finally {
      await redis.close()
    }
  },
)
