import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/call.ts';
import { FieldText } from '../../i18n/field-text.tsx';
import type { TokenValues } from './token-values.ts';

/** The form of a service token, with what the server found wrong on the field that it is about. */
export function useTokenForm(initialValues: TokenValues) {
  const { t } = useTranslation('service-tokens');
  const form = useForm<TokenValues>({
    initialValues,
    validate: {
      name: (name) => (name.trim() === '' ? t('needsName') : null),
      at: (at, { expiry }) => (expiry === 'custom' && Number.isNaN(Date.parse(at)) ? t('needsTime') : null),
    },
  });
  const refused = (error: unknown) => {
    if (!(error instanceof ApiError)) return;
    for (const each of error.problem.errors ?? []) {
      const [field = ''] = each.path.split('.');
      const text = <FieldText error={each} />;
      if (field === 'allowedAddresses') form.setFieldError('networks', text);
      else if (field === 'expiresAt') form.setFieldError('expiry', text);
      else if (field in initialValues) form.setFieldError(field, text);
    }
  };
  return { form, refused };
}
