/** What is loaded ahead: for full mode everything one click away, in the background the short ranges. */
import type { WarmTask } from '@stowage/core'
import { PRESETS, type Preset, presetRange } from '../../shared/presets.ts'
import { type PanelRooms, panelTask } from '../panel-procedure.ts'
import { PAGE_PANELS, type PanelName } from '../queries/panel-queries.ts'

const RANGED_PANELS: readonly PanelName[] = [...PAGE_PANELS.dashboard, ...PAGE_PANELS.analytics]

/** Short ranges first: they are quick, and show that something happens. */
export async function allTasks(rooms: PanelRooms): Promise<readonly WarmTask[]> {
  const summary = PAGE_PANELS.summary.map((name) =>
    panelTask(rooms, name, rooms.flights.days, `${name}, the whole file`),
  )
  return [...(await tasksOf(rooms, PRESETS)), ...(await Promise.all(summary))]
}

export function shortRangeTasks(rooms: PanelRooms): Promise<readonly WarmTask[]> {
  return tasksOf(
    rooms,
    PRESETS.filter(({ dayCount }) => dayCount !== undefined),
  )
}

function tasksOf(rooms: PanelRooms, presets: readonly Preset[]): Promise<readonly WarmTask[]> {
  return Promise.all(
    presets.flatMap((preset) => {
      const range = presetRange(rooms.flights.days, preset)
      return RANGED_PANELS.map((name) => panelTask(rooms, name, range, `${name}, ${preset.label.toLowerCase()}`))
    }),
  )
}
