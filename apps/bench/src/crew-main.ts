/** What a process of a crew runs. */
import { keepCompiled } from './material/compiled.ts'

keepCompiled()
await import('./workloads/crew-process.ts')
