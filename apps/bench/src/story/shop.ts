/** One process of the shop as the story knows it, whatever it keeps prices in. */
export interface Shop {
  priceOf(product: string): Promise<number | undefined>
  /** Somebody changed it in this process. */
  changed(product: string): Promise<void>
  /** Loads going on that nobody waits for. */
  readonly loadingCount: number
  close(): Promise<void>
}
