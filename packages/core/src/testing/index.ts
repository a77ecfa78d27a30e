/** The face of `@stowage/core/testing`: the conformance kit, the reference and faulty backends, the fake clock. */
export { CaseWorld, decoded, type EntryWish } from './case-world.ts'
export { type ConformanceCase, runConformanceCase } from './conformance-case.ts'
export { conformanceCases } from './conformance-cases.ts'
export { createFakeClock, type FakeClock } from './fake-clock.ts'
export { type Fault, type FaultyBackend, type FaultyOperation, faultyBackend } from './faulty-backend.ts'
export type { CaseNeed, ConformanceHarness, StoreLimits, TestStore } from './harness.ts'
export { createRandom, type Random } from './random.ts'
export { ReferenceBackend, type ReferenceOptions } from './reference-backend.ts'
