/** What the processes of crews can do. A new job is a line below. */
import type { CrewJob } from './crew.ts'
import { mixJobs } from './mix-job.ts'
import { stampedeJob } from './stampede-job.ts'
import { storeJob } from './store-job.ts'

export const crewJobs: readonly CrewJob[] = [stampedeJob, storeJob, ...mixJobs]
