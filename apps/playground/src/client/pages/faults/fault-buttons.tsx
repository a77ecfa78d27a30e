/** What can be broken. Each button does what it says, at once; the pressed ones are faults that go on. */
import type { FaultName, Ground } from './use-faults.ts'

interface FaultButtonsProps {
  readonly ground: Ground
  readonly isBusy: boolean
  readonly onFault: (name: FaultName, label: string) => void
}

interface FaultButton {
  readonly name: FaultName
  readonly label: string
  readonly isOn?: boolean
  readonly isPossible?: boolean
}

interface FaultGroup {
  readonly title: string
  readonly hint: string
  readonly buttons: readonly FaultButton[]
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

function groupsOf({
  store,
  redis,
  source,
  skewMs,
  isBusCut,
  siblingProcessId,
  siblingProblem,
}: Ground): readonly FaultGroup[] {
  const disk: readonly FaultGroup[] =
    store === 'redis'
      ? []
      : [
          {
            title: 'Disk',
            hint: 'Bits are turned over in the files under the feet of both processes; the quota is filled twice over.',
            buttons: [
              { name: 'damage', label: 'Turn 20 bits over' },
              { name: 'fill', label: 'Fill the quota' },
            ],
          },
        ]
  const server: readonly FaultGroup[] =
    store === 'redis'
      ? [
          {
            title: 'Redis',
            hint: `The app's own server: ${redis}.`,
            buttons: [
              { name: 'redis-pause', label: 'Pause', isPossible: redis === 'running' },
              { name: 'redis-resume', label: 'Resume', isPossible: redis === 'paused' },
              { name: 'redis-kill', label: 'Kill', isPossible: redis === 'running' || redis === 'paused' },
              { name: 'redis-restart', label: 'Restart' },
            ],
          },
          {
            title: 'Bus',
            hint: 'The connections that hear of invalidations are closed again and again.',
            buttons: [
              { name: 'bus-cut', label: 'Cut', isOn: isBusCut },
              { name: 'bus-mend', label: 'Leave alone', isOn: !isBusCut },
            ],
          },
        ]
      : []
  return [
    ...server,
    ...disk,
    {
      title: 'Source',
      hint: 'What is loaded from: well (2 ms), slow (1.5 s), or failing every time.',
      buttons: [
        { name: 'source-well', label: 'Well', isOn: source === 'well' },
        { name: 'source-slow', label: 'Slow', isOn: source === 'slow' },
        { name: 'source-failing', label: 'Failing', isOn: source === 'failing' },
      ],
    },
    {
      title: 'Clock',
      hint: 'The clock of this cache; the other process keeps the true one.',
      buttons: [
        { name: 'clock-ahead', label: 'One hour ahead', isOn: skewMs > 0 },
        { name: 'clock-behind', label: 'One hour back', isOn: skewMs < 0 },
        { name: 'clock-right', label: 'Right', isOn: skewMs === 0 },
      ],
    },
    {
      title: 'The other process',
      hint:
        siblingProblem ??
        `It writes to the same store without pause (process ${siblingProcessId ?? 'starting'}), and is started again.`,
      buttons: [{ name: 'sibling-kill', label: 'kill -9 while it writes' }],
    },
  ]
}
