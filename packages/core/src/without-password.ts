/** Addresses of servers are shown by messages and listings, and who reads those need not know the password. */

/**
 * A text with the password of an address in it taken out: what stands before its host, and secrets in its query. Rather more than less:
 * a password that is not encoded may hold whatever ends one elsewhere.
 */
export function withoutPassword(text: string): string {
  // An @ behind a ? may be of the query, or the ? of the password.
  if (/\/\/[^?]*\?.*@/s.test(text)) return text.replace(/\/\/.*/s, '//***')
  return text.replace(/\/\/.*@/s, '//***@').replace(/([?&#][^=&]*(?:pass|pwd|secret|token)[^=&]*=)[^&]*/gi, '$1***')
}
