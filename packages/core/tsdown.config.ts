import { library } from '@stowage/build'

// Apart, so that what every program imports is one file; what tests import has its own copy of the rules it needs.
export default [
  library({ entry: { index: 'src/index.ts' } }),
  library({ entry: { testing: 'src/testing/index.ts' }, clean: false }),
]
