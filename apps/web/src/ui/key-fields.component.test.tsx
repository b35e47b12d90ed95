import { useForm } from '@mantine/form';
import { describe, expect, it } from 'vitest';
import { show } from '../testing/show.tsx';
import { KeyFields } from './key-fields.tsx';
import { emptyKeyForm, type ApiKeyField, type KeyFormValues } from './key-form.ts';

const key: ApiKeyField = {
  name: 'apiKey',
  label: 'API key',
  secret: true,
  required: true,
  kind: 'text',
  default: null,
  helpUrl: 'https://acme.test/keys',
  warnPattern: '^ak-',
};
const address: ApiKeyField = {
  ...key,
  name: 'baseUrl',
  label: 'Base URL',
  secret: false,
  kind: 'url',
  default: 'https://acme.test',
  helpUrl: null,
  warnPattern: null,
};
const fields = [key, address];

function Form({ keep = false }: { readonly keep?: boolean }) {
  const form = useForm<KeyFormValues>({ mode: 'uncontrolled', initialValues: emptyKeyForm(fields) });
  return <KeyFields fields={fields} form={form} keep={keep} />;
}

/** As somebody pastes what they copied from elsewhere. */
function paste(input: HTMLInputElement, text: string): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text', text);
  input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}

describe('the inputs of a key', () => {
  it('console C26: a secret is hidden until it is revealed, and no browser keeps, completes or corrects it', async () => {
    const screen = await show(<Form />);
    const input = screen.getByRole('textbox', { name: 'API key' });
    await expect.element(input).toHaveAttribute('type', 'password');
    for (const [name, value] of [
      ['autocomplete', 'off'],
      ['autocapitalize', 'none'],
      ['autocorrect', 'off'],
      ['spellcheck', 'false'],
    ] as const)
      await expect.element(input).toHaveAttribute(name, value);
    await screen.getByRole('button', { name: 'Show API key' }).click();
    await expect.element(input).toHaveAttribute('type', 'text');
    await expect
      .element(screen.getByLabelText('Base URL'))
      .toHaveAttribute('placeholder', 'https://acme.test');
    await expect.element(screen.getByLabelText('Base URL')).toHaveAttribute('inputmode', 'url');
  });

  it('console C26: what is pasted is trimmed, and goes where the cursor is', async () => {
    const screen = await show(<Form />);
    const input = screen.getByRole('textbox', { name: 'API key' });
    const element = input.element() as HTMLInputElement;
    paste(element, '  ak-1234\n');
    await expect.element(input).toHaveValue('ak-1234');
    element.setSelectionRange(3, 5);
    paste(element, ' 9 ');
    await expect.element(input).toHaveValue('ak-934');
  });

  it('remarks on what looks unlike a key of the provider, and refuses nothing', async () => {
    const screen = await show(<Form />);
    const input = screen.getByRole('textbox', { name: 'API key' });
    const remark = screen.getByText('This does not look like the usual API key', { exact: false });
    await input.fill('sk-1234');
    await expect.element(remark).not.toBeInTheDocument();
    await screen.getByLabelText('Base URL').click();
    await expect.element(remark).toBeVisible();
    await input.fill('ak-1234');
    await screen.getByLabelText('Base URL').click();
    await expect.element(remark).not.toBeInTheDocument();
  });

  it('says where keys are found', async () => {
    const screen = await show(<Form />);
    await expect
      .element(screen.getByRole('link', { name: 'Where to find it' }))
      .toHaveAttribute('href', 'https://acme.test/keys');
  });

  it('console A9: what is stored is kept by an empty input, which is then not needed', async () => {
    const screen = await show(<Form keep />);
    const input = screen.getByRole('textbox', { name: 'API key' });
    await expect.element(input).toHaveValue('');
    await expect.element(input).toHaveAttribute('aria-required', 'false');
    await expect.element(screen.getByText('Leave empty to keep what is stored.').first()).toBeVisible();
  });
});
