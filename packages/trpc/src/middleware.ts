/**
 * What a tRPC middleware is given and gives, by shape: context and input as type parameters that TypeScript infers from the
 * procedure the middleware is used on.
 *
 * A middleware answers without the resolver by returning what the resolver's own step would have: tRPC has no call for
 * that, but looks at nothing else than `ok` and `data`. test/short-circuit.test.ts holds the supported range to it.
 */
import type { TRPCMiddlewareFunction, TRPCProcedureType } from '@trpc/server'

export type MiddlewareResult = Awaited<ReturnType<TRPCMiddlewareFunction<object, object, object, object, unknown>>>

type GetRawInput = () => Promise<unknown>

export interface MiddlewareCall<Ctx, Input> {
  readonly ctx: Ctx
  readonly input: Input
  readonly type: TRPCProcedureType
  readonly path: string
  readonly getRawInput: GetRawInput
  /** Fires when the client leaves. */
  readonly signal: AbortSignal | undefined
  readonly next: {
    (): Promise<MiddlewareResult>
    (change: { getRawInput: GetRawInput }): Promise<MiddlewareResult>
  }
}

/** For `procedure.use()` of any router. It changes neither context nor input. */
export type Middleware<Ctx, Input> = (call: MiddlewareCall<Ctx, Input>) => Promise<MiddlewareResult>

type Marker = MiddlewareResult['marker']

/** tRPC shows its marker's type, but not its value, to those who are not its own core. */
const MARKER = 'middlewareMarker' as Marker

/** What the procedure's callers get in place of the resolver's result. */
export function answer(data: unknown): MiddlewareResult {
  return { marker: MARKER, ok: true, data }
}
