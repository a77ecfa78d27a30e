/**
 * One partition: entries and bookkeeping that are on one server, and what this process knows of its invalidations. All rooms that read or
 * change entries go through it.
 */
import type { MaybePromise } from '@stowage/core'
import { randomText } from '@stowage/core'
import type { Argument } from './client.ts'
import { type Epoch, INCARNATION_BYTES, type Moment, parseEpoch } from './epoch.ts'
import { HeadBatch } from './head-batch.ts'
import type { Place } from './layout.ts'
import { marksOf, toldOf, toldOfOwn } from './marks-reply.ts'
import { MAX_KNOWN_TAGS, MarksView, type Told } from './marks-view.ts'
import { RecentChanges } from './recent-changes.ts'
import { listOf, numberOf, type Reply, textOf } from './reply.ts'
import { HEADS, REMOVE } from './scripts/entry.ts'
import { INVALIDATE, MARKS_OF, NEWS } from './scripts/marks.ts'
import type { Script } from './scripts/script.ts'
import { Succession } from './succession.ts'
import { type PlainWrite, type Read, type ReadTogether, TickBatch } from './tick-batch.ts'
import type { Wire } from './wire.ts'
import { WriteTurns } from './write-turns.ts'

/** Marks of tags in a partition: some 100 bytes each. What is older is not trusted, once there are more. */
const MAX_TAG_MARKS = 100_000
/** Every read looks at the prefixes that are invalidated, and every process knows all of them. */
const MAX_PREFIX_MARKS = 10_000
const MADE_GOOD_TOGETHER = 512
/** Each round is a trip that begins after the one before has shown that somebody invalidated meanwhile. */
const MAX_ROUNDS = 10

interface News extends Told {
  readonly isAll: boolean
}

export class Partition {
  readonly place: Place
  readonly #batch: TickBatch
  readonly heads = new HeadBatch((keys) => this.headsOf(keys))
  readonly #wire: Wire
  readonly #succession: Succession
  readonly #recentNames = new RecentChanges(() => this.#succession.heardTickMs)
  readonly #recentMarks = new RecentChanges(() => this.#succession.heardTickMs)
  /** In a Cluster. */
  readonly #turns: WriteTurns | undefined
  #view: MarksView | undefined
  /** The trip for news that is under way. */
  #asking: Promise<MarksView> | undefined
  /** The first trip while it is under way, and then the moment. */
  #beginning: (() => Moment) | undefined
  /** While one that has waited is carried on with. */
  #isInLine = false

  constructor(wire: Wire, place: Place) {
    this.#wire = wire
    this.place = place
    this.#succession = new Succession(wire, place.slot, (heardTickMs) => this.#makeGood(heardTickMs))
    this.#turns =
      place.slot === undefined ? undefined : new WriteTurns({ begin: () => wire.beginWait(), overrun: wire.overrun })
    this.#batch = new TickBatch(wire, this.#succession, place.epoch)
  }

  nameOf(key: string): string {
    return this.place.entries + key
  }

  /** Runs a script on the bookkeeping and these entries. @param concerns whose sets it has to be behind, if they were asked for before */
  async run(
    script: Script,
    names: readonly string[],
    args: readonly Argument[],
    concerns: readonly string[] | 'any' = names,
  ): Promise<Reply> {
    this.#batch.sendBefore(concerns)
    const settling = this.#succession.settled()
    if (settling !== undefined) {
      await settling
      // They may have waited for the same.
      this.#batch.sendBefore(concerns)
    }
    return this.#runNow(script, names, args)
  }

  /** The epoch, and of each entry the string up to the body. */
  headsOf(keys: readonly string[]): Promise<Reply> {
    return this.run(
      HEADS,
      keys.map((key) => this.nameOf(key)),
      [],
    )
  }

