/** One step on every shard, each whatever becomes of the others: an invalidation must not stop at the first that fails. */
import { type Backend, type MaybePromise, yieldToLoop } from '@stowage/core'

/** At once where all answer at once. @throws what the first of the failing ones threw, when all are done. */
export function onEach<Answer>(
  shards: readonly Backend[],
  step: (shard: Backend) => MaybePromise<Answer>,
): MaybePromise<readonly Answer[]> {
  const begun = shards.map((shard) => begin(shard, step))
  const answers = begun.flatMap((answer) => (answer instanceof Promise ? [] : [answer]))
  return answers.length === begun.length ? answers : settled(begun)
}

/** As {@link onEach}, one after the other, for work that takes milliseconds in each: the event loop turns in between. */
export async function oneByOne<Answer>(
  shards: readonly Backend[],
  step: (shard: Backend) => MaybePromise<Answer>,
): Promise<readonly Answer[]> {
  const outcomes: PromiseSettledResult<Answer>[] = []
  for (const shard of shards) {
    outcomes.push(...(await Promise.allSettled([begin(shard, step)])))
    await yieldToLoop()
  }
  return answersOf(outcomes)
}

/** A round that has begun, and another after it: what is taken out of the shards that did not fail in the first must stay out there. */
export async function andAgain<Answer>(first: MaybePromise<Answer>, round: () => MaybePromise<Answer>): Promise<void> {
  try {
    await first
  } finally {
    await round()
  }
}

function begin<Answer>(shard: Backend, step: (shard: Backend) => MaybePromise<Answer>): MaybePromise<Answer> {
  try {
    return step(shard)
  } catch (thrown) {
    return Promise.reject(thrown)
  }
}

async function settled<Answer>(begun: readonly MaybePromise<Answer>[]): Promise<readonly Answer[]> {
  return answersOf(await Promise.allSettled(begun))
}

function answersOf<Answer>(outcomes: readonly PromiseSettledResult<Answer>[]): readonly Answer[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
