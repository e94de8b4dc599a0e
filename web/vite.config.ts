import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { api } from '../src/server/api/index.ts';

/** Method and path of every route by its name: all that the page needs of the table of routes at run time. */
function routes(): Plugin {
  const table = Object.fromEntries(Object.entries(api).map(([name, { method, path }]) => [name, [method, path]]));
  return {
    name: 'idiograph-routes',
    resolveId: (id) => (id === 'virtual:routes' ? '\0virtual:routes' : undefined),
    load: (id) => (id === '\0virtual:routes' ? `export default ${JSON.stringify(table)}` : undefined),
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), routes()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Browsers that know light-dark() themselves: the replacement for older ones does not follow the theme of the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // No inlined assets: the policy of the page names what may be loaded.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
