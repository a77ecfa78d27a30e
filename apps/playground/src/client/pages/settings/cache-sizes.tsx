/** Sizes, time to live, codec and compression of the cache that is being chosen. What it would not use is not asked for. */
import { useId } from 'react'
import {
  type CacheChoice,
  CODEC_CHOICES,
  COMPRESSION_CHOICES,
  MEGABYTE_LIMITS,
  TTL_LIMITS_MINUTES,
  tiersOf,
} from '../../../shared/cache-choice.ts'

interface CacheSizesProps {
  readonly draft: CacheChoice
  readonly isDisabled: boolean
  readonly onChange: (draft: CacheChoice) => void
}

export function CacheSizes({ draft, isDisabled, onChange }: CacheSizesProps) {
  const tiers = tiersOf(draft.backend)
  const holdsBytes = tiers.some((tier) => tier !== 'memory')
  const shared = { isDisabled }
  return (
    <div className="fields">
      {tiers.includes('memory') && (
        <NumberField
          {...shared}
          label="Memory, MB"
          value={draft.memoryMegabytes}
          limits={MEGABYTE_LIMITS}
          onChange={(memoryMegabytes) => onChange({ ...draft, memoryMegabytes })}
        />
      )}
      {(tiers.includes('fs') || tiers.includes('sqlite')) && (
        <NumberField
          {...shared}
          label="Disk, MB"
          value={draft.diskMegabytes}
          limits={MEGABYTE_LIMITS}
          onChange={(diskMegabytes) => onChange({ ...draft, diskMegabytes })}
        />
      )}
      <NumberField
        {...shared}
        label="Ttl, minutes"
        value={draft.ttlMinutes}
        limits={TTL_LIMITS_MINUTES}
        onChange={(ttlMinutes) => onChange({ ...draft, ttlMinutes })}
      />
      {holdsBytes && (
        <>
          <SelectField
            {...shared}
            label="Codec"
            value={draft.codec}
            options={CODEC_CHOICES}
            onChange={(codec) => onChange({ ...draft, codec })}
          />
          <SelectField
            {...shared}
            label="Compression"
            value={draft.compression}
            options={COMPRESSION_CHOICES}
            onChange={(compression) => onChange({ ...draft, compression })}
          />
        </>
      )}
    </div>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly limits: { readonly least: number; readonly most: number }
  readonly isDisabled: boolean
  readonly onChange: (value: number) => void
}

function NumberField({ label, value, limits, isDisabled, onChange }: NumberFieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        required
        step={1}
        min={limits.least}
        max={limits.most}
        value={Number.isNaN(value) ? '' : value}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </div>
  )
}

interface SelectFieldProps<Option extends string> {
  readonly label: string
  readonly value: Option
  readonly options: readonly Option[]
  readonly isDisabled: boolean
  readonly onChange: (value: Option) => void
}

function SelectField<Option extends string>({ label, value, options, isDisabled, onChange }: SelectFieldProps<Option>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={isDisabled}
        onChange={(event) => {
          const chosen = options.find((option) => option === event.target.value)
          if (chosen !== undefined) onChange(chosen)
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </div>
  )
}
