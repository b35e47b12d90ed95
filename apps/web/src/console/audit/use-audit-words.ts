import type { AuditVerification } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';

type Break = NonNullable<AuditVerification['problem']>;

/** What the audit tells, in the language of the page. */
export function useAuditWords() {
  const { t, i18n } = useTranslation('audit-words');
  return {
    /** What was done; the action itself where there are no words for it. */
    action: (action: string) => t(`action.${action as 'credential.create'}`, { defaultValue: action }),
    /** How the chain is broken; null where there are no words for it. */
    broken: ({ kind }: Break) =>
      i18n.exists(`audit-words:break.${kind}`) ? t(`break.${kind as 'missing'}`) : null,
  };
}
