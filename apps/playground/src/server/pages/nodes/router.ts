/** The procedures of Nodes: what the page asks of all of them, and what they ask of each other. */
import { z } from 'zod'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'

const node = z.strictObject({ name: z.string().max(100) })

export function createNodesRouter({ nodes, desk }: Rooms) {
  return router({
    all: procedure.query(async () => ({ backend: desk.choice().backend, nodes: await nodes.states() })),
    askAt: procedure.input(node).mutation(({ input }) => nodes.askAt(input.name)),
    invalidateAt: procedure.input(node).mutation(({ input }) => nodes.invalidateAt(input.name)),
    servedCount: procedure.query(() => nodes.own.servedCount()),
    view: procedure.query(() => nodes.own.view()),
    ask: procedure.mutation(() => nodes.own.ask()),
    invalidate: procedure.mutation(async () => {
      await nodes.own.invalidate()
      return true as const
    }),
  })
}
