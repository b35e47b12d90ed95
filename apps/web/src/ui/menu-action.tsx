import { Menu, Text } from '@mantine/core';
import { useWhyNot, type Guarded } from './use-why-not.ts';

interface MenuActionProps extends Guarded {
  readonly isDangerous?: boolean;
  readonly onClick: () => void;
  readonly children: string;
}

/** Something to do in a menu. What cannot be done stays there, with the reason, and arrow keys still reach it. */
export function MenuAction({ isDangerous = false, onClick, children, ...guarded }: MenuActionProps) {
  const why = useWhyNot(guarded);
  if (why === null)
    return (
      <Menu.Item onClick={onClick} {...(isDangerous ? { className: 'danger' } : {})}>
        {children}
      </Menu.Item>
    );
  return (
    <Menu.Item aria-disabled="true" closeMenuOnClick={false}>
      <Text size="sm" c="dimmed">
        {children}
      </Text>
      <Text size="xs" c="dimmed" maw={220}>
        {why}
      </Text>
    </Menu.Item>
  );
}
