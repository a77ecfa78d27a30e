/** What one process of a crew does: it joins the job named on its command line, and does its tasks at the instants it is told. */
import { setTimeout as pause } from 'node:timers/promises'
import { crash, endWithParent, tellParent } from '../harness/parent.ts'
import { type CrewReport, sharedNowMs, type TimedTask } from './crew.ts'
import { crewJobs } from './crew-jobs.ts'

const [jobName, name, directory = ''] = process.argv.slice(2)
const job = crewJobs.find((each) => each.name === jobName)
const contender = job?.contenders.find((each) => each.name === name)
if (job === undefined || contender === undefined) throw new Error(`no job '${jobName}' with a contender '${name}'`)

const member = await job.join(contender, directory)

async function carryOut({ startAtMs, ...task }: TimedTask): Promise<CrewReport> {
  await pause(Math.max(0, startAtMs - sharedNowMs()))
  return member.run(task)
}

process.on('message', (task: TimedTask) => {
  carryOut(task).then(tellParent).catch(crash)
})
endWithParent(() => member.close())
tellParent({ isOpen: true })
