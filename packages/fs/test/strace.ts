/** strace, where it is installed and allowed: it kills a process at the very call, and makes the system's answers. */
import { execFileSync } from 'node:child_process'

export const STRACE = 'strace'

export function hasStrace(): boolean {
  try {
    execFileSync(STRACE, ['-f', '-e', 'inject=rename:error=ENOSPC:when=1', 'true'], { stdio: 'pipe' })
    return true
  } catch {
    return false // Not installed, or not allowed here.
  }
}
