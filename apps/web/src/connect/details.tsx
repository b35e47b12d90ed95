import { useTranslation } from 'react-i18next';

interface DetailsProps {
  readonly code: string;
  readonly authorizationId?: string;
  readonly requestId?: string;
}

/** What whoever is asked for help wants to know. */
export function Details({ code, authorizationId = '', requestId = '' }: DetailsProps) {
  const { t } = useTranslation('connect');
  const rows = [
    [t('details.code'), code],
    [t('details.authorization'), authorizationId],
    [t('details.request'), requestId],
  ] as const;
  return (
    <details>
      <summary>{t('details.summary')}</summary>
      <dl>
        {rows
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
      </dl>
    </details>
  );
}
