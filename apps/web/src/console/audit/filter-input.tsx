import { TextInput } from '@mantine/core';
import { useState } from 'react';

interface FilterInputProps {
  readonly label: string;
  /** The one that `/` leads to. */
  readonly isSearch?: boolean;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** An id that entries are filtered by once it is there as a whole: with Enter, or when the field is left. */
export function FilterInput({ label, isSearch = false, value = '', onChange }: FilterInputProps) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  // What comes from the address, as by going back, is what it shows.
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  const commit = () => {
    const wanted = text.trim();
    if (wanted !== value) onChange(wanted === '' ? undefined : wanted);
  };
  return (
    <TextInput
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      label={label}
      type={isSearch ? 'search' : 'text'}
      spellCheck={false}
      maxLength={300}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit();
      }}
    />
  );
}
