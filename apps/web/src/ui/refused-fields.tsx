import type { FormErrors } from '@mantine/form';
import { ApiError } from '../api/call.ts';
import { FieldText } from '../i18n/field-text.tsx';

/** What the API refused about the inputs of a name or a key; empty where it was about something else. */
export function refusedFields(error: unknown): FormErrors {
  if (!(error instanceof ApiError)) return {};
  const { code, detail: message, errors = [] } = error.problem;
  const wrong =
    code === 'name_taken'
      ? [{ path: 'name', code: 'taken', message }]
      : errors.filter(({ path }) => path === 'name' || path.startsWith('fields.'));
  return Object.fromEntries(wrong.map((each) => [each.path, <FieldText key={each.path} error={each} />]));
}
