/** Who takes part, and what they are asked. */
import { type FormEvent, useState } from 'react'
import type { CompareWish, ContestantName, Field } from './use-comparison.ts'

interface CompareFormProps {
  readonly field: Field
  readonly isRunning: boolean
  readonly onStart: (wish: CompareWish) => void
  readonly onCancel: () => void
}

const CALL_COUNTS = [4_000, 20_000, 100_000] as const
const SIZES = [
  { value: 'recorded', label: 'as recorded' },
  { value: 'mixed', label: 'mixed: 1 in 4 +10 kB, 1 in 20 +100 kB' },
  { value: 'large', label: 'large: all +100 kB' },
] as const
const SOURCE_MS = [0, 5, 20] as const
const MEGABYTES = [4, 32, 256] as const

export function CompareForm({ field, isRunning, onStart, onCancel }: CompareFormProps) {
  const possible = field.contestants.filter(({ tiers }) => field.redisReason === null || !isOnRedis(tiers))
  const [chosen, setChosen] = useState<ReadonlySet<ContestantName>>(new Set(possible.map(({ name }) => name)))
  const [callCount, setCallCount] = useState<number>(20_000)
  const [sizes, setSizes] = useState<CompareWish['workload']['sizes']>('mixed')
  const [sourceMs, setSourceMs] = useState<number>(5)
  const [maxMegabytes, setMaxMegabytes] = useState<number>(32)

  function submit(event: FormEvent): void {
    event.preventDefault()
    const contestants = possible.map(({ name }) => name).filter((name) => chosen.has(name))
    onStart({ contestants, workload: { callCount, sizes, sourceMs, maxMegabytes, seed: 1 } })
  }

  function toggle(name: ContestantName): void {
    const next = new Set(chosen)
    if (!next.delete(name)) next.add(name)
    setChosen(next)
  }

  return (
    <form onSubmit={submit} className="compare-form">
      <fieldset disabled={isRunning} className="compare-field">
        <legend>Who takes part</legend>
        <div className="compare-choices">
          {field.contestants.map(({ name, title, tiers }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={chosen.has(name)}
                disabled={field.redisReason !== null && isOnRedis(tiers)}
                onChange={() => toggle(name)}
              />
              {title}
            </label>
          ))}
        </div>
        {field.redisReason !== null && <p className="compare-hint">{`Without Redis: ${field.redisReason}.`}</p>}
      </fieldset>
      <fieldset disabled={isRunning} className="compare-field compare-selects">
        <legend className="visually-hidden">What they are asked</legend>
        <Choice label="Calls" value={callCount} choices={plain(CALL_COUNTS, '')} onChoose={setCallCount} />
        <label className="compare-select">
          Values
          <select value={sizes} onChange={(event) => setSizes(SIZES[event.target.selectedIndex]?.value ?? 'mixed')}>
            {SIZES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <Choice label="A load takes" value={sourceMs} choices={plain(SOURCE_MS, ' ms')} onChoose={setSourceMs} />
        <Choice
          label="Limit per tier"
          value={maxMegabytes}
          choices={plain(MEGABYTES, ' MB')}
          onChoose={setMaxMegabytes}
        />
      </fieldset>
      {isRunning ? (
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      ) : (
        <button type="submit" className="button button-first" disabled={chosen.size === 0}>
          Start the comparison
        </button>
      )}
    </form>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: number
  readonly choices: readonly { readonly value: number; readonly text: string }[]
  readonly onChoose: (value: number) => void
}

function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  return (
    <label className="compare-select">
      {label}
      <select value={value} onChange={(event) => onChoose(Number(event.target.value))}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </label>
  )
}

function plain(values: readonly number[], unit: string): ChoiceProps['choices'] {
  return values.map((value) => ({ value, text: `${value.toLocaleString('en-US')}${unit}` }))
}

function isOnRedis(tiers: readonly string[]): boolean {
  return tiers.includes('redis')
}
