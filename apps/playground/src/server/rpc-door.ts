/**
 * tRPC on Express: who asks, what their mode is, and the header that says how an answer was come by.
 *
 * Streams of events never end by themselves: they are known here, so that the server can end them when it stops.
 */
import type { ServerResponse } from 'node:http'
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import { Router } from 'express'
import { type AnswerFacts, FACTS_HEADER, writeFacts } from '../shared/answer-facts.ts'
import type { Rooms } from './rooms.ts'
import type { RpcRouter } from './rpc-router.ts'
import { userOf } from './users/user-cookie.ts'

export interface RpcDoor {
  readonly router: Router
  /** Ends the streams of events, which would hold up a stop. */
  readonly endStreams: () => void
}

export function createRpcDoor({ modes }: Rooms, rpcRouter: RpcRouter): RpcDoor {
  const streams = new Set<ServerResponse>()
  const router = Router()
  router.use((request, response, next) => {
    if (request.headers.accept?.includes('text/event-stream') === true) {
      streams.add(response)
      response.on('close', () => streams.delete(response))
    }
    next()
  })
  router.use(
    createExpressMiddleware({
      router: rpcRouter,
      async createContext({ req, res }) {
        const userId = userOf(req, res)
        return {
          userId,
          mode: await modes.of(userId),
          tell(facts: AnswerFacts) {
            if (!res.headersSent) res.setHeader(FACTS_HEADER, writeFacts(facts))
          },
        }
      },
    }),
  )
  return {
    router,
    endStreams() {
      for (const stream of streams) stream.end()
    },
  }
}
