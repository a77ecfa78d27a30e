/** Which encodings a client takes (RFC 9110, 12.5.3). */
import { listMembers } from './header-text.ts'

const REFUSED = /;[ \t]*q=0(?:\.0*)?[ \t]*$/i

/** Whether the bytes may go to it as they are only; one that does not say takes any. */
export function takesOnlyIdentity(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined) return false
  return listMembers(acceptEncoding).every((each) => /^identity\b/i.test(each) || REFUSED.test(each))
}
