import { Button, Menu, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { languages, languageTags, type Language } from '@latchkey/texts/languages.ts';
import { speak } from '../../i18n/index.ts';
import { rememberLanguage } from '../preferred-language.ts';
import { leave } from '../../session/leave.ts';
import { useSession } from '../../session/session-context.tsx';

/** Who is signed in, how the console looks, and the way out. */
export function PersonMenu() {
  const { t, i18n } = useTranslation();
  const { person, role } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const choose = (language: Language) => {
    rememberLanguage(language);
    void speak(i18n, language);
  };
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        {/* A long name is cut where there is no room for it; the menu has it whole. */}
        <Button variant="subtle" size="compact-sm" color="gray" miw={0} style={{ flexShrink: 1 }}>
          <Text span inherit truncate>
            {person}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text inherit style={{ overflowWrap: 'anywhere' }}>
            {person}
          </Text>
          {t(`role.${role}`)}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t('theme.label')}</Menu.Label>
        {(['light', 'dark', 'auto'] as const satisfies MantineColorScheme[]).map((scheme) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={scheme === colorScheme}
            checkIcon="✓"
            closeMenuOnClick
            onChange={() => setColorScheme(scheme)}
          >
            {t(`theme.${scheme}`)}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('language')}</Menu.Label>
        {languageTags.map((language) => (
          <Menu.RadioItem
            key={language}
            value={language}
            lang={language}
            checked={language === i18n.language}
            checkIcon="✓"
            closeMenuOnClick
            onChange={() => choose(language)}
          >
            {languages[language]}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void leave(client)}>{t('signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
