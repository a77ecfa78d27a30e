/** A lock that nobody disputes, taken and given back: what a lock costs where it is only there in case. */
import { type LockContender, redlockLock, stowageLocks } from '../contenders/lock-contenders.ts'
import { type Bout, type Workload, WrongAnswerError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'

const CYCLES_PER_MS = 1

export const structureLocks: Workload = {
  name: 'structures-locks',
  row: 31,
  title: 'a lock taken and given back, undisputed; µs for both',
  entrants: [redlockLock, stowageLocks.redis, stowageLocks.sqlite].map((contender) => ({
    ...contender,
    open: ({ store }) => openLock(contender, Math.ceil(store.workMs * CYCLES_PER_MS)),
  })),
  measures: [
    { name: 'cycleUs', title: 'take and give back' },
    { name: 'cycleCpuUs', title: 'CPU' },
  ],
  reference: redlockLock.name,
  targets: [],
  rounds: ({ store }) => store,
}

async function openLock(contender: LockContender, count: number): Promise<Bout> {
  const folder = makeFolder()
  const lock = await contender.open(folder.path)
  const round = async () => {
    const [used, startedMs] = [process.cpuUsage(), performance.now()]
    for (let cycle = 0; cycle < count; cycle++) {
      if (!(await lock.cycle())) throw new WrongAnswerError('a lock that was given was not held')
    }
    const { user, system } = process.cpuUsage(used)
    return { cycleUs: ((performance.now() - startedMs) * 1_000) / count, cycleCpuUs: (user + system) / count }
  }
  return {
    async smoke() {
      await round()
    },
    round,
    async close() {
      await lock.close()
      folder.remove()
    },
  }
}
