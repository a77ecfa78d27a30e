/** The declarations that users get, read by the oldest TypeScript that is promised. */
import { checkOldestTypeScript } from './oldest-typescript/check.ts'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'

tellProblems('oldest typescript', checkOldestTypeScript(REPOSITORY))
