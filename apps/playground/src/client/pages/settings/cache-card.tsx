/** The server's cache: what it is made of, and the switch to another one while requests go on. */
import { useId, useState } from 'react'
import { BACKEND_CHOICES, type CacheChoice, tiersOf } from '../../../shared/cache-choice.ts'
import { useAnswer } from '../../answers/use-answer.ts'
import { formatMs } from '../../format.ts'
import { PanelFailure, PanelSkeleton } from '../../panels/panel-states.tsx'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'
import { BACKEND_WORDS } from './backend-words.ts'
import { CacheSizes } from './cache-sizes.tsx'

type CacheFacts = RpcOutputs['settings']['cache']

export function CacheCard({ onSwitched }: { readonly onSwitched: () => void }) {
  // Outlives the form, which is made anew for the choice that is then in service.
  const [said, setSaid] = useState('')
  const { data, error, refetch } = useAnswer({
    path: 'settings.cache',
    procedure: rpc.settings.cache,
    input: undefined,
    tags: [],
    kept: 'never',
  })
  return (
    <section className="card card-wide" aria-labelledby="cache-title">
      <header className="card-head">
        <h2 id="cache-title">The server’s cache</h2>
        <p>
          For everybody. New requests go to the new cache at once; the old one answers what is on its way and is then
          closed. A store that was out of service begins empty.
        </p>
      </header>
      {error !== null && data === undefined && (
        <PanelFailure
          title="The settings could not be loaded"
          complaint={messageOf(error)}
          onRetry={() => void refetch()}
        />
      )}
      {error === null && data === undefined && <PanelSkeleton heightPx={320} />}
      {data !== undefined && (
        // Made anew for another choice in service, also when somebody else has made it.
        <CacheForm
          key={JSON.stringify(data.value.choice)}
          facts={data.value}
          said={said}
          onSwitched={(words) => {
            setSaid(words)
            onSwitched()
          }}
        />
      )}
    </section>
  )
}

interface CacheFormProps {
  readonly facts: CacheFacts
  /** How the last switch went. */
  readonly said: string
  readonly onSwitched: (words: string) => void
}

function CacheForm({ facts: { choice, fallbackReason, redis, node }, said, onSwitched }: CacheFormProps) {
  const [draft, setDraft] = useState<CacheChoice>(choice)
  const [isBusy, setBusy] = useState(false)
  const [complaint, setComplaint] = useState<string>()
  const name = useId()
  const isChanged = JSON.stringify(draft) !== JSON.stringify(choice)

  async function apply(): Promise<void> {
    setBusy(true)
    try {
      const { switchedMs, drainedMs, keptEntries } = await rpc.settings.chooseCache.mutate(draft)
      const kept = keptEntries ? 'what was stored is still served' : 'it begins empty'
      const words = `In service after ${formatMs(switchedMs)}, ${kept}; the old one was closed after ${formatMs(drainedMs)}.`
      setComplaint(undefined)
      onSwitched(words)
    } catch (error) {
      setComplaint(messageOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className="cache-form"
      onSubmit={(event) => {
        event.preventDefault()
        void apply()
      }}
    >
      {fallbackReason !== undefined && (
        <p className="banner" role="status">
          The cache that was chosen could not be opened at the start: {fallbackReason}
        </p>
      )}
      {node !== null && (
        <p className="banner">
          {`This is ${node} of several: a switch concerns this node only. The others stay on what they have, and hear of its invalidations no more. Nodes shows what each is on.`}
        </p>
      )}
      <fieldset className="choices choices-grid">
        <legend className="form-legend">Backend</legend>
        {BACKEND_CHOICES.map((backend) => {
          const isMissing = tiersOf(backend).includes('redis') && !redis.isAvailable
          return (
            <label key={backend} className={isMissing ? 'choice choice-missing' : 'choice'}>
              <input
                type="radio"
                name={name}
                checked={backend === draft.backend}
                disabled={isMissing || isBusy}
                aria-describedby={isMissing ? `${name}-redis` : undefined}
                onChange={() => setDraft({ ...draft, backend })}
              />
              <span>
                <strong>{backend.replaceAll('+', ' + ')}</strong>
                <span>{BACKEND_WORDS[backend]}</span>
              </span>
            </label>
          )
        })}
      </fieldset>
      <p id={`${name}-redis`} className="form-note">
        Redis: {redis.words}.
      </p>
      <CacheSizes draft={draft} isDisabled={isBusy} onChange={setDraft} />
      <div className="form-end">
        <button type="submit" className="button button-main" disabled={!isChanged || isBusy}>
          {isBusy ? 'Switching…' : 'Switch to it'}
        </button>
        <p role="status">{complaint === undefined ? said : ''}</p>
      </div>
      {complaint !== undefined && (
        <p className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </form>
  )
}
