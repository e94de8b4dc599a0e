import { contentId } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import { contentSystem } from '../dossier/identityMarks.ts';
import { issue } from '../dossier/issue.ts';
import type { Import, Source } from '../dossier/source.ts';
import type { Reader, Store } from '../dossier/store.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { labelOf } from '../intake/identity/persons.ts';
import { identityId } from '../intake/records.ts';
import { bothHalves, reportOf } from './act.ts';
import { carry, manifestsOf } from './carried.ts';
import { carryOver } from './carryOver.ts';
import { hangingOn } from './hanging.ts';
import { assertAsSeen, checkOrder, joinImportId, type Order, openPatient, type TransferReport } from './order.ts';
import { contradictions, namesSeveral } from './whose.ts';

export interface SplitOptions {
  /** Sources that are somebody else's. */
  sources: readonly string[];
  /** Identities that go along; those that only these sources name go by themselves. */
  identities?: readonly string[];
  /** An existing patient to whom they belong; without it a new one. */
  into?: string;
  label?: string;
}

/**
 * Declares that some sources of a subject are another person's: they are taken in anew by that one, and step back here with
 * everything that rests on them, however far. Entries about nothing else go along; the others stay and are named in
 * `review`. One batch; `undoTransfer` takes it back. Throws `not-found`, `conflict`, `usage`, `aborted`.
 * @example
 * await splitSubject(store, 'S0001', { sources: ['src-...'] }, { actor: 'me', reason: 'mislabelled scan', at });
 */
export async function splitSubject(
  store: Store,
  subject: string,
  options: SplitOptions,
  order: Order,
): Promise<TransferReport> {
  checkOrder(order);
  if (options.into === subject) throw new IdiographError('usage', 'a split needs another subject', { subject });
  return store.alone(() => split(store, subject, options, order), order.signal);
}

async function split(store: Store, from: string, options: SplitOptions, order: Order): Promise<TransferReport> {
  const reader = store.reading({ purpose: order.purpose ?? 'care', actor: order.actor });
  await assertAsSeen(reader, order);
  const giver = await openPatient(reader, from);
  const all = await reader.list(from, 'source');
  const sources = chosen(all, options.sources, 'source', from);
  if (sources.length === all.length) {
    throw new IdiographError('usage', 'these are all sources of the subject: nobody would stay behind', {
      subject: from,
      remedy: 'Merge the subject into the right one instead.',
    });
  }
  const there = await reader.list(from, 'identity');
  const named = chosen(there, options.identities ?? [], 'identity', from, true);
  const following = await identitiesOfOnly(reader, from, sources, all, there);
  const leaving = there.filter((one) => named.includes(one) || following.has(one.id));
  const staying = there.filter((one) => !leaving.includes(one));

  const existing = options.into === undefined ? undefined : await openPatient(reader, options.into);
  if (existing && existing.synthetic !== giver.synthetic) {
    throw new IdiographError('conflict', 'generated data and those of people are kept apart', { from, ...options });
  }
  const { actor, reason, at } = order;
  const target = [...sources.map(({ id }) => id)].sort();
  const into = existing?.id ?? (await store.nextSubjectId());
  const act = contentId('act', { type: 'split', from, into, sources: target, actor, reason, at });
  const importId = joinImportId({ subject: into, at, act });

  const hanging = await hangingOn(reader, from, target);
  const entries = await reader.list(from, 'entry');
  const about = (one: (typeof entries)[number], ids: ReadonlySet<string>) =>
    one.targets.filter((id) => ids.has(id)).length;
  const going = entries.filter(
    (one) => one.type !== 'signature' && one.targets.length > 0 && about(one, hanging.only) === one.targets.length,
  );
  const review = entries.filter((one) => !going.includes(one) && about(one, hanging.any) > 0).map(({ id }) => id);
  const carrying = await carryOver(
    store,
    reader,
    from,
    into,
    { sources, entries: going, identities: leaving },
    importId,
    order,
  );

  const against = existing ? contradictions([...leaving, ...(await reader.list(into, 'identity'))]) : [];
  const taker: Subject = existing ?? {
    kind: 'subject',
    id: into,
    type: 'patient',
    label: options.label ?? labelFor(leaving, from),
    composite: false,
    synthetic: giver.synthetic,
  };
  const composite = existing ? taker.composite || against.length > 0 : giver.composite && namesSeveral(leaving);
  const issues = [
    issue('info', 'split', `Sources of ${from} were declared to be this patient's by ${actor}: ${reason}`, {
      place: act,
    }),
    ...carrying.issues,
    ...(against.length === 0
      ? []
      : [
          issue('warning', 'composite-patient', `What was brought together contradicts itself: ${against.join('; ')}.`),
        ]),
  ];
  const record: Import = {
    kind: 'import',
    id: importId,
    subject: into,
    at,
    origin: `${from}, split`,
    files: carrying.sources.length,
    issues,
  };
  const moved = [...carrying.sources, ...carrying.entries, ...carrying.identities];
  const created = existing === undefined;
  const both = { act, type: 'split' as const, actor, at, reason, moved, held: carrying.held, created };
  await store.write([
    ...bothHalves(
      both,
      [
        from,
        {
          withdraws: [...[...sources, ...going, ...leaving].map(({ id }) => id), ...hanging.runs],
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
    { ...giver, composite: giver.composite && namesSeveral(staying) },
    { ...taker, composite },
    record,
    ...carrying.records,
  ]);
  const withdrawn = [...hanging.runs];
  return reportOf({ act, type: 'split', from, into, created, withdrawn, review, composite, issues }, carrying);
}

/** The records with these ids. Throws `usage` for none, `not-found` for an id that is not current. */
function chosen<T extends { id: string }>(
  all: readonly T[],
  ids: readonly string[],
  what: string,
  subject: string,
  mayBeNone = false,
): T[] {
  if (ids.length === 0 && !mayBeNone) {
    throw new IdiographError('usage', `name at least one ${what} of ${subject}`, { subject });
  }
  return [...new Set(ids)].map((id) => {
    const found = all.find((one) => one.id === id);
    if (found) return found;
    throw new IdiographError('not-found', `${id} is no current ${what} of ${subject}`, { subject, id });
  });
}

/** Numbers that only the leaving sources name, and the marks of their files. */
async function identitiesOfOnly(
  reader: Reader,
  subject: string,
  leaving: readonly Source[],
  all: readonly Source[],
  identities: readonly Identity[],
): Promise<Set<string>> {
  const manifests = await manifestsOf(reader, subject);
  const namedBy = async (source: Source) => {
    const { members } = await carry(source, [], [], new Map(), manifests, reader);
    const content = identityId(subject, { system: contentSystem, value: members[0]?.sha256 ?? source.blob });
    return [...(source.identity === undefined ? [] : [source.identity]), content];
  };
  const going = new Set<string>();
  for (const source of leaving) for (const id of await namedBy(source)) going.add(id);
  for (const source of all) {
    if (leaving.includes(source)) continue;
    for (const id of await namedBy(source)) going.delete(id);
  }
  const there = new Set(identities.map(({ id }) => id));
  return new Set([...going].filter((id) => there.has(id)));
}

function labelFor(identities: readonly Identity[], from: string): string {
  const named = identities.find(({ system }) => system !== contentSystem);
  return named ? labelOf(named) : `split from ${from}`;
}
