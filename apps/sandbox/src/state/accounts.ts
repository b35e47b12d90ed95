/** A person who exists only here. */
export interface Account {
  id: string;
  name: string;
  email: string;
  picture: string;
}

export const accounts: readonly Account[] = [
  account('ada', 'Ada Lovelace', '#7c3aed'),
  account('alan', 'Alan Turing', '#0f766e'),
  account('grace', 'Grace Hopper', '#b45309'),
];

/** Finds an account by id or e-mail address, as a `login_hint` may be either. */
export function findAccount(hint: string | null | undefined): Account | undefined {
  return accounts.find((candidate) => candidate.id === hint || candidate.email === hint);
}

function account(id: string, name: string, colour: string): Account {
  const initials = name.replaceAll(/[^A-Z]/g, '');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="${colour}"/>` +
    `<text x="32" y="41" font-family="sans-serif" font-size="26" fill="#fff" text-anchor="middle">${initials}</text></svg>`;
  // A data: URL, so that an avatar needs no further request and no network.
  return { id, name, email: `${id}@sandbox.test`, picture: `data:image/svg+xml,${encodeURIComponent(svg)}` };
}
