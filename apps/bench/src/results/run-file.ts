/** The committed run: what `bench --json` wrote, read back and checked. What is not asked about here is kept. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const quartiles = z.looseObject({ median: z.number(), low: z.number(), high: z.number() })
const optional = <Shape extends z.ZodType>(shape: Shape) => shape.optional()

const run = z.looseObject({
  command: z.string(),
  startedAt: z.iso.datetime(),
  machine: z.looseObject({
    cpu: z.string(),
    coreCount: z.number(),
    memoryBytes: z.number(),
    system: z.string(),
    node: z.string(),
    v8: z.string(),
    loadAverage: z.number(),
  }),
  versions: z.record(z.string(), z.string()),
  scale: z.looseObject({
    purpose: optional(z.literal('results')),
    roundCount: z.number(),
    store: z.looseObject({ roundCount: z.number() }),
  }),
  workloads: z.array(
    z.looseObject({
      name: z.string(),
      row: z.number(),
      title: z.string(),
      reference: optional(z.string()),
      again: optional(z.looseObject({ startedAt: z.iso.datetime(), loadAverage: z.number() })),
      measures: z.array(z.looseObject({ name: z.string(), title: z.string(), isAbsolute: optional(z.boolean()) })),
      entrants: z.array(
        z.looseObject({
          name: z.string(),
          state: z.enum(['measured', 'disqualified', 'skipped', 'failed']),
          reason: optional(z.string()),
          rounds: z.array(z.record(z.string(), z.number())),
          measures: z.array(z.looseObject({ measure: z.string(), figure: quartiles, speed: optional(quartiles) })),
        }),
      ),
      verdicts: z.array(
        z.looseObject({
          entrant: z.string(),
          measure: z.string(),
          form: z.enum(['speed', 'cost', 'excess', 'figure']),
          against: optional(z.string()),
          must: z.number(),
          aim: z.number(),
          ours: optional(z.number()),
          result: z.enum(['aim', 'must', 'missed', 'unmeasured']),
        }),
      ),
    }),
  ),
})

export type Run = z.infer<typeof run>
export type WorkloadRun = Run['workloads'][number]

/** @throws ZodError naming what does not fit */
export function readRun(path: string): Run {
  return runOf(JSON.parse(readFileSync(path, 'utf8')))
}

/** @throws ZodError naming what does not fit */
export function runOf(read: unknown): Run {
  return run.parse(read)
}
