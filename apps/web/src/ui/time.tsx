import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { relativeTime } from './relative-time.ts';
import { useNow } from './use-now.ts';

/** When something was or will be, as people say it; the exact time in UTC on hover and on focus. @param at ISO 8601 */
export function Time({ at }: { readonly at: string }) {
  const { i18n } = useTranslation();
  const now = useNow();
  const exact = `${at.slice(0, 19).replace('T', ' ')} UTC`;
  return (
    <Tooltip label={exact} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} tabIndex={0}>
        {relativeTime(Date.parse(at) - now, i18n.language)}
      </time>
    </Tooltip>
  );
}
