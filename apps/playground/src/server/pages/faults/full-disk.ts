/**
 * A disk that takes nothing more, for one process of ours and without being root: the kernel refuses whatever it would write
 * beyond the first bytes of any file (RLIMIT_FSIZE), half of a record written, as a full disk does.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { programOnPath } from '../../redis/redis-program.ts'

/** Less than the smallest thing that any store writes. */
export const ROOM_LEFT_BYTES = 256

const run = promisify(execFile)
const program = programOnPath(['prlimit'])

/** Why it cannot be done on this machine; undefined where it can. */
export const fullDiskReason: string | undefined =
  program === undefined ? 'there is no prlimit on the PATH, which sets the limit (Linux, util-linux)' : undefined

/** @throws Error when the system refuses it */
export async function setFull(processId: number, isFull: boolean): Promise<void> {
  if (program === undefined) throw new Error(fullDiskReason)
  // The soft limit only: it can be lifted again.
  await run(program, ['--pid', String(processId), `--fsize=${isFull ? ROOM_LEFT_BYTES : 'unlimited'}:`])
}
