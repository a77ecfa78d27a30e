/** Links of the documentation lead to files and headings that are there. */
import { checkLinks } from './links/check.ts'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'

tellProblems('links', checkLinks(REPOSITORY))
