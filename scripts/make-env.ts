/** `npm run make-env`: writes the secrets that docker-compose.yml asks for into `.env`; those already there stay. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readRootKeysFile } from '../packages/core/src/vault/root-keys-file.ts';

const file = fileURLToPath(new URL('../.env', import.meta.url));
// `npm start` reads .env too: credentials that it has sealed with its own root key must stay readable.
const localRootKeys = fileURLToPath(new URL('../.data/root-keys', import.meta.url));

const secrets: Readonly<Record<string, () => string>> = {
  LATCHKEY_ROOT_KEYS: () =>
    existsSync(localRootKeys)
      ? readRootKeysFile(localRootKeys, 'DATA_DIR')
      : `k1:${randomBytes(32).toString('base64')}`,
  LATCHKEY_ADMIN_TOKEN: () => `lk_${randomBytes(32).toString('base64url')}`,
  POSTGRES_PASSWORD: () => randomBytes(24).toString('hex'),
};

const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
const isPresent = (name: string) => new RegExp(`^${name}=.`, 'm').test(present);
const missing = Object.entries(secrets).filter(
  ([name]) => !isPresent(name) && !(name === 'LATCHKEY_ROOT_KEYS' && isPresent('LATCHKEY_ROOT_KEYS_FILE')),
);
const separator = present === '' || present.endsWith('\n') ? '' : '\n';
appendFileSync(file, separator + missing.map(([name, make]) => `${name}=${make()}\n`).join(''), {
  mode: 0o600,
});
chmodSync(file, 0o600);
console.log(
  missing.length === 0 ? '.env is complete.' : `Written to .env: ${missing.map(([name]) => name).join(', ')}`,
);
console.log(
  'Keep a copy of LATCHKEY_ROOT_KEYS apart from the database: without it no credential can be read again.',
);
