/** One call of a procedure, as options that depend on it see it; and options that are values or follow from the call. */

export interface ProcedureCall<Ctx, Input> {
  readonly ctx: Ctx
  /** As the validators before the middleware left it. */
  readonly input: Input
}

/** A value, or what a function makes of the call. */
export type ByCall<Ctx, Input, T> = T | ((call: ProcedureCall<Ctx, Input>) => T)
