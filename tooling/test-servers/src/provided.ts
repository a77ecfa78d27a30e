/** The word between the setup, which provides a Redis, and the test processes, which are told of it by `inject`. */
export type ProvidedRedis = { readonly url: string } | { readonly skipReason: string }

declare module 'vitest' {
  export interface ProvidedContext {
    redis: ProvidedRedis
  }
}
