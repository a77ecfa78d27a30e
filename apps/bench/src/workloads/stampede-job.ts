/** What one process of a shared stampede does: its callers ask for the round's cold key at once. */
import { isDeepStrictEqual } from 'node:util'
import { map } from '../contenders/map.ts'
import { cacheableRedis } from '../contenders/redis-peers.ts'
import { stowageFsShared } from '../contenders/stowage-fs.ts'
import { stowageRedisShared } from '../contenders/stowage-redis.ts'
import { stowageSqlite, stowageSqliteShared } from '../contenders/stowage-sqlite.ts'
import { callOf } from './call.ts'
import { type CrewJob, sharedNowMs } from './crew.ts'
import { SlowSource } from './slow-source.ts'

export const stampedeJob: CrewJob = {
  name: 'stampede',
  // The last three share loads within a process only: one load per process.
  contenders: [stowageSqliteShared, stowageFsShared, stowageRedisShared, stowageSqlite, cacheableRedis, map],
  async join(contender, directory) {
    const source = new SlowSource()
    const cache = await contender.open({ entryCount: 10_000, directory, load: () => source.load() })
    const call = callOf(contender, cache, 'getOrSet')
    return {
      async run({ round, amount: callerCount }) {
        const before = source.callCount
        const answers = await Promise.all(Array.from({ length: callerCount }, () => call(`report:${round}`)))
        const endedAtMs = sharedNowMs()
        const wrongCount = answers.filter((answer) => !isDeepStrictEqual(answer, SlowSource.answer)).length
        return { loadCount: source.callCount - before, wrongCount, endedAtMs }
      },
      close: () => cache.close?.(),
    }
  },
}
