import { TextInput } from '@mantine/core';
import { toLocalInput } from './local-time.ts';

interface TimeInputProps {
  readonly label: string;
  /** ISO 8601 */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A time in the time zone of the browser. */
export function TimeInput({ label, value, onChange }: TimeInputProps) {
  const commit = (text: string) => {
    const time = Date.parse(text);
    const next = Number.isNaN(time) ? undefined : new Date(time).toISOString();
    // An input has no seconds: leaving it alone changes nothing.
    if (next?.slice(0, 16) !== value?.slice(0, 16)) onChange(next);
  };
  return (
    <TextInput
      key={value}
      type="datetime-local"
      label={label}
      defaultValue={value === undefined ? '' : toLocalInput(value)}
      onBlur={({ currentTarget }) => commit(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Enter') commit(currentTarget.value);
      }}
    />
  );
}
