/** Inside core, arrows go down: what is below can be read, tested and trusted without what is above. */
import { posix } from 'node:path'
import type { Problem } from '../problem.ts'
import { CORE_FLOORS } from './core-floors.ts'
import type { Workspace } from './source-files.ts'

const CORE_SRC = 'packages/core/src'
const TABLE = 'tooling/checks/src/boundaries/core-floors.ts'

export function floorProblems({ files }: Workspace, floors: readonly (readonly string[])[] = CORE_FLOORS): Problem[] {
  const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room): [string, number] => [room, floor])))
  return files.flatMap((source) => {
    const room = coreRoom(source.file)
    if (room === undefined) return []
    const floor = floorOf.get(room)
    if (floor === undefined) {
      const message = `core's room "${room}" has no floor: place it in ${TABLE}, so that what it may import is decided`
      return [{ file: source.file, message }]
    }
    return source.imports.flatMap(({ target, line, specifier }) => {
      const below = target.to === 'file' ? coreRoom(target.file) : undefined
      const belowFloor = below === undefined ? undefined : floorOf.get(below)
      if (belowFloor === undefined || belowFloor >= floor) return []
      const message = `imports ${specifier} from a floor above its own: inside core arrows go down (${TABLE}), so that a room can be understood without what is built on it`
      return [{ file: source.file, line, message }]
    })
  })
}

function coreRoom(file: string): string | undefined {
  const path = posix.relative(CORE_SRC, file)
  if (path.startsWith('..')) return undefined
  const room = path
    .replace(/\.tsx?$/, '')
    .split('/', 1)
    .join('')
  return room === 'testing' ? undefined : room
}
