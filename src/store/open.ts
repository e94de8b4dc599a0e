import { IdiographError } from '../dossier/errors.ts';
import type { Store, StoreConfig } from '../dossier/store.ts';

export interface StoreOptions {
  /**
   * Never creates, migrates or changes records and blobs. Reads are logged all the same, so the folder must be writable.
   */
  readOnly?: boolean;
  /** Time of access-log entries, ISO 8601. Injected by tests; the records' own times come from their writers. */
  clock?: () => string;
}

/**
 * Opens the store in a data folder, creates it when there is none, brings an older one up to date.
 * Throws `store-too-new`, `store-corrupt`, `store-busy`, `store-io`; `not-found` for `readOnly` without a store.
 * @example
 * const store = await openStore({ engine: 'sqlite', directory: '.idiograph/data' });
 * const reader = store.reading({ purpose: 'care', actor: 'me' });
 */
export async function openStore(config: StoreConfig, options: StoreOptions = {}): Promise<Store> {
  if (config.engine !== 'sqlite') {
    throw new IdiographError('unsupported', `no store engine ${JSON.stringify(config.engine)}`, {
      remedy: 'The engine of this version is `sqlite`.',
    });
  }
  const { openSqliteStore } = await import('./sqlite/store.ts');
  return openSqliteStore(config, options);
}
