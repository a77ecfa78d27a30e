/** What an examination has found, and what is to be done about it. */

/** `fine`: nothing to do. `note`: good to know. `fault`: a service will suffer, or does. */
export type State = 'fine' | 'note' | 'fault'

export interface Finding {
  readonly subject: string
  readonly state: State
  readonly says: string
  /** Where something is to be done. */
  readonly todo?: string
}

export function fine(subject: string, says: string): Finding {
  return { subject, state: 'fine', says }
}

export function note(subject: string, says: string, todo: string): Finding {
  return { subject, state: 'note', says, todo }
}

export function fault(subject: string, says: string, todo: string): Finding {
  return { subject, state: 'fault', says, todo }
}
