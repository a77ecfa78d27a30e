/** What the process of a seat runs. */
import { keepCompiled } from './material/compiled.ts'

keepCompiled()
const [{ serveSeat }, { workloads }] = await Promise.all([
  import('./harness/seat-process.ts'),
  import('./workloads/all.ts'),
])
serveSeat(workloads)
