/** What a process of the bench is to the one that started it: it answers, and it ends when the other one does. */

export function tellParent(message: object): void {
  // A parent that is gone hears nothing; that it is gone is dealt with below.
  process.send?.(message, () => undefined)
}

/** Ends this process when its parent lets go of it or ends, having closed what is open. */
export function endWithParent(close: () => unknown): void {
  // Ctrl-C reaches all processes at once: the parent's end is the sign.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', () => {
    Promise.resolve(close()).then(() => process.exit(0), crash)
  })
}

/** Ends this process, which its parent hears of. */
export function crash(error: unknown): never {
  console.error(error)
  process.exit(1)
}
