import { Readable } from 'node:stream';
import { IdiographError } from '../../dossier/errors.ts';
import type { Access, Store } from '../../dossier/store.ts';
import type { Instrument } from '../../forms/instrument.ts';
import { makeSpool } from '../../intake/archive/spool.ts';
import { fhirFormat } from '../../intake/fhir/format.ts';
import { defaultLimits } from '../../intake/format.ts';
import type { Person } from '../../intake/identity/persons.ts';
import { inputFile } from '../../intake/inputFile.ts';
import { keepPerson } from '../../intake/keep.ts';
import { fileHasher, prepareSource } from '../../intake/prepare.ts';
import { unanswered } from './answers.ts';
import { type Completed, questionnaireResponse } from './response.ts';

/**
 * Keeps a completed form as a source of its own: the same reader, hashing and batches as an import of a file, with the
 * subject that the form was opened for instead of one found by name. Resolves with the id of the source.
 */
export async function keepResponse(
  store: Store,
  subject: string,
  instrument: Instrument,
  completed: Completed,
  access: Access,
): Promise<string> {
  const reader = store.reading(access);
  const known = (await reader.dossier(subject)).subject;
  const path = `workspace/${instrument.id}-${completed.at.replace(/[^0-9TZ]/g, '')}.json`;
  const spool = makeSpool();
  try {
    const text = JSON.stringify(questionnaireResponse(instrument, completed), undefined, 1);
    const file = inputFile(await spool.write(Readable.from([`${text}\n`]), () => {}), path);
    const read = await fhirFormat.read(file, defaultLimits);
    if ('refused' in read) throw new IdiographError('integrity', `the form was refused: ${read.refused.message}`);
    const { drafts } = fhirFormat.assemble([{ path, piece: read.piece }]);
    for (const { source } of drafts) {
      const missing = unanswered(instrument, completed.answers);
      source.description = `${instrument.display}, filled in by the ${completed.filledBy} in the workspace`;
      source.metadata = {
        ...source.metadata,
        channel: 'workspace',
        filledBy: completed.filledBy,
        account: completed.account,
        unanswered: missing,
      };
    }
    const person: Person = {
      basis: 'attached',
      claims: [],
      drafts,
      attached: drafts,
      composite: known.composite,
      label: known.label,
      issues: [],
    };
    const hash = fileHasher();
    const prepared = await Promise.all(drafts.map((draft) => prepareSource(draft, new Map([[path, file]]), hash)));
    const { report } = await store.alone(() =>
      keepPerson({ person, known, subject }, prepared, [], {
        store,
        reader,
        at: completed.at,
        origin: `${instrument.display} in the workspace`,
      }),
    );
    return [...report.added, ...report.duplicates][0]!;
  } finally {
    spool.remove();
  }
}
