/** What can be broken. Each button does what it says, at once; the pressed ones are faults that go on. */
import { groupsOf } from './fault-groups.ts'
import type { FaultName, Ground } from './use-faults.ts'

interface FaultButtonsProps {
  readonly ground: Ground
  readonly isBusy: boolean
  readonly onFault: (name: FaultName, label: string) => void
}

export function FaultButtons({ ground, isBusy, onFault }: FaultButtonsProps) {
  return (
    <div className="faults-groups">
      {groupsOf(ground).map(({ title, hint, buttons }) => (
        <fieldset key={title}>
          <legend>{title}</legend>
          <p>{hint}</p>
          <div className="faults-buttons">
            {buttons.map(({ name, label, isOn, isPossible = true }) => (
              <button
                key={name}
                type="button"
                className="button"
                aria-pressed={isOn}
                disabled={isBusy || !isPossible}
                onClick={() => onFault(name, label)}
              >
                {label}
              </button>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  )
}
