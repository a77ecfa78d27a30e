/** As a user's compiler reads the declarations: nothing of the workspace's own conditions. */
import { join } from 'node:path'

export function compilerOptions(root: string) {
  return {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
}
