/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander'

/** @throws InvalidArgumentError */
export function countOption(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new InvalidArgumentError('allowed: whole numbers from 1')
}

/** @throws InvalidArgumentError */
export function secondsOption(text: string): number {
  const seconds = Number(text)
  if (seconds >= 0.1 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('allowed: seconds from 0.1 to 86400')
}
