/** This user's mode, and how to change it. A browser that comes back in full mode loads ahead again. */
import { useEffect, useRef } from 'react'
import type { CacheMode } from '../../shared/cache-mode.ts'
import { queryClient } from '../answers/query-client.ts'
import { useAnswer } from '../answers/use-answer.ts'
import { type RpcOutputs, rpc } from '../rpc.ts'
import { beginPreload, cancelPreload, forgetPreload } from './preload-store.ts'

export type ModeFacts = RpcOutputs['settings']['mode']

export function useMode(): ModeFacts | undefined {
  return useAnswer({ path: 'settings.mode', procedure: rpc.settings.mode, input: undefined, tags: [], kept: 'never' })
    .data?.value
}

/** For the frame of the page, once. */
export function usePreloadOnReturn(facts: ModeFacts | undefined): void {
  const isDecided = useRef(false)
  useEffect(() => {
    if (facts === undefined || isDecided.current) return
    isDecided.current = true
    if (facts.mode === 'full') beginPreload()
  }, [facts])
}

/** @throws what the server says */
export async function chooseMode(mode: CacheMode): Promise<void> {
  if (mode === 'selective') return cancelPreload().then(forgetPreload)
  await rpc.settings.chooseMode.mutate({ mode })
  if (mode === 'full') beginPreload()
  else forgetPreload()
  await queryClient.invalidateQueries()
}
