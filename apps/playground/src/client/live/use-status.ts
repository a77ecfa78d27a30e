/** The server's live figures: asked for at start, after each answer, and every few seconds while the page is seen. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { messageOf, rpc, type ServerStatus } from '../rpc.ts'

export interface StatusFeed {
  /** The last one heard; undefined before the first. */
  readonly status: ServerStatus | undefined
  /** Why the newest one is missing; undefined when it is not. */
  readonly complaint: string | undefined
  readonly ask: () => void
}

const POLL_MS = 4_000
/** Panels answer in a burst; one question after it is enough. */
const SETTLE_MS = 80

export function useStatus(): StatusFeed {
  const [status, setStatus] = useState<ServerStatus>()
  const [complaint, setComplaint] = useState<string>()
  const timer = useRef<number>(undefined)

  const askNow = useCallback(async () => {
    try {
      setStatus(await rpc.status.query())
      setComplaint(undefined)
    } catch (error) {
      setComplaint(messageOf(error))
    }
  }, [])

  const ask = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => void askNow(), SETTLE_MS)
  }, [askNow])

  useEffect(() => {
    void askNow()
    const poll = window.setInterval(() => {
      if (document.visibilityState === 'visible') void askNow()
    }, POLL_MS)
    return () => {
      window.clearInterval(poll)
      window.clearTimeout(timer.current)
    }
  }, [askNow])

  return { status, complaint, ask }
}
