/** A page of the console, with what of it is in its address. */
export interface Target {
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
}

/** By the prefix of the id. What has no page of its own is found in the audit, by what was done to it. */
const targets: Readonly<Record<string, (id: string) => Target>> = {
  cred: (id) => ({ path: `/credentials/${id}`, search: {} }),
  auth: (id) => ({ path: '/authorizations', search: { id } }),
  st: (id) => ({ path: '/service-tokens', search: { q: id } }),
  kj: () => ({ path: '/keys', search: {} }),
  ses: (id) => ({ path: '/audit', search: { subject: id } }),
  ws: (id) => ({ path: '/data-sources', search: { workspace: id } }),
};

/** @param text what was pasted; with quotes, commas or an address around the id as well @returns null: there is none in it */
export function targetOfId(text: string): (Target & { readonly id: string }) | null {
  const found = /(?<![A-Za-z0-9_])([a-z]{2,5})_[0-9a-hjkmnp-tv-z]{26}(?![A-Za-z0-9_])/.exec(text);
  const [id = '', prefix = ''] = found ?? [];
  const target = targets[prefix]?.(id);
  return target === undefined ? null : { ...target, id };
}
