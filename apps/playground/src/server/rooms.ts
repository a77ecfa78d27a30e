/** What the pages' routers are built on: the rooms of one server, made by start.ts and closed by it. */
import type { Panels } from './panels.ts'

export interface Rooms {
  readonly panels: Panels
}
