/** Enough of a secret to tell two apart, and not enough to use it. */
function mask(secret: string): string {
  return `${secret.slice(0, Math.min(4, Math.floor(secret.length / 4)))}••••••••`;
}

/** A lease as the editor shows it: what the run got, with its secrets masked. */
export function maskLease(lease: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { accessToken, fields, ...rest } = lease;
  return {
    ...rest,
    ...(typeof accessToken === 'string' ? { accessToken: mask(accessToken) } : {}),
    ...(typeof fields === 'object' && fields !== null
      ? {
          fields: Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [name, mask(String(value))]),
          ),
        }
      : {}),
  };
}
