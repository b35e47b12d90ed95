import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineThemeOverride,
} from '@mantine/core';

const text = 'var(--mantine-color-text)';

/** Contrast first: every text is at least 4.5 to 1 on what it stands on. @param close the name of the button that closes a dialog */
export function themeOf(close: string): MantineThemeOverride {
  const closeButtonProps = { 'aria-label': close };
  return createTheme({
    primaryColor: 'indigo',
    primaryShade: 8,
    fontFamily: 'system-ui, sans-serif',
    fontFamilyMonospace: 'ui-monospace, monospace',
    headings: { fontFamily: 'system-ui, sans-serif', fontWeight: '650' },
    defaultRadius: 'md',
    cursorType: 'pointer',
    respectReducedMotion: true,
    // A coloured text on its own light colour is too faint: the colour is the ground's, the text is as everywhere.
    variantColorResolver: (input) => {
      const colors = defaultVariantColorsResolver(input);
      return input.variant === 'light' ? { ...colors, color: text } : colors;
    },
    // By name: a theme that imported them would load them all before anything is shown.
    components: {
      // What they say is never cut: a word of a status is worth more than a straight edge.
      Badge: {
        defaultProps: { tt: 'none' },
        styles: { root: { flexShrink: 0 }, label: { overflow: 'visible' } },
      },
      Button: { styles: { root: { flexShrink: 0 } } },
      Alert: {
        defaultProps: { variant: 'outline' },
        styles: { title: { color: text }, message: { color: text } },
      },
      Modal: { defaultProps: { closeButtonProps } },
      Drawer: { defaultProps: { closeButtonProps } },
    },
  });
}

/** Mantine's own colours for what is less important, and for what is wrong, are too light to read on its grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#59616b',
    '--mantine-color-placeholder': '#69717b',
    '--mantine-color-error': '#b02525',
  },
  dark: {
    '--mantine-color-dimmed': '#a8b0ba',
    '--mantine-color-placeholder': '#a8b0ba',
    '--mantine-color-error': '#ff8787',
  },
});
