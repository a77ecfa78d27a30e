/** What is used of packages that carry no types. */
declare module 'apicache' {
  import type { RequestHandler } from 'express'

  const apicache: { middleware: (duration: string) => RequestHandler }
  export default apicache
}

declare module 'http-cache-middleware' {
  import type { RequestHandler } from 'express'

  const create: () => RequestHandler
  export default create
}
