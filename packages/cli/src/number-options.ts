/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'

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

/** Core takes bare milliseconds as a number only; here all is text. @throws Failure for a number without a unit */
export function withUnit(option: string, text: string): string {
  if (text.trim() === '' || Number.isNaN(Number(text))) return text
  throw new Failure(
    EXIT_CODES.usage,
    `${option}: '${text}' has no unit; allowed: a text such as '500ms', '30s', '15m', '1h'`,
  )
}
