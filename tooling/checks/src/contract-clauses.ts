/** Each clause of the backend contract has a case in the conformance kit. Runs with `--conditions=@stowage/source`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conformanceCases, spaceCases } from '@stowage/core/testing'
import { CONTRACT, checkContractClauses } from './contract-clauses/check.ts'
import { tellProblems } from './problem.ts'
import { REPOSITORY } from './repository.ts'

const contract = readFileSync(join(REPOSITORY, CONTRACT), 'utf8')
tellProblems('contract clauses', checkContractClauses(contract, [...conformanceCases, ...spaceCases]))
