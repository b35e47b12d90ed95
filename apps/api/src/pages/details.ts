import { markup, type Html } from './markup.ts';
import type { TFunction } from 'i18next';

/** What an administrator is told of a failure. @param facts by their keys in `connect:details` */
export function details(t: TFunction, facts: Readonly<Record<string, string>>): Html {
  return markup`<details>
    <summary>${t('connect:details.summary')}</summary>
    <dl>
      ${Object.entries(facts).map(
        ([name, value]) => markup`<dt>${t(`connect:details.${name}`)}</dt>
          <dd><code>${value}</code></dd>`,
      )}
    </dl>
  </details>`;
}
