/**
 * The database. A query is answered when the story says so, with what is true at that instant; so all who ask meanwhile
 * have asked by then, and no machine's pace decides how many queries there are.
 */
interface Query {
  readonly process: number
  readonly product: string
  readonly answer: () => void
}

export class PriceSource {
  queryCount = 0
  isDown = false
  readonly #prices = new Map<string, number>()
  #open: Query[] = []

  query(process: number, product: string): Promise<number | undefined> {
    this.queryCount += 1
    return new Promise((resolve, reject) => {
      const answer = () => (this.isDown ? reject(new Error('the database is away')) : resolve(this.priceOf(product)))
      this.#open.push({ process, product, answer })
    })
  }

  /** Prices only rise, so that an old one can be told. */
  change(product: string): void {
    this.#prices.set(product, (this.priceOf(product) ?? 0) + 1)
  }

  priceOf(product: string): number | undefined {
    return product.startsWith('unknown') ? undefined : (this.#prices.get(product) ?? 100)
  }

  isAsked(product: string, process?: number): boolean {
    return this.#open.some((query) => query.product === product && (process === undefined || query.process === process))
  }

  get isBusy(): boolean {
    return this.#open.length > 0
  }

  answerAll(): void {
    for (const { answer } of this.#open.splice(0)) answer()
  }
}
