/** The attribute `error.type` of OpenTelemetry's conventions: a class of errors, of which there are few. */
import { StowageError } from '@stowage/core'

export const ERROR_TYPE = 'error.type'

export function errorType(thrown: unknown): string {
  if (thrown instanceof StowageError) return thrown.code
  return thrown instanceof Error ? thrown.name : '_OTHER'
}
