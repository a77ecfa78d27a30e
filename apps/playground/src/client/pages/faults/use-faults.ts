/** What goes on in the proving ground, asked for every second, and what can be done to it. */
import { useCallback, useEffect, useState } from 'react'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'

type FaultsState = RpcOutputs['faults']['state']
export type Ground = NonNullable<FaultsState['ground']>
export type FaultName = Ground['done'][number]['name']

const POLL_MS = 1_000

export interface FaultsFeed {
  readonly state: FaultsState | undefined
  readonly complaint: string | undefined
  /** What is being done at this moment. */
  readonly doing: string | undefined
  readonly act: (what: string, step: () => Promise<unknown>) => void
}

export function useFaults(): FaultsFeed {
  const [state, setState] = useState<FaultsState>()
  const [complaint, setComplaint] = useState<string>()
  /** Of the looks that go on by themselves: gone as soon as one is answered. */
  const [silence, setSilence] = useState<string>()
  const [doing, setDoing] = useState<string>()

  const ask = useCallback(async () => {
    try {
      setState(await rpc.faults.state.query())
      setSilence(undefined)
    } catch (error) {
      setSilence(messageOf(error))
    }
  }, [])

  useEffect(() => {
    void ask()
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') void ask()
    }, POLL_MS)
    return () => window.clearInterval(timer)
  }, [ask])

  const act = useCallback(
    (what: string, step: () => Promise<unknown>) => {
      setDoing(what)
      setComplaint(undefined)
      void step()
        .catch((error: unknown) => setComplaint(messageOf(error)))
        .then(ask)
        .finally(() => setDoing(undefined))
    },
    [ask],
  )
  return { state, complaint: complaint ?? silence, doing, act }
}
