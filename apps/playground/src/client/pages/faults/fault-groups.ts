/** Which faults there are for the store that runs, in words; one that cannot be done here is shown with the reason. */
import type { FaultName, Ground } from './use-faults.ts'

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

export function groupsOf(ground: Ground): readonly FaultGroup[] {
  const { store, source, skewMs, siblingProcessId, siblingProblem } = ground
  return [
    ...(store === 'redis' ? [redisGroup(ground)] : diskGroups(ground)),
    busGroup(ground),
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

function redisGroup({ redis }: Ground): FaultGroup {
  return {
    title: 'Redis',
    hint: `The app's own server: ${redis}.`,
    buttons: [
      { name: 'redis-pause', label: 'Pause', isPossible: redis === 'running' },
      { name: 'redis-resume', label: 'Resume', isPossible: redis === 'paused' },
      { name: 'redis-kill', label: 'Kill', isPossible: redis === 'running' || redis === 'paused' },
      { name: 'redis-restart', label: 'Restart' },
    ],
  }
}

function diskGroups({ isDiskFull, siblingProcessId, fullDiskReason }: Ground): readonly FaultGroup[] {
  const isPossible = fullDiskReason === null && siblingProcessId !== null
  return [
    {
      title: 'Disk',
      hint: 'Bits are turned over in the files under the feet of both processes; the quota is filled twice over.',
      buttons: [
        { name: 'damage', label: 'Turn 20 bits over' },
        { name: 'fill', label: 'Fill the quota' },
      ],
    },
    {
      title: 'Full disk',
      hint:
        fullDiskReason === null
          ? 'The kernel refuses what the other process writes, in the middle of it (RLIMIT_FSIZE). A file system that is really full takes root to make.'
          : `Not here: ${fullDiskReason}.`,
      buttons: [
        { name: 'disk-full', label: 'Full', isOn: isDiskFull, isPossible },
        { name: 'disk-free', label: 'Free', isOn: !isDiskFull, isPossible },
      ],
    },
  ]
}

function busGroup({ store, isBusCut }: Ground): FaultGroup {
  const isPossible = store === 'redis'
  return {
    title: 'Bus',
    hint: {
      redis: 'The connections that hear of invalidations are closed again and again.',
      sqlite:
        'Nothing to cut: the database is the bus. Each process looks every 100 ms whether others have changed it.',
      fs: 'Nothing to cut: fs has no bus. What others change is seen when a near copy is 30 s old at most.',
    }[store],
    buttons: [
      { name: 'bus-cut', label: 'Cut', isOn: isPossible && isBusCut, isPossible },
      { name: 'bus-mend', label: 'Leave alone', isOn: isPossible && !isBusCut, isPossible },
    ],
  }
}
