/**
 * Copies of one value, made again and again: where its objects and arrays are is found out once, so that a copy looks at
 * nothing else. Half the time of a walk over all fields.
 */

/**
 * What to do about the parts of an object or array: nothing ('flat': it has none), copy each element as flat ('rows'), or
 * copy those at the given places by plans of their own.
 */
export type CopyPlan = 'flat' | 'rows' | PartPlans

interface PartPlans {
  readonly places: readonly string[]
  readonly plans: readonly CopyPlan[]
}

/** Of plain objects and arrays throughout, without cycles. The plan holds for as long as nobody changes the value. */
export function copyPlanOf(value: object): CopyPlan {
  const places: string[] = []
  const plans: CopyPlan[] = []
  for (const [place, part] of Object.entries(value)) {
    if (!isObject(part)) continue
    places.push(place)
    plans.push(copyPlanOf(part))
  }
  if (places.length === 0) return 'flat'
  const isRows = Array.isArray(value) && places.length === value.length && plans.every((plan) => plan === 'flat')
  return isRows ? 'rows' : { places, plans }
}

export function copyBy(plan: CopyPlan, value: object): object {
  if (plan === 'flat') return flatCopy(value)
  return Array.isArray(value) ? arrayCopy(plan, value.slice()) : objectCopy(plan, { ...value })
}

function arrayCopy(plan: 'rows' | PartPlans, copy: unknown[]): object {
  if (plan === 'rows') {
    for (let at = 0; at < copy.length; at++) {
      const row = copy[at]
      if (isObject(row)) copy[at] = flatCopy(row)
    }
    return copy
  }
  for (const [nth, place] of plan.places.entries()) {
    const at = Number(place)
    copy[at] = partCopy(plan.plans[nth], copy[at])
  }
  return copy
}

function objectCopy(plan: 'rows' | PartPlans, copy: Record<string, unknown>): object {
  if (plan === 'rows') return copy
  const { places, plans } = plan
  for (let nth = 0; nth < places.length; nth++) {
    const place = places[nth] ?? ''
    copy[place] = partCopy(plans[nth], copy[place])
  }
  return copy
}

function partCopy(plan: CopyPlan | undefined, part: unknown): unknown {
  return plan !== undefined && isObject(part) ? copyBy(plan, part) : part
}

function flatCopy(value: object): object {
  return Array.isArray(value) ? value.slice() : { ...value }
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null
}
