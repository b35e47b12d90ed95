import type { connectTexts } from '../connect/texts.ts';
import type { english } from './english.ts';
import type { LazyTexts } from './lazy.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof english & typeof connectTexts & LazyTexts;
  }
}
