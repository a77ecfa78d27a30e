/** The hours in the order in which a day of flying passes: it begins at five, and the small hours are its late end. */

const FIRST_HOUR = 5

export const HOURS_OF_FLYING: readonly number[] = Array.from({ length: 24 }, (_, place) => (place + FIRST_HOUR) % 24)

/** The place of an hour in that order, 0 to 23. */
export function placeOfHour(hour: number): number {
  return (hour + 24 - FIRST_HOUR) % 24
}
