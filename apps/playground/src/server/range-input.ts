/** The one place where a request's range of days is read and refused; both APIs take it from here. */
import { z } from 'zod'
import { type DayRange, isDay } from '../shared/calendar.ts'

/** A missing day is the file's first or last. Unknown parameters are refused, so that a typo is not taken for "all". */
export function rangeInput(days: DayRange) {
  const day = z
    .string({ error: 'must be given once, as a day written YYYY-MM-DD' })
    .refine((text) => isDay(text) && text >= days.from && text <= days.to, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} must be a day written YYYY-MM-DD, from ${days.from} to ${days.to}`,
    })
  return z
    .strictObject({ from: day.default(days.from), to: day.default(days.to) }, { error: unknownParameter('from, to') })
    .refine((range) => range.from <= range.to, {
      error: (issue) => `from must not be after to, got ${JSON.stringify(issue.input)}`,
      // Only between two valid days is the order worth a message.
      when: (payload) => payload.issues.length === 0,
    })
}

/** The message for keys a strict object does not know; other faults keep zod's own. */
export function unknownParameter(allowed: string) {
  return (issue: z.core.$ZodRawIssue): string | undefined => {
    if (issue.code !== 'unrecognized_keys') return undefined
    const names = issue.keys.map((key) => JSON.stringify(key)).join(', ')
    return `unknown parameter ${names}; allowed: ${allowed}`
  }
}

/** All faults of an input in one line, each led by the parameter's name. */
export function faultsOf(error: z.core.$ZodError): string {
  return error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': ')).join('; ')
}
