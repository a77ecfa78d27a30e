import { expect, it } from 'vitest'
import { workloads } from '../src/workloads/all.ts'

it.each(workloads.map((workload) => [workload.name, workload] as const))(
  '%s names each entrant once, and its reference and targets among them',
  (_, { entrants, awaited = [], measures, reference, targets }) => {
    const names = [...entrants, ...awaited].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const wanted = targets.flatMap(({ entrant, against }) => [entrant, against])
    for (const name of [reference, ...wanted]) if (name !== undefined) expect(names).toContain(name)
    for (const { measure } of targets) expect(measures.map(({ name }) => name)).toContain(measure)
  },
)

it('has no two workloads of one name', () => {
  expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length)
})
