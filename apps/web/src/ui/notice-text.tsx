import type { Credential } from '@latchkey/api/answers.ts';
import { useTranslation } from 'react-i18next';

/** What the last check remarked; in the API's own English where the remark has no code. */
export function NoticeText({ notice, noticeCode }: Pick<Credential, 'notice' | 'noticeCode'>) {
  const { t } = useTranslation();
  return noticeCode === null ? <span lang="en">{notice}</span> : t(`notice.${noticeCode}`);
}
