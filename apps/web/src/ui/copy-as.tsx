import { ActionIcon, Menu } from '@mantine/core';
import { useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { currentWorkspace } from '../api/workspace.ts';
import { baseUrl } from '../base-url.ts';
import type { CommandItem } from '../commands/command-item.ts';
import { asCurl, asLatchkey, type Place } from '../commands/command.ts';
import { copyText } from './copy-text.ts';
import { MoreIcon } from './icons.tsx';

type Opener = RefObject<HTMLElement | null>;

/** Where the page is, and in which workspace. */
export function here(): Place {
  return { baseUrl: baseUrl(), workspace: currentWorkspace() };
}

interface CopyAsItemsProps {
  readonly items: readonly CommandItem[];
  /** The button of the menu, which gets the focus back. */
  readonly opener: Opener;
}

/** Items for a menu: each action as curl and for the command line. */
export function CopyAsItems({ items, opener }: CopyAsItemsProps) {
  const { t } = useTranslation();
  const copy = (text: string) => {
    void copyText(text);
    // After the menu gave the focus up.
    requestAnimationFrame(() => opener.current?.focus({ preventScroll: true }));
  };
  return items.map(({ action, label, command }) => (
    <div key={action} role="group" aria-label={label} data-command={action}>
      <Menu.Label>{label}</Menu.Label>
      <Menu.Item onClick={() => copy(asCurl(command, here()))}>{t('copyAs.curl')}</Menu.Item>
      <Menu.Item onClick={() => copy(asLatchkey(command, here()))}>{t('copyAs.cli')}</Menu.Item>
    </div>
  ));
}

/** A menu in a menu with the commands of its actions. */
export function CommandSubmenu(props: CopyAsItemsProps) {
  const { t } = useTranslation();
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>{t('copyAs.label')}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        <CopyAsItems {...props} />
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}

interface CommandMenuProps {
  readonly items: readonly CommandItem[];
  /** What the actions are about, for those who cannot see where the button stands. */
  readonly label?: string;
}

/** A button with the commands of the actions beside it. */
export function CommandMenu({ items, label }: CommandMenuProps) {
  const { t } = useTranslation();
  const opener = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon ref={opener} variant="subtle" color="gray" aria-label={label ?? t('copyAs.label')}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <CopyAsItems items={items} opener={opener} />
      </Menu.Dropdown>
    </Menu>
  );
}
