/** What the process of a seat runs. */
import { serveSeat } from './harness/seat-process.ts'
import { workloads } from './workloads/all.ts'

serveSeat(workloads)
