/** What every tRPC router of this server is made of. Pages have a router each, in pages/<name>/router.ts. */
import { initTRPC, type TRPCError } from '@trpc/server'
import { z } from 'zod'
import type { AnswerFacts } from '../shared/answer-facts.ts'
import type { CacheMode } from '../shared/cache-mode.ts'
import { problemOf } from './problem.ts'

/** Who asks, and how to tell them what came of it. */
export interface RpcContext {
  /** From the cookie; every browser is a user. */
  readonly userId: string
  readonly mode: CacheMode
  /** Told how a cached answer was come by. */
  readonly tell: (facts: AnswerFacts) => void
}

const t = initTRPC.context<RpcContext>().create({
  // Stacks stay in the server's log, whatever NODE_ENV says.
  isDev: false,
  errorFormatter: ({ shape, error }) => ({ ...shape, message: messageFor(error) }),
})

export const { procedure, router } = t

// tRPC's own refusals (no such procedure, no JSON) are fit to be read; a refused input and a failed resolver are not.
function messageFor(error: TRPCError): string {
  const failed = error.code === 'INTERNAL_SERVER_ERROR' || error.cause instanceof z.ZodError
  return failed ? problemOf(error.cause ?? error).message : error.message
}
