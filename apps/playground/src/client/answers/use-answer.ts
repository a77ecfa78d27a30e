/** Asks for one answer, keeps the last one in sight while the next is awaited, and hears when it is no longer right. */
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { AnswerFacts } from '../../shared/answer-facts.ts'
import { wireMs } from '../round-trip.ts'
import { hearFacts } from '../rpc.ts'
import { invalidationsHeard } from './query-client.ts'

export interface Answer<T> {
  readonly value: T
  /** How the server came by it; undefined when it does not say. */
  readonly facts: AnswerFacts | undefined
  /** From question to answer. */
  readonly roundTripMs: number
}

/** A query of the server as its client has it: `rpc.analytics.delays`. */
export interface Procedure<Input, T> {
  query(input: Input, options: { readonly signal: AbortSignal; readonly context: Record<string, unknown> }): Promise<T>
}

interface Question<Input, T> {
  /** Its path, by which invalidations and the browser's network side know it: `analytics.delays`. */
  readonly path: string
  readonly procedure: Procedure<Input, T>
  readonly input: Input
  /** As the server tags the answer. */
  readonly tags: readonly string[]
  /** Default: until the server says that it is wrong. `never`: asked for again whenever it is shown anew. */
  readonly kept?: 'until-told' | 'never'
}

export function useAnswer<Input, T>({
  path,
  procedure,
  input,
  tags,
  kept = 'until-told',
}: Question<Input, T>): UseQueryResult<Answer<T>, Error> {
  return useQuery({
    // The form of tRPC's own keys, which is what invalidations are matched with.
    queryKey: [path.split('.'), { input, type: 'query' }],
    meta: { tags },
    staleTime: kept === 'never' ? 0 : Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    async queryFn({ signal }): Promise<Answer<T>> {
      await invalidationsHeard
      signal.throwIfAborted()
      const askedAtMs = performance.now()
      let facts: AnswerFacts | undefined
      const context = hearFacts((heard) => {
        facts = heard
      })
      const value = await procedure.query(input, { signal, context })
      const feltMs = performance.now() - askedAtMs
      return { value, facts, roundTripMs: wireMs(`/trpc/${path}`, askedAtMs) ?? feltMs }
    },
  })
}
