/** The examples of the documentation compile and, where they say so, run. */
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'
import { checkSnippets } from './snippets/check.ts'

tellProblems('snippets', checkSnippets(REPOSITORY))
