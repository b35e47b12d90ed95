/**
 * Loaded before an API process: its leases are written without their entry in the audit, a baseline that the product itself
 * does not have.
 */
import { registerHooks } from 'node:module';

const statement = 'await insert.execute(db(em));';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/audit/record-audit.ts')) return loaded;
    const source = String(loaded.source);
    if (!source.includes(statement))
      throw new Error('record-audit.ts is not what it was: mend this baseline');
    return { ...loaded, source: source.replace(statement, 'void insert;') };
  },
});
