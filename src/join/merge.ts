import { contentId } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import { issue } from '../dossier/issue.ts';
import type { Import } from '../dossier/source.ts';
import type { Store } from '../dossier/store.ts';
import { bothHalves, reportOf } from './act.ts';
import { carryOver } from './carryOver.ts';
import { hangingOn } from './hanging.ts';
import { assertAsSeen, checkOrder, joinImportId, type Order, openPatient, type TransferReport } from './order.ts';
import { contradictions } from './whose.ts';

/**
 * Declares that two subjects are one person: everything of `from` is taken in anew by `into`, and `from` stands empty as
 * `mergedInto`. Signatures stay where they are: they hold for what was signed. One batch, so that a kill leaves either state;
 * `undoTransfer` takes it back. Throws `not-found`, `conflict`, `usage`, `aborted`.
 * @example
 * await mergeSubjects(store, { from: 'S0001', into: 'S0002' }, { actor: 'me', reason: 'one person', at });
 */
export async function mergeSubjects(
  store: Store,
  { from, into }: { from: string; into: string },
  order: Order,
): Promise<TransferReport> {
  checkOrder(order);
  if (from === into) throw new IdiographError('usage', `${from} and ${into} are the same subject`, { from, into });
  return store.alone(() => merge(store, from, into, order), order.signal);
}

async function merge(store: Store, from: string, into: string, order: Order): Promise<TransferReport> {
  const reader = store.reading({ purpose: order.purpose ?? 'care', actor: order.actor });
  await assertAsSeen(reader, order);
  const [giver, taker] = [await openPatient(reader, from), await openPatient(reader, into)];
  if (giver.synthetic !== taker.synthetic) {
    throw new IdiographError('conflict', `of ${from} and ${into} one was made by a program and one was not`, {
      from,
      into,
      remedy: 'Keep generated data apart from those of people.',
    });
  }
  const { actor, reason, at } = order;
  const act = contentId('act', { type: 'merge', from, into, actor, reason, at });
  const importId = joinImportId({ subject: into, at, act });
  const sources = await reader.list(from, 'source');
  const identities = await reader.list(from, 'identity');
  const entries = (await reader.list(from, 'entry')).filter(({ type }) => type !== 'signature');
  const carrying = await carryOver(store, reader, from, into, { sources, entries, identities }, importId, order);

  const against = contradictions([...identities, ...(await reader.list(into, 'identity'))]);
  const composite = giver.composite || taker.composite || against.length > 0;
  const issues = [
    issue('info', 'merged', `${from} was declared to be this patient by ${actor}: ${reason}`, { place: act }),
    ...carrying.issues,
    ...(against.length === 0
      ? []
      : [
          issue('warning', 'composite-patient', `What was merged contradicts itself: ${against.join('; ')}.`, {
            remedy: 'If these are two people, undo the merge.',
          }),
        ]),
  ];
  const record: Import = {
    kind: 'import',
    id: importId,
    subject: into,
    at,
    origin: `${from}, merged`,
    files: carrying.sources.length,
    issues,
  };
  const everything = await hangingOn(
    reader,
    from,
    [...sources, ...entries].map(({ id }) => id),
  );
  const runs = (await reader.list(from, 'run')).map(({ id }) => id);
  const withdrawn = [...new Set([...runs, ...everything.runs])];
  const moved = [...carrying.sources, ...carrying.entries, ...carrying.identities];
  const both = { act, type: 'merge' as const, actor, at, reason, moved, held: carrying.held, created: false };
  await store.write([
    ...bothHalves(
      both,
      [
        from,
        {
          withdraws: [...[...sources, ...entries, ...identities].map(({ id }) => id), ...withdrawn],
          before: { composite: giver.composite },
        },
      ],
      [
        into,
        {
          withdraws: [],
          restates: carrying.restates,
          replaced: carrying.replaced,
          before: { composite: taker.composite },
        },
      ],
    ),
    { ...giver, mergedInto: into },
    {
      ...taker,
      composite,
      ...(taker.question === undefined && giver.question !== undefined && { question: giver.question }),
    },
    record,
    ...carrying.records,
  ]);
  return reportOf(
    { act, type: 'merge', from, into, created: false, withdrawn, review: [], composite, issues },
    carrying,
  );
}
