/** The entries, however many: only the rows in sight are in the page. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { formatBytes, formatCount } from '../../format.ts'
import { countdown } from './countdown.ts'
import type { ListingFeed, Row } from './use-listing.ts'
import { useNowMs } from './use-now.ts'

const ROW_HEIGHT_PX = 36
const BEYOND_COUNT = 8
/** As long as a range of days in a key. */
const TAIL_COUNT = 40

interface EntryTableProps {
  readonly feed: ListingFeed
  readonly chosenAt: number | undefined
  readonly onChoose: (row: Row) => void
}

const HEADINGS = ['Key', 'Size', 'Tags', 'Age', 'Fresh for', 'Kept for', 'Served from', 'Hits'] as const

export function EntryTable({ feed, chosenAt, onChoose }: EntryTableProps) {
  const frame = useRef<HTMLElement>(null)
  const count = feed.listing?.count ?? 0
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: BEYOND_COUNT,
  })
  const items = virtualizer.getVirtualItems()
  const first = items.at(0)?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const { show } = feed
  useEffect(() => {
    if (count > 0) show(first, last)
  }, [show, first, last, count])
  const nowMs = useNowMs()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={frame} className="inspect-frame" tabIndex={0} aria-label="List of entries">
      <table className="inspect-table" aria-rowcount={count + 1}>
        <caption className="visually-hidden">Entries of the cache with what is kept beside each</caption>
        <thead>
          <tr aria-rowindex={1}>
            {HEADINGS.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <EntryRow
              key={index}
              at={index}
              row={feed.rowAt(index)}
              startPx={start}
              nowMs={nowMs}
              isChosen={index === chosenAt}
              onChoose={onChoose}
            />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** By characters, of which none may be cut in two. */
function KeyText({ text }: { readonly text: string }) {
  const characters = [...text]
  return (
    <>
      <span className="inspect-key-head">{characters.slice(0, -TAIL_COUNT).join('')}</span>
      <span>{characters.slice(-TAIL_COUNT).join('')}</span>
    </>
  )
}

interface EntryRowProps {
  readonly at: number
  readonly row: Row | undefined
  readonly startPx: number
  readonly nowMs: number
  readonly isChosen: boolean
  readonly onChoose: (row: Row) => void
}

function EntryRow({ at, row, startPx, nowMs, isChosen, onChoose }: EntryRowProps) {
  const place = { 'aria-rowindex': at + 2, style: { transform: `translateY(${startPx}px)`, height: ROW_HEIGHT_PX } }
  if (row === undefined) {
    return (
      <tr {...place}>
        <td>…</td>
      </tr>
    )
  }
  return (
    <tr {...place} className={isChosen ? 'inspect-chosen' : undefined}>
      <th scope="row">
        <button type="button" className="inspect-key" title={row.shownKey} onClick={() => onChoose(row)}>
          <KeyText text={row.shownKey} />
        </button>
      </th>
      <td>{formatBytes(row.sizeBytes)}</td>
      <td title={row.tags.join(', ')}>{row.tags.join(', ')}</td>
      <td>{countdown(Math.max(1_000, nowMs - row.storedAtMs))}</td>
      <td>{countdown(row.staleAtMs - nowMs)}</td>
      <td>{countdown(row.expireAtMs - nowMs)}</td>
      <td>{row.lastTier ?? '–'}</td>
      <td>{formatCount(row.hitCount)}</td>
    </tr>
  )
}
