/** A list the server has made, and the windows of it that have been looked at. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'

export type Row = RpcOutputs['inspect']['rows'][number]
type Listing = RpcOutputs['inspect']['list']
export type ListingWish = Parameters<typeof rpc.inspect.list.query>[0]

const WINDOW_COUNT = 200

export interface ListingFeed {
  readonly listing: Listing | undefined
  readonly complaint: string | undefined
  /** Undefined for a row that is still being asked for. */
  readonly rowAt: (at: number) => Row | undefined
  /** Asks for the windows that hold these rows. */
  readonly show: (first: number, last: number) => void
  /** Makes the list anew. */
  readonly refresh: () => void
}

export function useListing(wish: ListingWish): ListingFeed {
  const [listing, setListing] = useState<Listing>()
  const [complaint, setComplaint] = useState<string>()
  const [turn, setTurn] = useState(0)
  const [windows, setWindows] = useState<ReadonlyMap<number, readonly Row[]>>(new Map())
  const asked = useRef(new Set<number>())

  // The turn is not read here: each step of it makes the list anew.
  useEffect(() => {
    const abort = new AbortController()
    rpc.inspect.list.query(wish, { signal: abort.signal }).then(
      (made) => {
        asked.current = new Set()
        setWindows(new Map())
        setListing(made)
        setComplaint(undefined)
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setComplaint(messageOf(error))
      },
    )
    return () => abort.abort()
  }, [wish, turn])

  const id = listing?.id
  const show = useCallback(
    (first: number, last: number) => {
      if (id === undefined) return
      for (let at = Math.floor(first / WINDOW_COUNT); at <= Math.floor(last / WINDOW_COUNT); at++) {
        if (asked.current.has(at)) continue
        asked.current.add(at)
        rpc.inspect.rows.query({ id, from: at * WINDOW_COUNT, count: WINDOW_COUNT }).then(
          (rows) => setWindows((known) => new Map(known).set(at, rows)),
          (error: unknown) => setComplaint(messageOf(error)),
        )
      }
    },
    [id],
  )
  const rowAt = useCallback((at: number) => windows.get(Math.floor(at / WINDOW_COUNT))?.[at % WINDOW_COUNT], [windows])
  return { listing, complaint, rowAt, show, refresh: useCallback(() => setTurn((count) => count + 1), []) }
}
