/**
 * A bus within one process, for tests: what one node publishes, the others hear at the end of the turn. On demand and
 * by a seed it is a bad one: messages come late, twice, in another order, garbled or not at all. It tells of what it lost as a real
 * bus does: when the next message shows that one was left out, or when the line is mended.
 */
import type { Bus, BusListener, BusMessage, GapListener } from '../bus.ts'
import { decodeBusMessage, encodeBusMessage } from '../bus-message.ts'
import { yieldToLoop } from '../clock.ts'
import type { Random } from './random.ts'

/** How often, from 0 to 1, a message meets each fate. */
export interface BusFaults {
  readonly random: Random
  readonly drop?: number
  readonly duplicate?: number
  /** Comes after up to five others. */
  readonly delay?: number
  /** Something else comes besides. */
  readonly garbage?: number
}

export interface TestBusOptions {
  readonly faults?: BusFaults
  /** When what is on its way arrives. Default: as soon as the loop turns. */
  readonly schedule?: (deliver: () => void) => void
}

interface Post {
  readonly text: string
  readonly from: TestBusNode
}

/** What the nodes of one test hang on. */
export class TestBus {
  readonly #nodes = new Set<TestBusNode>()
  readonly #faults: BusFaults | undefined
  readonly #schedule: (deliver: () => void) => void
  /** Held back until as many others have come. */
  #late: { readonly post: Post; readonly to: TestBusNode; lets: number }[] = []
  #underWayCount = 0
  #isCut = false
  /** Messages that arrived at nobody. */
  lostCount = 0

  constructor({ faults, schedule = (deliver) => void yieldToLoop().then(deliver) }: TestBusOptions = {}) {
    this.#faults = faults
    this.#schedule = schedule
  }

  attach(): Bus {
    const node = new TestBusNode(this)
    this.#nodes.add(node)
    return node
  }

  detach(node: TestBusNode): void {
    this.#nodes.delete(node)
  }

  /** From now on nothing can be published, and what is under way is lost. */
  cut(): void {
    this.#isCut = true
    for (const node of this.#nodes) node.tellGap('open')
  }

  /** The line works again. */
  mend(): void {
    this.#isCut = false
    for (const node of this.#nodes) node.tellGap('over')
  }

  get isCut(): boolean {
    return this.#isCut
  }

  /** Lets everything arrive that is under way or held back, then tells each node that lost something. */
  async settle(): Promise<void> {
    do {
      for (const { post, to } of this.#late.splice(0)) to.hear(post)
      await yieldToLoop()
    } while (this.#underWayCount > 0 || this.#late.length > 0)
    for (const node of this.#nodes) node.tellWhatIsLost()
  }

  send(post: Post): void {
    for (const node of this.#nodes) {
      const times = this.#happens('drop') ? 0 : this.#happens('duplicate') ? 2 : 1
      if (times === 0) node.loses(post)
      for (let at = 0; at < times; at++) this.#carry(post, node)
    }
  }

  #carry(post: Post, to: TestBusNode): void {
    const lets = this.#happens('delay') ? 1 + (this.#faults?.random.below(5) ?? 0) : 0
    if (lets > 0) this.#late.push({ post, to, lets })
    else this.#deliver(post, to)
    if (this.#happens('garbage')) this.#deliver({ ...post, text: post.text.slice(1) }, to)
  }

  #deliver(post: Post, to: TestBusNode): void {
    this.#underWayCount++
    this.#schedule(() => {
      this.#underWayCount--
      if (this.#isCut) to.loses(post)
      else to.hear(post)
      for (const late of this.#late) late.lets--
      const due = this.#late.filter(({ lets }) => lets <= 0)
      this.#late = this.#late.filter(({ lets }) => lets > 0)
      for (const late of due) late.to.hear(late.post)
    })
  }

  #happens(fate: 'drop' | 'duplicate' | 'delay' | 'garbage'): boolean {
    const share = this.#faults?.[fate] ?? 0
    return share > 0 && (this.#faults?.random.below(1_000) ?? 0) < share * 1_000
  }
}

class TestBusNode implements Bus {
  readonly #bus: TestBus
  readonly #listeners = new Set<BusListener>()
  readonly #gapListeners = new Set<GapListener>()
  #hasLost = false
  #isClosed = false

  constructor(bus: TestBus) {
    this.#bus = bus
  }

  publish(message: BusMessage): void {
    if (this.#isClosed) throw new Error('test bus is closed')
    if (this.#bus.isCut) throw new Error('test bus is cut')
    this.#bus.send({ text: encodeBusMessage(message), from: this })
  }

  subscribe(listener: BusListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onGap(listener: GapListener): () => void {
    this.#gapListeners.add(listener)
    if (this.#bus.isCut) listener('open')
    return () => this.#gapListeners.delete(listener)
  }

  close(): void {
    this.#isClosed = true
    this.#listeners.clear()
    this.#gapListeners.clear()
    this.#bus.detach(this)
  }

  loses({ from }: Post): void {
    if (from === this) return
    this.#bus.lostCount++
    this.#hasLost = true
  }

  /** The next message of anybody shows that one was left out. */
  hear({ text }: Post): void {
    this.tellWhatIsLost()
    const message = decodeBusMessage(text)
    if (message === undefined) return
    for (const listener of [...this.#listeners]) listener(message)
  }

  tellWhatIsLost(): void {
    if (!this.#hasLost) return
    this.#hasLost = false
    this.tellGap('over')
  }

  tellGap(gap: 'open' | 'over'): void {
    for (const listener of [...this.#gapListeners]) listener(gap)
  }
}
