/** What a panel's query is: SQL over `flights_between($from, $to)` and the exact shape of a row it returns. */
import type { z } from 'zod'

export interface PanelQuery<Row> {
  /** Reads only the macros and tables that `flight-source.ts` defines; the range is bound, never written in. */
  readonly sql: string
  /** Every row is checked against it, so that a changed query cannot hand out rows of another shape. */
  readonly row: z.ZodType<Row>
}
