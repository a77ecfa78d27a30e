/** What cannot be taken back is asked for first. Where nobody can answer, --yes has to be there. */
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline/promises'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { told } from './terminal.ts'

/** @throws Failure where the answer is no, there is none, or nobody to ask; what the signal brings where it is aborted */
export async function confirmed(question: string, isGiven: boolean | undefined, signal: AbortSignal): Promise<void> {
  if (isGiven === true) return
  if (!process.stdin.isTTY)
    throw new Failure(EXIT_CODES.usage, `${question} Not without --yes, as nobody can be asked here`)
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await answered(dialogue, `${told(question)} [y/N] `, signal)
    signal.throwIfAborted()
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new Failure(EXIT_CODES.usage, 'nothing was done')
  } finally {
    dialogue.close()
  }
}

/** Undefined where there is none: Ctrl-D. */
async function answered(dialogue: Interface, question: string, signal: AbortSignal): Promise<string | undefined> {
  const interrupted = Promise.withResolvers<never>()
  // While a line is read the terminal makes no signal of it.
  dialogue.once('SIGINT', () => interrupted.reject(new Failure(EXIT_CODES.interrupted, 'interrupted')))
  const none = once(dialogue, 'close').then(() => undefined)
  const answer = dialogue.question(question, { signal }).catch(() => undefined)
  return Promise.race([answer, none, interrupted.promise])
}
