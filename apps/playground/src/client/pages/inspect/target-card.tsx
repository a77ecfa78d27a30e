/** Invalidation by tag, prefix or pattern, with what it would hit shown first. */
import { type FormEvent, useState } from 'react'
import { formatBytes, formatCount } from '../../format.ts'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'
import type { ListingWish } from './use-listing.ts'

const KINDS = ['tag', 'prefix', 'pattern'] as const
type Kind = (typeof KINDS)[number]

const HINTS: Readonly<Record<Kind, string>> = {
  tag: 'All entries with this tag; costs the same however many there are',
  prefix: 'Text keys that begin with this',
  pattern: 'Text keys that match: * any run, ? one character, \\ takes the next literally',
}

const LABELS: Readonly<Record<Kind, string>> = { tag: 'Tag', prefix: 'Prefix', pattern: 'Pattern' }

interface TargetCardProps {
  readonly space: ListingWish['space']
  readonly onChanged: (what: string) => void
}

export function TargetCard({ space, onChanged }: TargetCardProps) {
  const [kind, setKind] = useState<Kind>('tag')
  const [text, setText] = useState('')
  const [preview, setPreview] = useState<RpcOutputs['inspect']['preview']>()
  const [complaint, setComplaint] = useState<string>()

  async function ask(step: () => Promise<void>): Promise<void> {
    try {
      await step()
      setComplaint(undefined)
    } catch (error) {
      setPreview(undefined)
      setComplaint(messageOf(error))
    }
  }

  function look(event: FormEvent): void {
    event.preventDefault()
    void ask(async () => setPreview(await rpc.inspect.preview.query({ space, kind, text })))
  }

  function invalidate(): void {
    void ask(async () => {
      await rpc.inspect.invalidate.mutate({ space, kind, text })
      setPreview(undefined)
      onChanged(`invalidated: ${kind} ${text}`)
    })
  }

  return (
    <section className="card" aria-labelledby="target-title">
      <header className="card-head">
        <h2 id="target-title">Invalidate several</h2>
        <p>{`${HINTS[kind]}. In the space chosen above.`}</p>
      </header>
      <form className="inspect-form" onSubmit={look}>
        <label className="compare-select">
          By
          <select
            value={kind}
            onChange={(event) => {
              setKind(KINDS[event.target.selectedIndex] ?? 'tag')
              setPreview(undefined)
            }}
          >
            {KINDS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="compare-select inspect-wide">
          {LABELS[kind]}
          <input
            value={text}
            required
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value)
              setPreview(undefined)
            }}
          />
        </label>
        <button type="submit" className="button">
          Preview
        </button>
      </form>
      {complaint !== undefined && (
        <p className="banner" role="alert">
          {complaint}
        </p>
      )}
      <div role="status">
        {preview !== undefined && (
          <>
            <p className="inspect-preview">
              {preview.hitCount === 0
                ? 'It would hit nothing.'
                : `It would hit ${formatCount(preview.hitCount)} entries, ${formatBytes(preview.hitBytes)}:`}
            </p>
            <ul className="inspect-examples">
              {preview.examples.map((key) => (
                <li key={key}>{key}</li>
              ))}
              {preview.hitCount > preview.examples.length && (
                <li>{`… and ${formatCount(preview.hitCount - preview.examples.length)} more`}</li>
              )}
            </ul>
            {preview.hitCount > 0 && (
              <button type="button" className="button" onClick={invalidate}>
                {`Invalidate ${formatCount(preview.hitCount)} entries`}
              </button>
            )}
          </>
        )}
      </div>
    </section>
  )
}
