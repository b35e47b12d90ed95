import { useTranslation } from 'react-i18next';

/** `credential` of `latchkey.credential.refreshed`. */
export function thingOf(type: string): string {
  return type.split('.')[1] ?? '';
}

/** What an event is called; its type, when there are no words for it. */
export function useEventWords(): (type: string) => string {
  const { t } = useTranslation('activity');
  return (type) =>
    t(`type.${type.replace(/^latchkey\./, '')}` as 'type.credential.created', { defaultValue: type });
}
