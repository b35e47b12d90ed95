import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const page = (name: string) => new URL(`${name}.html`, import.meta.url).pathname;

/** Each page with what only it needs. The API fills the nonce in, so that nothing inline or foreign can run. */
export default defineConfig({
  plugins: [react()],
  // The API fills in what the addresses are relative to.
  base: './',
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2023',
    // Inlined files would need `data:` in the policy, and source maps would tell nobody more than the repository does.
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      input: { console: page('console'), connect: page('connect') },
      output: {
        // Everything here is loaded at once in any case, and one file is smaller than many when it is packed.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(?:react|react-dom|scheduler)\//, priority: 1 },
            {
              name: 'frame',
              test: /node_modules\/(?:@floating-ui|react-remove-scroll|react-remove-scroll-bar|react-style-singleton|use-sidecar|use-callback-ref|tslib|@tanstack|zod|@mantine\/core\/esm\/(?:core|components\/(?:AppShell|Menu|Popover|Tooltip|Transition|Portal|Badge|Button|Loader|Alert|CloseButton|NavLink|Title|Group|Text|UnstyledButton|Container|Code|Burger|FocusTrap|Floating|Paper|ScrollArea|Box|Collapse|Overlay|Stack|Anchor|Skeleton)))\//,
            },
          ],
        },
      },
    },
  },
});
