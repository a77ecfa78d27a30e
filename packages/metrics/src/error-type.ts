/** The attribute `error.type` of OpenTelemetry's conventions: a class of errors, of which there are few. */
import { StowageError } from '@stowage/core'

export const ERROR_TYPE = 'error.type'

/** What the conventions call all others. */
const OTHER = '_OTHER'
/** What is longer is no name of a class. */
const MAX_NAME_LENGTH = 100

export function errorType(thrown: unknown): string {
  try {
    if (thrown instanceof StowageError) return thrown.code
    const name: unknown = thrown instanceof Error ? thrown.name : undefined
    return typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH ? name : OTHER
  } catch {
    // What cannot even be asked for its name.
    return OTHER
  }
}
