/** One step on every shard, each whatever becomes of the others: an invalidation must not stop at the first that fails. */
import type { Backend, MaybePromise } from '@stowage/core'

/** At once where all answer at once. @throws what the first of the failing ones threw, when all are done. */
export function onEach<Answer>(
  shards: readonly Backend[],
  step: (shard: Backend) => MaybePromise<Answer>,
): MaybePromise<readonly Answer[]> {
  const begun = shards.map((shard) => begin(shard, step))
  const answers = begun.flatMap((answer) => (answer instanceof Promise ? [] : [answer]))
  return answers.length === begun.length ? answers : settled(begun)
}

function begin<Answer>(shard: Backend, step: (shard: Backend) => MaybePromise<Answer>): MaybePromise<Answer> {
  try {
    return step(shard)
  } catch (thrown) {
    return Promise.reject(thrown)
  }
}

async function settled<Answer>(begun: readonly MaybePromise<Answer>[]): Promise<readonly Answer[]> {
  const outcomes = await Promise.allSettled(begun)
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
