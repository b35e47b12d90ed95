import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { show } from '../testing/show.tsx';
import { Dialog } from './dialog.tsx';
import { FormDialog } from './form-dialog.tsx';

function Opener() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open</Button>
      <Button>Behind</Button>
      {isOpen && (
        <Dialog title="Title" onClose={() => setOpen(false)}>
          <Button>First</Button>
          <Button>Last</Button>
        </Dialog>
      )}
    </>
  );
}

function Rename() {
  const [isOpen, setOpen] = useState(true);
  const [name, setName] = useState('');
  if (!isOpen) return 'closed';
  return (
    <FormDialog title="Rename" isDirty={() => name !== ''} onClose={() => setOpen(false)}>
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </FormDialog>
  );
}

describe('a dialog', () => {
  it('console C28: takes the focus, keeps it, and gives it back', async () => {
    const screen = await show(<Opener />);
    await screen.getByRole('button', { name: 'Open' }).click();
    const dialog = page.getByRole('dialog', { name: 'Title' });
    await expect.element(dialog).toBeVisible();
    const isInside = () => dialog.element().contains(document.activeElement);
    await expect.poll(isInside).toBe(true);
    for (let round = 0; round < 5; round += 1) {
      await userEvent.tab();
      await expect.poll(isInside).toBe(true);
    }
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.poll(() => document.activeElement?.textContent).toBe('Open');
  });

  it('console C28: Esc closes what nothing was entered into', async () => {
    const screen = await show(<Rename />);
    await expect.element(page.getByRole('dialog', { name: 'Rename' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(screen.getByText('closed')).toBeVisible();
  });

  it('console C28: Esc asks before it throws away what was entered', async () => {
    const screen = await show(<Rename />);
    const input = page.getByRole('textbox', { name: 'Name' });
    await input.fill('New name');
    await userEvent.keyboard('{Escape}');
    const question = page.getByRole('alert');
    await expect.element(question).toMatchTextContent(/Discard what you entered\?/);
    await question.getByRole('button', { name: 'Go on' }).click();
    await expect.element(input).toHaveValue('New name');
    await input.click();
    await userEvent.keyboard('{Escape}');
    await question.getByRole('button', { name: 'Discard' }).click();
    await expect.element(screen.getByText('closed')).toBeVisible();
  });
});
