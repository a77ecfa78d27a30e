/**
 * A tracer that notes what becomes of its spans, and a context manager on AsyncLocalStorage as the SDK for Node has it.
 * The API itself, which passes both on, is the real one.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import * as api from '@opentelemetry/api'
import { onTestFinished } from 'vitest'

export interface RecordedSpan {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: api.Attributes
  status: api.SpanStatus
  ended: boolean
}

export function recordSpans(): { readonly tracer: api.Tracer; readonly spans: readonly RecordedSpan[] } {
  const storage = new AsyncLocalStorage<api.Context>()
  const active = () => storage.getStore() ?? api.ROOT_CONTEXT
  const manager: api.ContextManager = {
    active,
    with: (context, run, thisArg, ...args) => storage.run(context, () => run.apply(thisArg, args)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
    attach(context) {
      const before = active()
      storage.enterWith(context)
      return { dispose: () => storage.enterWith(before) }
    },
  }
  api.context.setGlobalContextManager(manager)
  onTestFinished(() => api.context.disable())

  const spans: RecordedSpan[] = []
  const byId = new Map<string, RecordedSpan>()
  const startSpan = (name: string, { attributes = {} }: api.SpanOptions = {}, context = active()): api.Span => {
    const parent = byId.get(api.trace.getSpanContext(context)?.spanId ?? '')?.name
    const recorded: RecordedSpan = {
      name,
      parent,
      attributes: { ...attributes },
      status: { code: api.SpanStatusCode.UNSET },
      ended: false,
    }
    spans.push(recorded)
    const spanId = String(spans.length).padStart(16, '0')
    byId.set(spanId, recorded)
    return recordingSpan(recorded, { traceId: '1'.padStart(32, '0'), spanId, traceFlags: 1 })
  }
  return {
    tracer: {
      startSpan,
      startActiveSpan: () => {
        throw new Error('not recorded')
      },
    },
    spans,
  }
}

function recordingSpan(recorded: RecordedSpan, context: api.SpanContext): api.Span {
  const span: api.Span = {
    spanContext: () => context,
    setAttribute: (name, value) => {
      recorded.attributes[name] = value
      return span
    },
    setStatus: (status) => {
      recorded.status = status
      return span
    },
    end: () => {
      recorded.ended = true
    },
    isRecording: () => !recorded.ended,
    setAttributes: () => span,
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    updateName: () => span,
    recordException: () => undefined,
  }
  return span
}
