/** The three modes as one choice, with what each means. */
import { useId, useState } from 'react'
import { CACHE_MODES, type CacheMode } from '../../shared/cache-mode.ts'
import { formatSeconds } from '../format.ts'
import { messageOf } from '../rpc.ts'
import { chooseMode, type ModeFacts } from './use-mode.ts'

const MEANING: Readonly<Record<CacheMode, (limitMs: number) => string>> = {
  full: (limitMs) =>
    `Everything one click away is loaded ahead, now and when you come back; at most ${formatSeconds(limitMs)}.`,
  selective: () => 'What somebody has asked for is kept.',
  disabled: () => 'Your questions go to DuckDB, every time. Nobody else is concerned.',
}

export function ModeChooser({ mode, preloadLimitMs }: ModeFacts) {
  const name = useId()
  /** What was chosen here and the server has not said yet. */
  const [asked, setAsked] = useState<CacheMode>()
  const [complaint, setComplaint] = useState<string>()

  async function choose(chosen: CacheMode): Promise<void> {
    setAsked(chosen)
    try {
      await chooseMode(chosen)
      setComplaint(undefined)
    } catch (error) {
      setComplaint(messageOf(error))
    } finally {
      setAsked(undefined)
    }
  }

  return (
    <fieldset className="choices">
      <legend className="visually-hidden">Mode</legend>
      {CACHE_MODES.map((each) => (
        <label key={each} className="choice">
          <input type="radio" name={name} checked={each === (asked ?? mode)} onChange={() => void choose(each)} />
          <span>
            <strong>{each}</strong>
            <span>{MEANING[each](preloadLimitMs)}</span>
          </span>
        </label>
      ))}
      {complaint !== undefined && (
        <p className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </fieldset>
  )
}
