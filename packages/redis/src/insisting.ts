/**
 * A question of which nobody can do without the answer, for as long as there is a connection: which it is, and to whom. A client of the user's own may
 * give up by itself (`commandTimeout`), and goes on with the connection all the same.
 */
import { messageOf } from '@stowage/core'
import type { Command, ServerClient } from './client.ts'
import type { Reply } from './reply.ts'

const GAVE_UP = 'Command timed out'

/** @throws what the server says against it, or the client of the connection */
export async function insistOn(client: Pick<ServerClient, 'callBuffer'>, ...command: Command): Promise<Reply> {
  for (;;) {
    try {
      return await client.callBuffer(...command)
    } catch (thrown) {
      if (messageOf(thrown) !== GAVE_UP) throw thrown
    }
  }
}
