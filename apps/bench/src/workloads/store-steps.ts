/** The kinds of work on a store: one after the other, or many together. */
import type { OpenCache } from '../contenders/contender.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import type { Stock } from '../material/stock.ts'
import { setAll } from './open-store.ts'
import type { Step } from './store-loop.ts'

/** A kind of work, for the store it is done on. */
export type StepOn = (cache: OpenCache, stock: Stock) => Step

/** Of so many operations of mixed work one is a set. */
const SET_INTERVAL = 10

/** Each awaited before the next. */
export function setsInTurn(count: number): StepOn {
  return (cache, stock) => async () => {
    for (let done = 0; done < count; done++) {
      const [key, value] = stock.next()
      await cache.set(key, value)
    }
    return count
  }
}

export function setWave(count: number): StepOn {
  return (cache, stock) => async () => {
    await setAll(
      cache,
      Array.from({ length: count }, () => stock.next()),
    )
    return count
  }
}

export function getsInTurn(count: number): StepOn {
  return (cache, stock) => {
    const get = getOf(cache)
    return async () => {
      for (let done = 0; done < count; done++) await found(get, stock.nextKey())
      return count
    }
  }
}

export function getWave(count: number): StepOn {
  return (cache, stock) => {
    const get = getOf(cache)
    return async () => {
      const answers = await Promise.all(Array.from({ length: count }, () => get(stock.nextKey())))
      if (answers.includes(undefined)) throw new WrongAnswerError('a key that was set was not found')
      return count
    }
  }
}

/** By the cache's own call for many. */
export function getsTogether(count: number): StepOn {
  return ({ getMany }, stock) => {
    if (getMany === undefined) throw new TypeError('it has no getMany; leave it out of this workload')
    return async () => {
      const found = await getMany(Array.from({ length: count }, () => stock.nextKey()))
      if (found.length !== count)
        throw new WrongAnswerError(`${found.length} of ${count} keys that were set were found`)
      return count
    }
  }
}

/** Nine gets to one set, in `loopCount` loops at once; each does so many operations, one after the other. */
export function mixed(loopCount: number, countEach: number): StepOn {
  return (cache, stock) => {
    const get = getOf(cache)
    let doneCount = 0
    async function loop(): Promise<void> {
      for (let done = 0; done < countEach; done++) {
        if (doneCount++ % SET_INTERVAL > 0) await found(get, stock.nextKey())
        else {
          const [key, value] = stock.next()
          await cache.set(key, value)
        }
      }
    }
    return async () => {
      await Promise.all(Array.from({ length: loopCount }, loop))
      return loopCount * countEach
    }
  }
}

type Get = (key: string) => Promise<unknown>

function getOf({ get }: OpenCache): Get {
  if (get === undefined) throw new TypeError('it has no get; leave it out of this workload')
  return get
}

async function found(get: Get, key: string): Promise<void> {
  if ((await get(key)) === undefined) throw new WrongAnswerError(`get('${key}'), which was set, found nothing`)
}
