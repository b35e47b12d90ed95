import { defineConfig } from 'vite';

/** A module for bundlers, and a classic script with the global `Latchkey`. */
export default defineConfig({
  build: {
    target: 'es2022',
    sourcemap: false,
    lib: {
      entry: new URL('src/index.ts', import.meta.url).pathname,
      name: 'Latchkey',
      formats: ['es', 'iife'],
      fileName: (format) => (format === 'es' ? 'connect.js' : 'connect.global.js'),
    },
  },
});
