import { library } from '@stowage/build'

export default library({
  entry: ['src/index.ts', 'src/checkpoint-thread.ts', 'src/backup-thread.ts', 'src/drop-thread.ts'],
})
