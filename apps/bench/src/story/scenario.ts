/**
 * Ten minutes of a small shop, second by second and the same each time: two processes are asked for prices, popular products
 * more often; some ask for what does not exist; now and then a crowd comes for a new product; prices change.
 */
import { randomFrom } from '../material/draws.ts'

export interface Ask {
  readonly process: 0 | 1
  readonly product: string
}

export interface Moment {
  readonly second: number
  /** Products whose price changes first. */
  readonly changes: readonly string[]
  readonly asks: readonly Ask[]
  readonly isRestart: boolean
}

const PRODUCT_COUNT = 100
const SECONDS = 600
const RESTART_SECOND = 300
/** From then on the database does not answer, for a minute. */
export const OUTAGE = { fromSecond: 420, toSecond: 480 } as const
const CHANGE_EVERY_SECONDS = 10
const CROWD = { everySeconds: 60, size: 30 } as const
const UNKNOWN_SHARE = 0.04
const SEED = 20_261_121

export function tenMinutes(): Moment[] {
  const random = randomFrom(SEED)
  /** The cube prefers the low numbers: a tenth of the products gets almost half of the asks. */
  const popular = () => `product-${Math.floor(random() ** 3 * PRODUCT_COUNT)}`
  const asked = () => (random() < UNKNOWN_SHARE ? `unknown-${Math.floor(random() * 10)}` : popular())
  return Array.from({ length: SECONDS }, (_, second): Moment => {
    const crowd = second % CROWD.everySeconds === CROWD.everySeconds / 2 ? CROWD.size : 0
    const products = [
      ...Array.from({ length: Math.floor(random() * 7) }, asked),
      ...new Array<string>(crowd).fill(`new-${second}`),
    ]
    return {
      second,
      changes: second % CHANGE_EVERY_SECONDS === 0 ? [`product-${Math.floor(random() * PRODUCT_COUNT)}`] : [],
      asks: products.map((product) => ({ product, process: random() < 0.5 ? 0 : 1 })),
      isRestart: second === RESTART_SECOND,
    }
  })
}
