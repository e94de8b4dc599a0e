import { contentId } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Reader, Store } from '../dossier/store.ts';
import type { Subject } from '../dossier/subject.ts';
import type { Transfer } from '../dossier/transfer.ts';
import { bothHalves, reportOf } from './act.ts';
import { hangingOn } from './hanging.ts';
import { assertAsSeen, checkOrder, joinImportId, type Order, type TransferReport } from './order.ts';

/**
 * Takes a merge or split back: what the one subject gave away is current with it again, with the results that rested on
 * it; what the other one had got steps back there with everything that rests on it. Sources that came to the other one since stay
 * with it and are named in the issues. Throws `not-found`; `conflict` when it was taken back already, or when what was moved
 * has been moved on since.
 */
export async function undoTransfer(store: Store, act: string, order: Order): Promise<TransferReport> {
  checkOrder(order);
  return store.alone(() => undo(store, act, order), order.signal);
}

async function undo(store: Store, undoes: string, order: Order): Promise<TransferReport> {
  const reader = store.reading({ purpose: order.purpose ?? 'care', actor: order.actor });
  await assertAsSeen(reader, order);
  const { given, got } = await halves(reader, undoes);
  const [from, into] = [got.subject, given.subject];
  const [giver, taker] = [await subjectNamed(reader, from), await subjectNamed(reader, into)];
  const expected = given.type === 'merge' ? from : undefined;
  if (giver.mergedInto !== undefined || taker.mergedInto !== expected) {
    refuse(undoes, 'one of the two subjects was merged since');
  }
  const { there, issues } = await stillThere(reader, got);
  const hanging = await hangingOn(reader, from, there);
  const later = await cameSince(reader, got);
  issues.push(
    ...later.map((id) =>
      issue('warning', 'came-since', `${id} came to ${from} after what is undone, and stays there`, {
        place: id,
        remedy: 'See whose it is; split it out if it is not.',
      }),
    ),
  );
  const left = [...(await reader.list(from, 'source')), ...(await reader.list(from, 'entry'))];
  const isEmptied = got.created && left.every(({ id }) => there.includes(id));
  const { actor, reason, at } = order;
  const act = contentId('act', { type: 'undo', undoes, actor, reason, at });
  const moved = got.moved.flatMap((one) => (there.includes(one.to) ? [{ from: one.to, to: one.from }] : []));
  const both = { act, type: 'undo' as const, undoes, actor, at, reason, moved, held: [], created: false };
  const { mergedInto: _, ...returned } = taker;
  await store.write([
    ...bothHalves(
      both,
      [
        from,
        {
          withdraws: [...new Set([...there, ...hanging.runs, ...(await importOf(reader, got))])],
          restates: await replacedBy(reader, got.replaced, new Set(there)),
          before: { composite: giver.composite },
        },
      ],
      [
        into,
        {
          // What was computed without the records that return does not hold with them.
          withdraws: await runsSince(reader, given),
          restates: await withdrawnBy(reader, given),
          before: { composite: taker.composite },
        },
      ],
    ),
    { ...returned, composite: given.before.composite },
    { ...giver, composite: got.before.composite, ...(isEmptied && { mergedInto: into }) },
  ]);
  const of = (kind: string) => moved.filter((one) => one.from.startsWith(`${kind}-`));
  const withdrawn = [...hanging.runs];
  return reportOf(
    { act, type: 'undo', from, into, created: false, withdrawn, review: [], composite: given.before.composite, issues },
    { sources: of('src'), entries: of('entry'), identities: of('identity'), held: [] },
  );
}

async function halves(reader: Reader, act: string): Promise<{ given: Transfer; got: Transfer }> {
  const all = await reader.all('transfer');
  const given = all.find((one) => one.act === act && one.direction === 'out');
  const got = all.find((one) => one.act === act && one.direction === 'in');
  if (!given || !got) {
    throw new IdiographError('not-found', `no merge or split is called ${act}, or one of its subjects was erased`, {
      act,
      remedy: 'The acts of a subject stand in its records of kind `transfer`.',
    });
  }
  if (given.type === 'undo') refuse(act, 'it is itself an undoing: merge or split again instead');
  const taken = all.find(({ undoes }) => undoes === act);
  if (taken) refuse(act, `${taken.actor} took it back at ${taken.at}`);
  return { given, got };
}

function refuse(act: string, why: string): never {
  throw new IdiographError('conflict', `${act} cannot be undone: ${why}`, {
    act,
    remedy: 'Undo what came later first, or split by hand.',
  });
}

async function subjectNamed(reader: Reader, id: string): Promise<Subject> {
  const record = (await reader.get(id))?.record;
  if (record?.kind === 'subject') return record;
  throw new IdiographError('not-found', `there is no subject ${id}`, { subject: id });
}

/** What came with the act and is current still. Throws `conflict` for what was moved on; replaced since is an issue. */
async function stillThere(reader: Reader, got: Transfer): Promise<{ there: string[]; issues: Issue[] }> {
  const there: string[] = [];
  const issues: Issue[] = [];
  for (const { to } of got.moved) {
    const by = (await reader.get(to))?.supersededBy;
    if (by === undefined) {
      there.push(to);
      continue;
    }
    if ((await reader.get(by))?.record.kind === 'transfer') refuse(got.act, `${to} was moved on since (${by})`);
    issues.push(
      issue('warning', 'replaced-since', `${to} was replaced by ${by} since, which stays with ${got.subject}`, {
        place: by,
        remedy: 'See whose it is; split it out if it is not.',
      }),
    );
  }
  return { there, issues };
}

async function cameSince(reader: Reader, got: Transfer): Promise<string[]> {
  const brought = new Set([...got.moved, ...got.held].map(({ to }) => to));
  const since = await sequenceOf(reader, got.id);
  const later: string[] = [];
  for (const { id } of await reader.list(got.subject, 'source')) {
    if (!brought.has(id) && (await sequenceOf(reader, id)) > since) later.push(id);
  }
  return later;
}

async function runsSince(reader: Reader, given: Transfer): Promise<string[]> {
  const since = await sequenceOf(reader, given.id);
  const later: string[] = [];
  for (const { id } of await reader.list(given.subject, 'run')) {
    if ((await sequenceOf(reader, id)) > since) later.push(id);
  }
  return later;
}

/** What stepped back with the act and has not come back or been replaced by other means since. */
async function withdrawnBy(reader: Reader, given: Transfer): Promise<string[]> {
  const ids: string[] = [];
  for (const id of given.withdraws) if ((await reader.get(id))?.supersededBy === given.id) ids.push(id);
  return ids;
}

/** Sources that a more complete one replaced when it came: they are current again when that one leaves. */
async function replacedBy(
  reader: Reader,
  replaced: readonly string[],
  leaving: ReadonlySet<string>,
): Promise<string[]> {
  const ids: string[] = [];
  for (const id of replaced) {
    const by = (await reader.get(id))?.supersededBy;
    // Parts of one series were put in a row behind it: each names the next.
    if (by !== undefined && (leaving.has(by) || replaced.includes(by))) ids.push(id);
  }
  return ids;
}

/** The import record under which the act stood: its remarks hold no longer. */
async function importOf(reader: Reader, got: Transfer): Promise<string[]> {
  const id = joinImportId(got);
  return (await reader.get(id)) === undefined ? [] : [id];
}

async function sequenceOf(reader: Reader, id: string): Promise<number> {
  return (await reader.get(id))?.sequence ?? 0;
}
