/** Every page as a component whose code is fetched when it is first shown. The folders beside this file are the pages. */
import { type ComponentType, lazy } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { PAGE_LIST } from '../../shared/page-list.ts'
import type { StatusFeed } from '../live/use-status.ts'
import type { ServerStatus } from '../rpc.ts'

/** What the shell hands to the page it shows. */
export interface PageProps {
  /** The days there are flights of. */
  readonly days: DayRange
  readonly status: ServerStatus
  readonly feed: StatusFeed
}

interface PageModule {
  readonly Page: ComponentType<PageProps>
}

const modules = import.meta.glob<PageModule>('./*/page.tsx')

const components: ReadonlyMap<string, ComponentType<PageProps>> = new Map(
  PAGE_LIST.map(({ name }) => [name, lazyPage(name)]),
)

function lazyPage(name: string): ComponentType<PageProps> {
  return lazy(async () => {
    const load = modules[`./${name}/page.tsx`]
    if (load === undefined) throw new Error(`page-list.ts names "${name}", but there is no pages/${name}/page.tsx`)
    return { default: (await load()).Page }
  })
}

export function pageComponent(name: string): ComponentType<PageProps> | undefined {
  return components.get(name)
}
