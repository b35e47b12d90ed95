import type { AuditEntry } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';

/** Who did it: a name that people gave, or the word for what has none. */
export function useActorName(): (actor: AuditEntry['actor']) => string {
  const { t } = useTranslation();
  return ({ type, id, name }) => {
    if (type === 'bootstrap') return t('who.bootstrap');
    if (type === 'nobody') return t(id === 'others' ? 'who.others' : 'who.nobody');
    return name;
  };
}
