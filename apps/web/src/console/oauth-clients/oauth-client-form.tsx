import {
  Alert,
  Anchor,
  Code,
  Group,
  Input,
  PasswordInput,
  Radio,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import type { OAuthClient, Provider } from '@latchkey/api/answers.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/call.ts';
import { setOAuthClient } from '../../api/providers.ts';
import { oauthClientQuery } from '../../api/queries.ts';
import { FieldText } from '../../i18n/field-text.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorBox } from '../../ui/error-box.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { clientInput, initialValues, paramsOf, type ClientValues } from './client-values.ts';

interface OAuthClientFormProps {
  readonly provider: Provider;
  readonly onSaved: (client: OAuthClient) => void;
  /**
   * Offers "Save and authorize". Called in the click itself, so that a window may be opened, with the promise of the saved
   * client; null: it was not saved, and the form says why.
   */
  readonly onSaveAndAuthorize?: (saved: Promise<OAuthClient | null>) => void;
}

/** Which OAuth client a workspace uses at a provider. No secret ever comes back: an empty field keeps what is stored. */
export function OAuthClientForm(props: OAuthClientFormProps) {
  const client = useQuery(oauthClientQuery(props.provider.id));
  return (
    <QueryView query={client} rows={4}>
      {/* With what is stored at the time of opening: an answer that comes later does not write over what is typed. */}
      {(stored) => <Fields {...props} stored={stored} />}
    </QueryView>
  );
}

function Fields({
  provider,
  stored,
  onSaved,
  onSaveAndAuthorize,
}: OAuthClientFormProps & { readonly stored: OAuthClient }) {
  const { t } = useTranslation(['oauth-clients', 'common']);
  const queries = useQueryClient();
  const failureText = useFailureText();
  const params = paramsOf(provider);
  const form = useForm<ClientValues>({
    initialValues: initialValues(stored, params),
    validate: {
      clientId: (value, { mode }) => (mode === 'custom' && value.trim() === '' ? t('form.needsId') : null),
      clientSecret: (value, { mode, clientId }) =>
        mode === 'custom' &&
        value.trim() === '' &&
        stored.isCustom &&
        stored.hasSecret &&
        clientId.trim() !== stored.clientId
          ? t('form.needsSecret')
          : null,
    },
  });
  const save = useMutation({
    mutationFn: async (values: ClientValues) => {
      const input = clientInput(values, stored, params);
      return input === null ? stored : setOAuthClient(provider.id, input);
    },
    onSuccess: (client) => {
      queries.setQueryData(oauthClientQuery(provider.id).queryKey, client);
      void queries.invalidateQueries({ queryKey: ['providers'] });
      form.setFieldValue('clientSecret', '');
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      for (const each of error.problem.errors ?? [])
        form.setFieldError(each.path, <FieldText error={each} />);
    },
  });
  const isCustom = form.values.mode === 'custom';
  const { label } = provider;
  const changesId = isCustom && stored.isCustom && form.values.clientId.trim() !== stored.clientId;
  const authorize = () => {
    if (form.validate().hasErrors) return;
    // It has to be known whether it was saved: what failed is on the form.
    onSaveAndAuthorize?.(save.mutateAsync(form.values).catch(() => null));
  };

  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => save.mutate(values, { onSuccess: onSaved }))}
      aria-label={t('form.title', { provider: label })}
    >
      <Stack>
        {stored.misconfigured !== null && (
          <Alert color="red" variant="light" title={t('misconfigured.title', { provider: label })}>
            <Text size="sm">
              {failureText({ code: 'client_misconfigured', message: stored.misconfigured.message }, label)}
            </Text>
            {/* What the provider said, which is nowhere else. */}
            <Text size="xs" c="dimmed" lang="en">
              {stored.misconfigured.message}
            </Text>
          </Alert>
        )}
        <Radio.Group label={t('form.which')} {...form.getInputProps('mode')}>
          <Stack gap="xs" mt="xs">
            <Radio
              value="default"
              label={t('form.default')}
              description={
                stored.hasDefault ? t('form.defaultHint') : t('form.noDefault', { provider: label })
              }
              disabled={!stored.hasDefault}
            />
            <Radio
              value="custom"
              label={t('form.custom')}
              description={t('form.customHint', { provider: label })}
            />
          </Stack>
        </Radio.Group>
        <Input.Wrapper
          label={t('form.redirectUri')}
          description={t('form.redirectHint', { provider: label })}
          labelElement="div"
        >
          <Group gap="xs" wrap="nowrap" mt={4}>
            <Code style={{ overflowWrap: 'anywhere' }}>{stored.redirectUri}</Code>
            <CopyButton value={stored.redirectUri} label={t('copyRedirectUri', { provider: label })} />
          </Group>
        </Input.Wrapper>
        {isCustom ? (
          <>
            <TextInput
              label={t('form.clientId')}
              required
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('clientId')}
            />
            <PasswordInput
              label={t('form.clientSecret')}
              description={stored.isCustom && stored.hasSecret ? t('form.secretKept') : t('form.secretHint')}
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('clientSecret')}
            />
            {params.map((param) => (
              <TextInput
                key={param.name}
                label={param.label}
                description={
                  param.default === null ? undefined : t('form.paramDefault', { value: param.default })
                }
                autoComplete="off"
                spellCheck={false}
                {...form.getInputProps(`params.${param.name}`)}
              />
            ))}
            {changesId && stored.credentials > 0 && (
              <Alert color="yellow" variant="light">
                {t('form.hanging', { count: stored.credentials })}
              </Alert>
            )}
          </>
        ) : (
          stored.isCustom && <Text size="sm">{t('form.keptOff')}</Text>
        )}
        {provider.docsUrl !== null && (
          <Anchor href={provider.docsUrl} target="_blank" rel="noreferrer" size="sm">
            {t('form.docs')}
          </Anchor>
        )}
        {save.error !== null && <ErrorBox error={save.error} title={t('common:error.action')} />}
        <Group justify="flex-end">
          <ActionButton
            permission="oauth_client:write"
            type="submit"
            loading={save.isPending}
            variant={onSaveAndAuthorize === undefined ? 'filled' : 'default'}
          >
            {t('form.save')}
          </ActionButton>
          {onSaveAndAuthorize !== undefined && (
            <ActionButton permission="oauth_client:write" loading={save.isPending} onClick={authorize}>
              {t('form.saveAndAuthorize')}
            </ActionButton>
          )}
        </Group>
      </Stack>
    </form>
  );
}
