import { library } from '@stowage/build'

export default library({ entry: ['src/index.ts', 'src/main.ts'] })
