/** Another node as this one speaks to it: over HTTP, by the procedures that its own page has. */
import { z } from 'zod'
import { RequestError } from '../../problem.ts'
import { type AskedView, askedView, type NearView, nearView } from './near-view.ts'

export interface Peer {
  readonly name: string
  readonly address: string
}

export interface NodeLine {
  readonly name: string
  readonly address: string
  view(): Promise<NearView>
  servedCount(): Promise<number>
  ask(): Promise<AskedView>
  invalidate(): Promise<void>
}

const PATIENCE_MS = 5_000

export function lineTo({ name, address }: Peer): NodeLine {
  async function call<T>(procedure: string, method: 'GET' | 'POST', shape: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${address}/trpc/nodes.${procedure}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(method === 'POST' && { headers: { 'content-type': 'application/json' } }),
    }).catch((cause: unknown) => {
      throw new RequestError(503, `${name} does not answer`, { cause })
    })
    if (!response.ok) throw new RequestError(503, `${name} could not answer; the log says why`)
    return z.object({ result: z.object({ data: shape }) }).parse(await response.json()).result.data
  }
  return {
    name,
    address,
    view: () => call('view', 'GET', nearView),
    servedCount: () => call('servedCount', 'GET', z.number()),
    ask: () => call('ask', 'POST', askedView),
    async invalidate() {
      await call('invalidate', 'POST', z.literal(true))
    },
  }
}
