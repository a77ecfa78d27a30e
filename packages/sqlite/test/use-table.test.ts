/** Noted uses, beside a Map that is told the same. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Use, UseTable } from '../src/use-table.ts'

interface Model {
  readonly uses: Map<number, Use>
  rank: number
}

interface Real {
  readonly table: UseTable
}

class NoteUse implements fc.Command<Model, Real> {
  readonly #id: number

  constructor(id: number) {
    this.#id = id
  }

  check(): boolean {
    return true
  }

  run(model: Model, { table }: Real): void {
    const before = model.uses.get(this.#id)
    const use = { rank: ++model.rank, count: (before?.count ?? 0) + 1 }
    model.uses.set(this.#id, use)
    expect(table.again(this.#id, use.rank)).toBe(before !== undefined)
    if (before === undefined) table.add(this.#id, use)
    expect(table.size).toBe(model.uses.size)
  }

  toString(): string {
    return `note(${this.#id})`
  }
}

class TakeUse implements fc.Command<Model, Real> {
  readonly #id: number

  constructor(id: number) {
    this.#id = id
  }

  check(): boolean {
    return true
  }

  run(model: Model, { table }: Real): void {
    expect(table.take(this.#id)).toEqual(model.uses.get(this.#id))
    model.uses.delete(this.#id)
    expect(table.size).toBe(model.uses.size)
    expect(table.some(model.uses.size + 1).toSorted(ascending)).toEqual([...model.uses.keys()].toSorted(ascending))
  }

  toString(): string {
    return `take(${this.#id})`
  }
}

const ascending = (one: number, other: number): number => one - other

/** Of 256 slots at first: so many ids of one place that others have to make way, also past the end. */
const id = fc.oneof(fc.nat({ max: 40 }), fc.constantFrom(...idsOfPlace(254, 24)), fc.nat({ max: 2 ** 40 }))

function idsOfPlace(place: number, count: number): number[] {
  const ids: number[] = []
  for (let at = 0; ids.length < count; at++) {
    if (((Math.imul(at, 0x9e3779b1) >>> 15) & 255) === place) ids.push(at)
  }
  return ids
}

test('a table of uses holds what a Map would', () => {
  const command = fc.oneof(
    { weight: 3, arbitrary: id.map((one) => new NoteUse(one)) },
    id.map((one) => new TakeUse(one)),
  )
  fc.assert(
    fc.property(fc.commands([command], { maxCommands: 400, size: 'max' }), (commands) => {
      fc.modelRun(() => ({ model: { uses: new Map(), rank: 0 }, real: { table: new UseTable() } }), commands)
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('it grows with what is noted, and loses none of it', () => {
  const table = new UseTable()
  for (let one = 0; one < 5_000; one++) table.add(one * 3, { rank: one, count: 1 })
  expect(table.size).toBe(5_000)
  expect(table.some(10)).toHaveLength(10)
  for (let one = 0; one < 5_000; one++) expect(table.take(one * 3)).toEqual({ rank: one, count: 1 })
  expect(table.some(10)).toEqual([])
})
