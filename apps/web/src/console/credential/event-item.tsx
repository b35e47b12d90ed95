import type { CloudEvent } from '@latchkey/api/answers.ts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { useProviderNames } from '../../ui/names.ts';
import { toneColor, toneSign } from '../../ui/tone.ts';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { Marked } from './marked.tsx';
import type { Tone } from '../../ui/credential-state.ts';

/** What the events of a credential are called, and how good the news is. */
const tones = {
  created: 'busy',
  activated: 'good',
  refreshed: 'good',
  refresh_failed: 'warning',
  reauthorization_required: 'bad',
  invalid: 'bad',
  renamed: 'busy',
  default_changed: 'busy',
  visibility_changed: 'busy',
  revoked: 'busy',
  deleted: 'busy',
} as const satisfies Record<string, Tone>;

const known = Object.keys(tones) as (keyof typeof tones)[];

const factsSchema = z.object({
  name: z.catch(z.string(), ''),
  provider: z.catch(z.string(), ''),
  tokenVersion: z.catch(z.nullable(z.number()), null),
  error: z.catch(z.nullish(z.object({ code: z.string(), message: z.string() })), null),
  refresh: z.catch(z.nullish(z.object({ providerStatus: z.nullable(z.number()) })), null),
});

/** Something that happened to the credential. */
export function EventItem({ event }: { readonly event: CloudEvent }) {
  const { t } = useTranslation('credential');
  const failureText = useFailureText();
  const nameOf = useProviderNames();
  const name = known.find((each) => event.type === `latchkey.credential.${each}`);
  if (name === undefined) return <Text size="sm">{event.type}</Text>;
  const facts = factsSchema.parse(event.data);
  const tone = tones[name];
  const isNews = tone === 'warning' || tone === 'bad';
  return (
    <Marked sign={tone === 'busy' ? '·' : toneSign[tone]} color={toneColor[tone]}>
      <Text size="sm">{t(`event.${name}`, { name: facts.name })}</Text>
      {name === 'refreshed' && facts.tokenVersion !== null && (
        <Text size="sm" c="dimmed">
          {t('timeline.version', { version: facts.tokenVersion })}
        </Text>
      )}
      {isNews && facts.error != null && (
        <Text size="sm" c="dimmed">
          {facts.refresh?.providerStatus != null && <>{facts.refresh.providerStatus} · </>}
          {failureText(facts.error, nameOf(facts.provider))}
        </Text>
      )}
    </Marked>
  );
}
