/** The lockfile is complete for every platform and bound to no registry. */
import { checkLockfile } from './lockfile/check.ts'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'

tellProblems('lockfile', checkLockfile(REPOSITORY))