  /** One that changes entries. */
  change(script: Script, names: readonly string[], args: readonly Argument[]): Promise<Reply> {
    for (const name of names) this.#recentNames.note(name)
    const [name] = names
    const turns = this.#turns
    // Several: they are looked for and removed, and none of them is waited for.
    if (turns === undefined || name === undefined || names.length > 1) return this.run(script, names, args)
    return this.#whenSettled(() => turns.take(name, () => this.run(script, names, args)))
  }

  /** @param give what the caller gets for what was read */
  read<T>(name: string, give: (read: Read) => MaybePromise<T>): Promise<T> {
    const turns = this.#turns
    const read = (): Promise<T> => this.#batch.read(name, give)
    return turns === undefined ? read() : this.#whenSettled(() => turns.whenSent(name)?.then(read) ?? read())
  }

  /** Many at once. Not in a Cluster, where a read may have to wait for the writes of its key. */
  readTogether<T>(names: readonly string[], give: (read: ReadTogether) => MaybePromise<T>): Promise<T> {
    return this.#batch.readTogether(names, give)
  }

  /** A plain SET. @returns the epoch before it */
  set(name: string, bytes: Buffer, lifeMs: string): Promise<string> {
    this.#recentNames.note(name)
    const turns = this.#turns
    const set = (): Promise<string> => this.#batch.set(name, bytes, lifeMs)
    // On one server, too: the set before it may be on its way to the batch still.
    return this.#whenSettled(() => (turns === undefined ? set() : turns.set(name, set)))
  }

  /** Many at once. Not in a Cluster, where a write may have to wait for the one of its key before it. @returns as of {@link TickBatch.setTogether} */
  setTogether(writes: readonly PlainWrite[]): Promise<readonly (string | Error)[]> {
    const nowTickMs = performance.now()
    for (const { name } of writes) this.#recentNames.note(name, nowTickMs)
    return this.#whenSettled(() => this.#batch.setTogether(writes))
  }

  /** Marks of tags and of prefixes, each with its kind in front: whatever they cover is invalidated. */
  async invalidate(members: readonly string[]): Promise<void> {
    for (const member of members) this.#recentMarks.note(member)
    const { server } = this.#succession
    const known = this.#view?.epoch
    const text = textOf(await this.#behindAll(() => this.run(INVALIDATE, [], invalidationOf(members), 'any')))
    const epoch = parseEpoch(text)
    // One that was known already says nothing of these members, whoever reads it.
    if (known !== undefined && epoch !== undefined && isBehind({ ...epoch, count: epoch.count - 1 }, known)) {
      await this.#startOver()
    } else if (server !== undefined && this.#succession.isStill(server)) this.#learn(toldOfOwn(text, members))
  }

  /** One's own invalidation, where it is all that came since: the next read need not ask for it. */
  #learn(told: Told): void {
    const view = this.#view
    const { incarnation, count } = told.epoch
    if (view?.epoch.incarnation === incarnation && view.epoch.count === count - 1) view.advance(told)
  }

  /** Over when all writes asked for until now have been carried out: what they left is found by who goes through the keys. */
  async written(): Promise<void> {
    await this.#behindAll(() => this.run(HEADS, [], [], 'any'))
  }

  #behindAll(send: () => Promise<Reply>): Promise<Reply> {
    const turns = this.#turns
    return turns === undefined ? send() : this.#whenSettled(() => turns.takeAll(send))
  }

  /** Turns are taken in the order in which they were asked for, also by who has to wait before: once, or those who came since would pass. */
  #whenSettled<T>(act: () => Promise<T>): Promise<T> {
    const settling = this.#isInLine ? undefined : this.#succession.settled()
    return settling?.then(() => this.#inLine(act)) ?? act()
  }

