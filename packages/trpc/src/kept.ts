/**
 * What the cache keeps of a query: the resolver's data as it is, or that there was nothing to be found. And what it does
 * not keep, but the callers of one load have in common: streams, and errors that are answers.
 *
 * A mark is an object with a field of a name that is ours; data that has such a field is kept inside one, so that nothing
 * a resolver returns is taken for a mark.
 */
import type { Schema } from '@stowage/core'
import type { MiddlewareResult } from './middleware.ts'

const MARK = '~stowage/trpc'

type Mark =
  | { readonly [MARK]: 'data'; readonly data: unknown }
  | { readonly [MARK]: 'NOT_FOUND'; readonly message: string }

/** The result of a load that is not to be kept. */
export class Unkept {
  readonly result: MiddlewareResult
  /** It failed as the request it ran for was over: that says nothing of the source, nor to those of other requests. */
  readonly isOver: boolean

  constructor(result: MiddlewareResult, isOver = false) {
    this.result = result
    this.isOver = isOver
  }
}

/** As the cache keeps it. */
export function keptData(data: unknown): unknown {
  return isMark(data) ? ({ [MARK]: 'data', data } satisfies Mark) : data
}

export function keptNotFound(message: string): unknown {
  return { [MARK]: 'NOT_FOUND', message } satisfies Mark
}

/** What was kept: data, or the message of a NOT_FOUND. */
export function readKept(kept: unknown): { readonly data: unknown } | { readonly notFound: string } {
  if (!isMark(kept)) return { data: kept }
  return kept[MARK] === 'data' ? { data: kept.data } : { notFound: kept.message }
}

function isMark(value: unknown): value is Mark {
  return typeof value === 'object' && value !== null && MARK in value
}

/** A schema for data is none for marks, nor for what is not kept. */
export function keptSchema(schema: Schema): Schema {
  const standard = schema['~standard']
  return {
    '~standard': {
      ...standard,
      validate: (value) => (value instanceof Unkept || isMark(value) ? { value } : standard.validate(value)),
    },
  }
}
