/** A module of the user's may wait for what never comes, by a top-level await: Node ends then, and says neither why nor of which file. */
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'

/** What is loaded from the file. @throws Failure when nothing goes on in the process any more, and it has not come */
export async function untilNothingComes<T>(file: string, loading: Promise<T>): Promise<T> {
  const nothing = Promise.withResolvers<never>()
  const tell = () =>
    nothing.reject(new Failure(EXIT_CODES.usage, `'${file}' cannot be loaded: it waits for something that never comes`))
  process.once('beforeExit', tell)
  try {
    return await Promise.race([loading, nothing.promise])
  } finally {
    process.off('beforeExit', tell)
  }
}
