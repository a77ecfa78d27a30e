/**
 * The preload of full mode as this window sees it: begun, followed over the server's events, left or ended.
 *
 * A store apart from React: it goes on while pages come and go.
 */
import { useSyncExternalStore } from 'react'
import type { PreloadEvent } from '../../server/warming/preload.ts'
import { queryClient } from '../answers/query-client.ts'
import { messageOf, rpc } from '../rpc.ts'

export type PreloadProgress = Extract<PreloadEvent, { readonly type: 'progress' }>
export type PreloadEnd = Extract<PreloadEvent, { readonly type: 'end' }>

export type PreloadState =
  | { readonly phase: 'idle' }
  /** `progress` is undefined until the first event. */
  | { readonly phase: 'running'; readonly progress: PreloadProgress | undefined }
  | { readonly phase: 'ended'; readonly end: PreloadEnd }
  | { readonly phase: 'cancelled' }
  | { readonly phase: 'broken'; readonly complaint: string }

let state: PreloadState = { phase: 'idle' }
let leave: (() => void) | undefined
const listeners = new Set<() => void>()

function become(next: PreloadState): void {
  state = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreload(): PreloadState {
  return useSyncExternalStore(subscribe, () => state)
}

export function beginPreload(): void {
  leave?.()
  become({ phase: 'running', progress: undefined })
  const subscription = rpc.settings.preload.subscribe(undefined, {
    onData(event) {
      if (event.type === 'progress') become({ phase: 'running', progress: event })
      else finish({ phase: 'ended', end: event })
    },
    onError: (error) => finish({ phase: 'broken', complaint: messageOf(error) }),
  })
  leave = () => subscription.unsubscribe()
}

/** The answers may have come meanwhile, and the mode may have changed: all that is shown is asked for anew. */
function finish(next: PreloadState): void {
  leave?.()
  leave = undefined
  become(next)
  void queryClient.invalidateQueries()
}

/** Falls back to selective mode. */
export async function cancelPreload(): Promise<void> {
  leave?.()
  leave = undefined
  become({ phase: 'cancelled' })
  try {
    await rpc.settings.chooseMode.mutate({ mode: 'selective' })
  } catch (error) {
    become({ phase: 'broken', complaint: messageOf(error) })
  }
  await queryClient.invalidateQueries()
}

export function forgetPreload(): void {
  if (state.phase !== 'running') become({ phase: 'idle' })
}
