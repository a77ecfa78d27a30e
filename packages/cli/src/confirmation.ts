/** What cannot be taken back is asked for first. Where nobody can answer, --yes has to be there. */
import { createInterface } from 'node:readline/promises'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'

/** @throws Failure where the answer is no, or there is nobody to ask. */
export async function confirmed(question: string, isGiven: boolean | undefined): Promise<void> {
  if (isGiven === true) return
  if (!process.stdin.isTTY)
    throw new Failure(EXIT_CODES.usage, `${question} Not without --yes, as nobody can be asked here`)
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await dialogue.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(EXIT_CODES.usage, 'nothing was done')
  } finally {
    dialogue.close()
  }
}