  #inLine<T>(act: () => Promise<T>): Promise<T> {
    this.#isInLine = true
    try {
      return act()
    } finally {
      this.#isInLine = false
    }
  }

  async #runNow(script: Script, names: readonly string[], args: readonly Argument[]): Promise<Reply> {
    const reply = await this.#wire.run(script, this.#keysOf(names), args)
    this.#succession.heard()
    return reply
  }

  #runAhead(script: Script, names: readonly string[], args: readonly Argument[]): Promise<Reply> {
    return this.#wire.runAhead(script, this.#keysOf(names), args)
  }

  #keysOf(names: readonly string[]): readonly string[] {
    const { epoch, tags, prefixes } = this.place
    return [epoch, tags, prefixes, ...names]
  }

  /**
   * The server is another, and may lack what was acknowledged last. All of it is on its way at once, ahead of those that waited for the
   * connection: it would take away what they wrote. It is a change of a moment ago itself, which the server after this one may lack.
   */
  async #makeGood(heardTickMs: number): Promise<void> {
    const making: Promise<unknown>[] = []
    const names = this.#recentNames.list(heardTickMs)
    for (let at = 0; at < names.length; at += MADE_GOOD_TOGETHER) {
      const some = names.slice(at, at + MADE_GOOD_TOGETHER)
      making.push(this.#runAhead(REMOVE, some, []).then(() => noteAll(this.#recentNames, some)))
    }
    const marks = this.#recentMarks.list(heardTickMs)
    if (marks.length > 0) {
      const marking = this.#runAhead(INVALIDATE, [], invalidationOf(marks))
      making.push(marking.then(() => noteAll(this.#recentMarks, marks)))
    }
    await Promise.all(making)
    this.#view = undefined
  }

  /** The latest moment this process knows of; undefined before the first trip. */
  get knownMoment(): Moment | undefined {
    return this.#view?.epoch
  }

  /** Whether the server knew, when it said `epochText`, of nothing later than `moment`; false: it has to be looked at. */
  isKnown(epochText: string, moment: Moment): boolean {
    return this.#view?.epoch === moment && this.#view.text === epochText
  }

  /**
   * For who writes before the first trip: carries it on as of the moment, when that is known. Whatever is asked for meanwhile waits as well,
   * or it would be ahead of the write.
   */
  begun<T>(write: (moment: Moment) => Promise<T>): Promise<T> {
    this.#beginning ??= this.#begin()
    const moment = this.#beginning
    return this.#whenSettled(() => write(moment()))
  }

  #begin(): () => Moment {
    let moment: () => Moment
    const beginning = this.#news().then(
      ({ epoch }) => {
        moment = () => epoch
      },
      (thrown: unknown) => {
        moment = () => {
          throw thrown
        }
      },
    )
    this.#succession.hold(beginning)
    void beginning.then(() => {
      this.#beginning = undefined
    })
    return () => moment()
  }

  /** The latest moment the server knows of. What a trip that is under way tells may have been lost since. */
  async moment(): Promise<Moment> {
    await this.#asking?.catch(ignored)
    return (await this.#news()).epoch
  }

  /** Whether what was true as of `moment` still is, by what the server knew when it said `epochText`. */
  async isValid(key: string, tags: readonly string[], moment: Moment, epochText: string): Promise<boolean> {
    const view = await this.upTo(epochText)
    const judgement = view?.judge(key, tags, moment) ?? 'invalidated'
    return judgement === 'unknown' && view !== undefined
      ? this.#judgeByMarks(view, key, tags, moment)
      : judgement === 'valid'
  }

  /** The view, where it knows what the server knew when it said `epochText`, and no more. */
  viewNow(epochText: string): MarksView | undefined {
    return this.#view?.text === epochText ? this.#view : undefined
  }

  /** A view that knows what the server knew then. Undefined: there was no bookkeeping, so that nothing can be trusted. */
  async upTo(epochText: string): Promise<MarksView | undefined> {
    const current = this.viewNow(epochText)
    if (current !== undefined) return current
    const wanted = parseEpoch(epochText)
    if (wanted === undefined) return undefined
    // A trip that was under way already may tell of bookkeeping that has been lost since, and by that, what was stored then is valid.
    const joined = await this.#asking
    if (joined?.epoch.incarnation === wanted.incarnation && joined.epoch.count >= wanted.count) return joined
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const view = await this.#news()
      if (!isBehind(view.epoch, wanted)) return view
    }
    return undefined
  }

  #news(): Promise<MarksView> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<MarksView> {
    // From the beginning, where another server answers: of what is known, that one may have been told another thing.
    const { known, before, news } = await this.#succession.trustedAhead(async () => {
      const view = this.#view
      // By what was known when it was asked: an invalidation of one's own may be answered first.
      const epoch = view?.epoch
      return { known: view, before: epoch, news: await this.#newsNow(epoch) }
    })
    if (before !== undefined && isBehind(news.epoch, before)) return this.#startOver()
    if (!news.isAll && known !== undefined) {
      known.advance(news)
      return known
    }
    const [oldest] = news.tags
    const since = news.tags.length < MAX_KNOWN_TAGS ? news.epoch.floor : (oldest?.[1] ?? 0)
    this.#view = new MarksView(news, since)
    return this.#view
  }

  /**
   * The server knows of less than it has said before: it has come back with an older state of its data (in a Cluster, where it is known by its
   * address only), in which what was invalidated since is not. Nothing tells what that was, and counts would be given twice, so that the bookkeeping begins anew and nothing older is trusted.
   */
  async #startOver(): Promise<MarksView> {
    await this.#wire.call(['unlink', this.place.epoch])
    const news = await this.newsSince(undefined)
    this.#view = new MarksView(news, news.epoch.floor)
    return this.#view
  }

  /** What has been invalidated since; undefined: since ever. Where that cannot be told, all that is marked. */
  newsSince(moment: Moment | undefined): Promise<News> {
    return this.#succession.trustedAhead(() => this.#newsNow(moment))
  }

  /** The same of whoever answers. Ahead of those who wait for the first news. */
  async #newsNow(moment: Moment | undefined): Promise<News> {
    const { incarnation, count } = moment ?? { incarnation: '', count: 0 }
    const args = [newIncarnation(), incarnation, String(count), String(MAX_KNOWN_TAGS)]
    const [text, all, tags, prefixes] = listOf(await this.#runNow(NEWS, [], args))
    const isAll = numberOf(all) === 1
    const marks = marksOf(tags)
    // Of all, the newest come first, so that the limit leaves out the oldest.
    return { ...toldOf(textOf(text), isAll ? marks.toReversed() : marks, marksOf(prefixes)), isAll }
  }

  /** For entries from before the view begins, with tags that it has no mark of. */
  async #judgeByMarks(view: MarksView, key: string, tags: readonly string[], moment: Moment): Promise<boolean> {
    const [text, ...marks] = listOf(await this.run(MARKS_OF, [], [newIncarnation(), ...tags]))
    if (parseEpoch(textOf(text))?.incarnation !== view.epoch.incarnation) return false
    view.learn(tags.map((tag, at) => [tag, Number(textOf(marks[at]))]))
    return view.judge(key, tags, moment) === 'valid'
  }
}

function noteAll(changes: RecentChanges, whats: readonly string[]): void {
  const nowTickMs = performance.now()
  for (const what of whats) changes.note(what, nowTickMs)
}

/** Tags first, as the script wants them. */
function invalidationOf(members: readonly string[]): readonly string[] {
  const [tags, prefixes] = ['t', 'p'].map((kind) => members.filter((member) => member.startsWith(kind)))
  const limits = [String(MAX_TAG_MARKS), String(MAX_PREFIX_MARKS)]
  return [newIncarnation(), ...limits, String(tags?.length), ...(tags ?? []), ...(prefixes ?? [])]
}

export function newIncarnation(): string {
  return randomText(6, 'base64url').slice(0, INCARNATION_BYTES)
}

function isBehind(known: Epoch, wanted: Epoch): boolean {
  return known.incarnation === wanted.incarnation && known.count < wanted.count
}

function ignored(): void {}
