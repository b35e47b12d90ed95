import { Button, Code, Divider, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../../api/queries.ts';
import { isUnauthenticated, signIn } from '../../api/session.ts';
import { consoleData } from '../console-data.ts';
import { ErrorBox } from '../../ui/error-box.tsx';

/** The admin token is exchanged for a session cookie and kept nowhere. */
export function SignIn() {
  const { t } = useTranslation();
  const { issuer } = consoleData();
  const client = useQueryClient();
  const form = useForm({ mode: 'uncontrolled', initialValues: { adminToken: '' } });
  const entry = useMutation({
    mutationFn: ({ adminToken }: { adminToken: string }) => signIn(adminToken.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    onError: (error) => {
      form.reset();
      if (isUnauthenticated(error)) form.setFieldError('adminToken', t('signIn.wrong'));
    },
  });
  const isWrong = isUnauthenticated(entry.error);
  // What was read in a session that ended is not for the next person.
  useEffect(() => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
  }, [client]);
  useEffect(() => {
    document.title = `${t('signIn.title')} · Latchkey`;
  }, [t]);
  return (
    <Paper component="main" withBorder p="xl" maw={420} mx="auto" mt="12vh">
      <Stack>
        <Text c="dimmed" size="sm">
          {t('product')}
        </Text>
        <Title order={1} size="h3">
          {t('signIn.title')}
        </Title>
        {issuer !== null && (
          <>
            <Button component="a" href="auth/login">
              {t('signIn.with', { issuer })}
            </Button>
            <Divider label={t('signIn.or')} />
          </>
        )}
        <form onSubmit={form.onSubmit((values) => entry.mutate(values))}>
          <Stack>
            <PasswordInput
              label={t('signIn.adminToken')}
              autoComplete="current-password"
              spellCheck={false}
              required
              data-autofocus
              autoFocus
              key={form.key('adminToken')}
              {...form.getInputProps('adminToken')}
            />
            {entry.error !== null && !isWrong && <ErrorBox error={entry.error} title={t('error.action')} />}
            <Button type="submit" loading={entry.isPending} variant={issuer === null ? 'filled' : 'default'}>
              {t('signIn.submit')}
            </Button>
          </Stack>
        </form>
        <Text size="sm" c="dimmed">
          {t('signIn.hint')} <Code>LATCHKEY_ADMIN_TOKEN</Code>
        </Text>
      </Stack>
    </Paper>
  );
}
