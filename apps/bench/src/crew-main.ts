/** One process of a crew: opens the contender named on its command line and asks it at the instants it is told. */
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { crash, endWithParent, tellParent } from './harness/parent.ts'
import { callOf } from './workloads/call.ts'
import { type CrewReport, type CrewTask, sharedNowMs } from './workloads/crew.ts'
import { crewContenders } from './workloads/shared-stampede.ts'
import { SlowSource } from './workloads/slow-source.ts'

const [name, directory = ''] = process.argv.slice(2)
const contender = crewContenders.find((each) => each.name === name)
if (contender === undefined) throw new Error(`no contender '${name}'`)

const source = new SlowSource()
const cache = await contender.open({ entryCount: 10_000, directory, load: () => source.load() })
const call = callOf(contender, cache, 'getOrSet')

async function carryOut({ key, callerCount, startAtMs }: CrewTask): Promise<CrewReport> {
  const before = source.callCount
  await pause(Math.max(0, startAtMs - sharedNowMs()))
  const answers = await Promise.all(Array.from({ length: callerCount }, () => call(key)))
  const endedAtMs = sharedNowMs()
  const wrongCount = answers.filter((answer) => !isDeepStrictEqual(answer, SlowSource.answer)).length
  return { loadCount: source.callCount - before, wrongCount, endedAtMs }
}

process.on('message', (task: CrewTask) => {
  carryOut(task).then(tellParent).catch(crash)
})
endWithParent(() => cache.close?.())
tellParent({ isOpen: true })
