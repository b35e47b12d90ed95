import { Avatar } from '@mantine/core';

const colors = ['indigo', 'teal', 'orange', 'grape', 'cyan', 'pink', 'lime', 'blue'];

function colorOf(id: string): string {
  const sum = Array.from(id, (letter) => letter.codePointAt(0) ?? 0).reduce((one, other) => one + other, 0);
  return colors[sum % colors.length] ?? 'indigo';
}

/** A tile with the first letter: the marks of providers are theirs, and custom providers have none. */
export function ProviderIcon({ id, label }: { readonly id: string; readonly label: string }) {
  return (
    <Avatar radius="md" size={40} color={colorOf(id)} variant="light" aria-hidden="true">
      {label.slice(0, 1).toUpperCase()}
    </Avatar>
  );
}
