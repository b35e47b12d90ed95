import { describe, expect, it, vi } from 'vitest';
import { show } from '../testing/show.tsx';
import { NothingMatches, NothingYet } from './empty-state.tsx';
import { QueryView } from './query-view.tsx';

const query = (data: string[] | undefined, error: Error | null = null) => ({
  data,
  error,
  isError: error !== null,
  refetch: vi.fn(),
});

describe('what was read', () => {
  it('console A24: has the shape of its rows while it is fetched', async () => {
    const screen = await show(
      <QueryView query={query(undefined)} rows={3}>
        {() => 'rows'}
      </QueryView>,
    );
    const skeleton = screen.getByRole('status', { name: 'Loading…' });
    await expect.element(skeleton).toBeVisible();
    expect(skeleton.element().children.length).toBe(3);
  });

  it('console A24: stays while it is fetched again, and with the reason above it when that fails', async () => {
    const screen = await show(
      <QueryView query={query(['row'], new Error('cut'))}>{([row]) => <p>{row}</p>}</QueryView>,
    );
    await expect.element(screen.getByRole('alert')).toMatchTextContent(/cut/);
    await expect.element(screen.getByText('row', { exact: true })).toBeVisible();
  });

  it('console A23: says why it could not be read, with a way to try again', async () => {
    const failed = query(undefined, new Error('cut'));
    const screen = await show(<QueryView query={failed}>{() => 'rows'}</QueryView>);
    await expect.element(screen.getByRole('alert')).toMatchTextContent(/This could not be loaded/);
    await screen.getByRole('button', { name: 'Try again' }).click();
    expect(failed.refetch).toHaveBeenCalledOnce();
  });

  it('console A23: nothing yet is not nothing that matches: one has a beginning, the other filters to clear', async () => {
    const clear = vi.fn();
    const screen = await show(
      <>
        <NothingYet title="No key yet" lead="Add one:" command="latchkey keys add">
          <button type="button">Add a key</button>
        </NothingYet>
        <NothingMatches onClear={clear} />
      </>,
    );
    await expect.element(screen.getByRole('heading', { name: 'No key yet' })).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Add a key' })).toBeVisible();
    await expect.element(screen.getByText('latchkey keys add')).toBeVisible();
    await expect.element(screen.getByText('Nothing matches these filters')).toBeVisible();
    await screen.getByRole('button', { name: 'Clear filters' }).click();
    expect(clear).toHaveBeenCalledOnce();
  });
});
