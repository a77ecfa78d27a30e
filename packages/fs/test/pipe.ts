/** A pipe in the filesystem: who opens one waits for somebody at its other end. */
import { execFileSync } from 'node:child_process'

const MAKE_PIPE = 'mkfifo'

export function makePipe(path: string): void {
  execFileSync(MAKE_PIPE, [path])
}
