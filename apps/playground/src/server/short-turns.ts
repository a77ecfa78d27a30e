/**
 * Requests begin a few per turn of the event loop. Where hundreds arrive at once, one turn would answer all of them, and
 * whatever else is due, a timer, a stream, the end of a query, would wait until the last one was done.
 */
import type { RequestHandler } from 'express'

/** A request that the cache answers takes up to a millisecond of this process. */
const STARTS_PER_TURN = 2

export function inShortTurns(startsPerTurn: number = STARTS_PER_TURN): RequestHandler {
  const waiting: (() => void)[] = []
  let startedCount = 0
  let isTurnKnown = false

  function nextTurn(): void {
    isTurnKnown = waiting.length > 0
    startedCount = 0
    if (isTurnKnown) setImmediate(nextTurn)
    while (startedCount < startsPerTurn && waiting.length > 0) {
      startedCount += 1
      waiting.shift()?.()
    }
  }

  return (_request, _response, next) => {
    if (!isTurnKnown) {
      isTurnKnown = true
      setImmediate(nextTurn)
    }
    if (waiting.length === 0 && startedCount < startsPerTurn) {
      startedCount += 1
      next()
    } else waiting.push(next)
  }
}
