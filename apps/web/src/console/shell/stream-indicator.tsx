import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../live/live-provider.tsx';

const colors = { connecting: 'gray', live: 'green', reconnecting: 'yellow', polling: 'yellow' } as const;
const signs = { connecting: '…', live: '●', reconnecting: '↻', polling: '◷' } as const;

/** Whether what is on screen is what is. On a phone the sign says it, and the word to who cannot see it. */
export function StreamIndicator() {
  const { t } = useTranslation();
  const { state } = useLive();
  return (
    <Tooltip label={t(`stream.hint.${state}`)} events={{ hover: true, focus: true, touch: true }}>
      <Badge
        variant="light"
        color={colors[state]}
        leftSection={<span aria-hidden="true">{signs[state]}</span>}
        role="status"
        tabIndex={0}
        data-stream={state}
      >
        <span className="stream-word">{t(`stream.${state}`)}</span>
      </Badge>
    </Tooltip>
  );
}
