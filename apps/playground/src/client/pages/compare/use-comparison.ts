/** The comparison that the server is running or has run last, followed as it goes on; a page opened later hears all of it. */
import { useEffect, useState } from 'react'
import { whileSeen } from '../../live/while-seen.ts'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'

export type Field = RpcOutputs['compare']['field']
export type ContestantName = Field['contestants'][number]['name']
type Message = RpcOutputs['compare']['watch'] extends AsyncIterable<infer Told> ? Told : never
type Told<Kind extends Message['kind']> = Extract<Message, { readonly kind: Kind }>
export type CompareWish = Told<'began'>['wish']
export type Lap = Told<'lap'>['lap']
export type Standing = Told<'standing'>['standing']

export interface Comparison {
  readonly phase: 'none' | 'recording' | 'running' | Told<'ended'>['how']
  readonly reason: string | undefined
  readonly wish: CompareWish | undefined
  readonly recordedShare: number
  readonly laps: ReadonlyMap<ContestantName, readonly Lap[]>
  readonly standings: ReadonlyMap<ContestantName, Standing>
}

const NONE: Comparison = {
  phase: 'none',
  reason: undefined,
  wish: undefined,
  recordedShare: 0,
  laps: new Map(),
  standings: new Map(),
}

/** Laps come in bursts; charts drawn so often are as good. */
const DRAW_MS = 150

export function useComparison(): { readonly comparison: Comparison; readonly complaint: string | undefined } {
  const [comparison, setComparison] = useState(NONE)
  const [complaint, setComplaint] = useState<string>()

  useEffect(() => {
    let heard: Message[] = []
    let timer: number | undefined
    function draw(): void {
      timer = undefined
      const messages = heard
      heard = []
      setComparison((last) => messages.reduce(after, last))
    }
    const leave = whileSeen(() => {
      const watching = rpc.compare.watch.subscribe(undefined, {
        onStarted: () => {
          // All of the run comes again after a reconnect.
          heard = []
          setComparison(NONE)
          setComplaint(undefined)
        },
        onData: (message) => {
          heard.push(message)
          timer ??= window.setTimeout(draw, DRAW_MS)
        },
        onError: (error) => setComplaint(messageOf(error)),
      })
      return () => watching.unsubscribe()
    })
    return () => {
      leave()
      window.clearTimeout(timer)
    }
  }, [])

  return { comparison, complaint }
}

function after(last: Comparison, message: Message): Comparison {
  switch (message.kind) {
    case 'began':
      return { ...NONE, phase: 'recording', wish: message.wish }
    case 'recording':
      return { ...last, recordedShare: message.share }
    case 'standing':
      return { ...last, phase: 'running', standings: new Map(last.standings).set(message.name, message.standing) }
    case 'lap': {
      const laps = [...(last.laps.get(message.name) ?? []), message.lap]
      return { ...last, laps: new Map(last.laps).set(message.name, laps) }
    }
    case 'ended':
      return { ...last, phase: message.how, reason: message.reason }
  }
}
