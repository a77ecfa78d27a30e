/** One process of the shop as the story knows it, whatever it keeps prices in. */
interface Served {
  readonly price: number | undefined
  /** The caller waited for a query, its own or another's. */
  readonly hasWaited: boolean
}

export interface Shop {
  priceOf(product: string): Promise<Served>
  /** Somebody changed it in this process. */
  changed(product: string): Promise<void>
  /** Loads going on that nobody waits for. */
  readonly loadingCount: number
  close(): Promise<void>
}
