import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/**
 * Two documents, nothing inline: the content security policy allows neither inline script nor
 * inline style, so assets are never inlined and the module-preload polyfill stays out.
 */
export default defineConfig({
  root,
  build: {
    target: 'es2022',
    outDir: resolve(root, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: resolve(root, 'index.html'), reveal: resolve(root, 'reveal.html') },
    },
  },
});
