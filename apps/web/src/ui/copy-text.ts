import { writeClipboard } from './write-clipboard.ts';

/** What became of a copy; `text` where the browser did not let it be, to be copied by hand. */
interface Copied {
  readonly text: string | null;
}

let latest: Copied | null = null;
const listeners = new Set<() => void>();

function show(next: Copied | null): void {
  latest = next;
  for (const listener of listeners) listener();
}

/** Copies a text and has it said. */
export async function copyText(text: string): Promise<void> {
  show({ text: (await writeClipboard(text)) ? null : text });
}

/** The latest copy, until it was said; for whoever says it. */
export const lastCopy = {
  get: (): Copied | null => latest,
  forget: () => show(null),
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
