/**
 * The pages in the order of their tabs: the one table from which the tabs, the addresses and the server's answers to them
 * follow. A row's page is `src/client/pages/<name>/page.tsx`, which exports `Page` and is loaded when it is first opened.
 */

export interface PageRow {
  readonly name: string
  readonly path: string
  readonly title: string
}

export const PAGE_LIST: readonly PageRow[] = [
  { name: 'dashboard', path: '/', title: 'Dashboard' },
  { name: 'analytics', path: '/analytics', title: 'Analytics' },
  { name: 'summary', path: '/summary', title: 'Summary' },
  { name: 'compare', path: '/compare', title: 'Compare' },
  { name: 'inspect', path: '/inspect', title: 'Inspect' },
  { name: 'faults', path: '/faults', title: 'Faults' },
  { name: 'nodes', path: '/nodes', title: 'Nodes' },
  { name: 'settings', path: '/settings', title: 'Settings' },
  { name: 'glossary', path: '/glossary', title: 'Glossary' },
]

/** The page at an address; a slash at its end makes no difference. */
export function pageAt(path: string): PageRow | undefined {
  const wanted = path === '/' ? path : path.replace(/\/$/, '')
  return PAGE_LIST.find((page) => page.path === wanted)
}
