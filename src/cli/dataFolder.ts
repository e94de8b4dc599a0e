import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { Store, StoreConfig } from '../dossier/store.ts';
import type { Invocation } from './command.ts';

export const dataOption = { data: { type: 'string' } } as const;

/** Where the dossiers of this command line live: --data, $IDIOGRAPH_HOME, or ./idiograph-data. */
export function dataConfig(options: Invocation['options'], fallback = 'idiograph-data'): StoreConfig {
  const named = (options.data as string | undefined) ?? (process.env.IDIOGRAPH_HOME || fallback);
  return { engine: 'sqlite', directory: resolve(named) };
}

/** Opens a data folder that must exist. Throws `not-found` with the command that would make one. */
export async function openExisting(options: Invocation['options'], readOnly = false): Promise<Store> {
  const config = dataConfig(options);
  if (!existsSync(config.directory)) {
    throw new IdiographError('not-found', `there is no data folder ${config.directory}`, {
      directory: config.directory,
      remedy:
        'Name one with --data DIR (idiograph run keeps it in OUT/data), or make one with "idiograph import FOLDER --data DIR".',
    });
  }
  const { openStore } = await import('../store/open.ts');
  return openStore(config, { readOnly });
}

/** The subject that was named, or the only one there is. Throws `usage` with the choice. */
export async function theSubject(
  store: Store,
  access: { purpose: 'care'; actor: string },
  named: string | undefined,
): Promise<string> {
  const subjects = await store.reading(access).subjects();
  if (named !== undefined) {
    // One that was merged into another is in no list, and can be opened still.
    const all = await store.reading(access).subjects({ merged: true });
    if (all.some((one) => one.id === named)) return named;
    throw new IdiographError('not-found', `there is no subject ${named}`, {
      remedy: `Subjects here: ${subjects.map((one) => `${one.id} (${one.label})`).join(', ') || 'none'}.`,
    });
  }
  if (subjects.length === 1) return subjects[0].id;
  if (subjects.length === 0) {
    throw new IdiographError('usage', 'the data folder holds no subject', {
      remedy: 'Read files into it first: idiograph import FOLDER --data DIR.',
    });
  }
  throw new IdiographError('usage', 'there are several subjects: name one', {
    remedy: `--subject with one of ${subjects.map((one) => `${one.id} (${one.label})`).join(', ')}.`,
  });
}
