/** Warnings of this package: each once per process, as what is wrong is wrong at every call. */

const said = new Set<string>()

export function warnOnce(code: string, message: string): void {
  if (said.has(message)) return
  said.add(message)
  process.emitWarning(message, { code })
}
