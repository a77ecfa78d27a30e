/** What is there before Stowage: nothing, or a Map with instants, as one writes it in five minutes. */
import type { Clock } from '@stowage/core'
import type { PriceSource } from './price-source.ts'
import type { Shop } from './shop.ts'

export function withoutCache(source: PriceSource, process: number): Shop {
  return {
    priceOf: (product) => source.query(process, product),
    changed: async () => undefined,
    loadingCount: 0,
    close: async () => undefined,
  }
}

export function mapByHand(source: PriceSource, process: number, clock: Clock, ttlMs: number): Shop {
  const kept = new Map<string, { readonly price: number | undefined; readonly untilMs: number }>()
  return {
    priceOf: async (product) => {
      const found = kept.get(product)
      if (found !== undefined && clock.nowMs() < found.untilMs) return found.price
      const price = await source.query(process, product)
      kept.set(product, { price, untilMs: clock.nowMs() + ttlMs })
      return price
    },
    changed: async () => undefined,
    loadingCount: 0,
    close: async () => undefined,
  }
}
