/** What the cache holds, entry by entry, and what can be done to it. */
import { useMemo, useState } from 'react'
import { formatBytes, formatCount } from '../../format.ts'
import { messageOf, rpc } from '../../rpc.ts'
import '../compare/compare.css'
import { CurveCard } from './curve-card.tsx'
import { EntryCard } from './entry-card.tsx'
import { EntryTable } from './entry-table.tsx'
import './inspect.css'
import { TargetCard } from './target-card.tsx'
import { type ListingWish, type Row, useListing } from './use-listing.ts'

const SPACES = [
  { value: 'answers', label: 'answers of the panels' },
  { value: 'recording', label: 'recordings of Compare' },
  { value: 'sample', label: 'sample entries' },
] as const
const SORTS = [
  { value: 'key', label: 'by key' },
  { value: 'largest', label: 'largest first' },
  { value: 'newest', label: 'newest first' },
  { value: 'ends-first', label: 'ends first' },
] as const
const SAMPLE_COUNT = 100_000

export function Page() {
  const [space, setSpace] = useState<ListingWish['space']>('answers')
  const [prefix, setPrefix] = useState('')
  const [tag, setTag] = useState('')
  const [sort, setSort] = useState<ListingWish['sort']>('key')
  const wish = useMemo(
    () => ({ space, sort, ...(prefix !== '' && { prefix }), ...(tag !== '' && { tag }) }),
    [space, sort, prefix, tag],
  )
  const feed = useListing(wish)
  const [chosen, setChosen] = useState<{ readonly id: number; readonly row: Row }>()
  const [said, setSaid] = useState('')
  const [isFilling, setIsFilling] = useState(false)
  const { listing } = feed

  function changed(what: string): void {
    setSaid(what)
    setChosen(undefined)
    feed.refresh()
  }

  async function fill(): Promise<void> {
    setIsFilling(true)
    try {
      const { stored } = await rpc.inspect.fill.mutate({ count: SAMPLE_COUNT })
      setSpace('sample')
      changed(`${formatCount(stored)} sample entries stored`)
    } catch (error) {
      setSaid(messageOf(error))
    } finally {
      setIsFilling(false)
    }
  }

  return (
    <main className="compare">
      <section className="card" aria-labelledby="inspect-title">
        <header className="card-head">
          <h2 id="inspect-title">Entries</h2>
          <div className="card-tools">
            <button type="button" className="button" disabled={isFilling} onClick={() => void fill()}>
              {isFilling ? 'Storing…' : `Store ${formatCount(SAMPLE_COUNT)} samples`}
            </button>
            <button type="button" className="button" onClick={() => changed('')}>
              Refresh
            </button>
          </div>
          <p role="status">
            {listing === undefined
              ? 'Listing.'
              : `${formatCount(listing.count)} listed, ${formatBytes(listing.bytes)}. In all of ${listing.backend}: ${formatCount(listing.held.entries)} entries, ${formatBytes(listing.held.bytes)}${listing.held.maxBytes === null ? '' : ` of ${formatBytes(listing.held.maxBytes)}`}. ${said}`}
          </p>
        </header>
        <form className="inspect-form" onSubmit={(event) => event.preventDefault()}>
          <label className="compare-select">
            Space
            <select
              value={space}
              onChange={(event) => setSpace(SPACES[event.target.selectedIndex]?.value ?? 'answers')}
            >
              {SPACES.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label className="compare-select inspect-wide">
            Key begins with
            <input value={prefix} spellCheck={false} onChange={(event) => setPrefix(event.target.value)} />
          </label>
          <label className="compare-select inspect-wide">
            Has the tag
            <input value={tag} spellCheck={false} onChange={(event) => setTag(event.target.value)} />
          </label>
          <label className="compare-select">
            Order
            <select value={sort} onChange={(event) => setSort(SORTS[event.target.selectedIndex]?.value ?? 'key')}>
              {SORTS.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </form>
        {feed.complaint !== undefined && (
          <p className="banner" role="alert">
            {feed.complaint}
          </p>
        )}
        <EntryTable
          feed={feed}
          chosenAt={chosen?.row.at}
          onChoose={(row) => listing !== undefined && setChosen({ id: listing.id, row })}
        />
      </section>
      {chosen !== undefined && <EntryCard {...chosen} onChanged={changed} />}
      <div className="panels">
        <TargetCard space={space} onChanged={changed} />
        <CurveCard />
      </div>
    </main>
  )
}
