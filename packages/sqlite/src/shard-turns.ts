/** One step of each of several walks in turn, until all have ended: shards have no common order. */
export async function* inTurns<Step>(walks: readonly AsyncIterable<Step>[]): AsyncGenerator<Step> {
  let going = walks.map((walk) => walk[Symbol.asyncIterator]())
  try {
    while (going.length > 0) {
      for (const walk of going) {
        const step = await walk.next()
        if (step.done === true) going = going.filter((other) => other !== walk)
        else yield step.value
      }
    }
  } finally {
    for (const walk of going) await walk.return?.()
  }
}
