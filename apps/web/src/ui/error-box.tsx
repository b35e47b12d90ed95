import { Alert, Anchor, Button, Code, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/call.ts';
import { FieldText } from '../i18n/field-text.tsx';
import { ProblemText } from '../i18n/problem-text.tsx';

interface ErrorBoxProps {
  readonly error: unknown;
  readonly title?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** Everything that a person needs to mend it or to ask about it: what, the code and where it is explained, the request. */
export function ErrorBox({ error, title, onRetry }: ErrorBoxProps) {
  const { t } = useTranslation();
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <Alert color="red" title={title ?? t('error.title')} role="alert">
      {problem === null ? (
        <Text size="sm" lang="en">
          {error instanceof Error ? error.message : String(error)}
        </Text>
      ) : (
        <Text size="sm">
          {problem.code === 'unreachable' ? t('error.unreachable') : <ProblemText problem={problem} />}
        </Text>
      )}
      {problem?.errors?.map((each) => (
        <Text size="sm" key={each.path}>
          <Code>{each.path}</Code> <FieldText error={each} />
        </Text>
      ))}
      <Group gap="sm" mt="xs">
        {problem !== null && problem.requestId !== '' && (
          <>
            <Anchor size="sm" href={`docs/errors/${problem.code}`} target="_blank" rel="noreferrer">
              {t('error.about', { code: problem.code })}
            </Anchor>
            <Text size="sm" c="dimmed">
              {t('error.requestId', { id: problem.requestId })}
            </Text>
          </>
        )}
        {onRetry !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('retry')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
