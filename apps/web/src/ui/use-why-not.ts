import { useTranslation } from 'react-i18next';
import { useMay, useSession, type Permission } from '../session/session-context.tsx';

export interface Guarded {
  readonly permission: Permission;
  /** The least role that has the permission. */
  readonly role?: 'admin' | 'editor' | undefined;
  /** Why it cannot be done at the moment, whatever the role; null: it can. */
  readonly reason?: string | null | undefined;
}

/** Why the person cannot do something, in words; null: they can. The server decides again. */
export function useWhyNot({ permission, role = 'editor', reason = null }: Guarded): string | null {
  const { t } = useTranslation();
  const { role: mine } = useSession();
  const may = useMay(permission);
  return may ? reason : t('forbidden', { role: t(`role.${role}`), mine: t(`role.${mine}`) });
}
