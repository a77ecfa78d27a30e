/** What a server tells browsers, and a browser's own code knows it by: plain data, no code, for both sides. */

export type InvalidationEvent =
  /** A connection begins. What was invalidated before it, the browser has not heard of. */
  | { readonly type: 'start' }
  /** What has these tags, or came of these procedures or routers, is not to be trusted any more. */
  | { readonly type: 'invalidated'; readonly tags: readonly string[]; readonly paths: readonly string[] }
  /** More than can be named. */
  | { readonly type: 'all' }
