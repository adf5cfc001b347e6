import { join } from 'node:path';
import { buildIfNeeded } from '../../scripts/lib/build.js';

/**
 * The folder of the built app, built first when it is not of the sources at hand. Tests that start processes call
 * it; two at once build once. Throws with the compiler's output.
 */
export async function builtDist(): Promise<string> {
  const root = join(__dirname, '../..');
  await buildIfNeeded({ root });
  return join(root, 'dist');
}
