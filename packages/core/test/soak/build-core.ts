/** Core as one file of plain JavaScript from the sources as they are, so that no older build is measured. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Writes `core.js` into the folder. */
export async function buildCore(folder: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      lib: { entry: fileURLToPath(new URL('../../src/index.ts', import.meta.url)), formats: ['es'], fileName: 'core' },
      outDir: folder,
      minify: false,
      rollupOptions: { treeshake: false },
    },
  });
}
