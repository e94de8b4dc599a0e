import { IdiographError } from '../dossier/errors.ts';
import type { Access, Store } from '../dossier/store.ts';

/**
 * Keeps the clinical question of a patient; earlier ones stay in the history of the record. Alone on the store, so that an
 * import that runs does not put the older one back. Throws `not-found`; `conflict` when the question that was seen (empty:
 * none) is not the one that stands; `aborted`, `store-busy`.
 */
export async function stateQuestion(
  store: Store,
  access: Access,
  subject: string,
  question: string,
  { seen, signal }: { seen?: string; signal: AbortSignal },
): Promise<void> {
  await store.alone(async () => {
    const record = (await store.reading(access).get(subject))?.record;
    if (record?.kind !== 'subject' || record.mergedInto !== undefined)
      throw new IdiographError('not-found', `there is no subject ${subject}`, { subject });
    if (record.question === question) return;
    if (seen !== undefined && seen !== (record.question ?? '')) {
      throw new IdiographError('conflict', 'the question was changed since it was shown', {
        remedy: 'Look at the question as it stands, then state yours again.',
      });
    }
    await store.write([{ ...record, question }]);
  }, signal);
}
