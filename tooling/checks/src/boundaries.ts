/** Who may import whom, and what files and versions are called. */
import { checkBoundaries } from './boundaries/check.ts'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'

tellProblems('boundaries', checkBoundaries(REPOSITORY))
