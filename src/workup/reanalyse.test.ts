import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recommendation } from '../dossier/recommendation.ts';
import type { Store } from '../dossier/store.ts';
import { diffDossiers, diffText } from './diff.ts';
import { reanalyse } from './reanalyse.ts';
import { access, openToyStore, type ToyStore } from './testing/toyStore.ts';
import { workup } from './workup.ts';

let toy: ToyStore;
beforeEach(async () => {
  toy = await openToyStore();
  await toy.addFact('dose', 3, '2026-01-01');
  await workup(toy.store, toy.subject, toy.options);
});
afterEach(() => toy.remove());

/** One line that names the sum: what a plan looks like to the reanalysis. */
async function buildPlan(store: Store, subject: string): Promise<Recommendation[]> {
  const findings = await store.reading(access).list(subject, 'finding');
  const sum = findings.find(({ measure }) => measure.code === 'toy-sum')!;
  const line: Recommendation = {
    kind: 'recommendation',
    id: `plan-${sum.id}`,
    subject,
    run: 'run-plan',
    slot: `${subject}|toy-rule|sum`,
    rule: { id: 'toy-rule', version: '1.0.0', sha256: '0'.repeat(64) },
    verb: 'discuss',
    about: 'sum',
    action: `Discuss a sum of ${sum.value.type === 'quantity' ? sum.value.value : 'nothing'}`,
    urgency: 'routine',
    strength: { grade: 'none', body: 'own rule' },
    ...{ guidance: [], for: [], against: [], conflicts: [], wouldChange: [], issues: [] },
    basis: [sum.id],
  };
  await store.write([line]);
  return [line];
}

describe('reanalyse', () => {
  it('finds nothing to do when nothing was updated', async () => {
    const [result] = await reanalyse(toy.store, { ...toy.options, buildPlan });
    expect(result).toMatchObject({ subject: toy.subject, stale: [], changes: [] });
    expect(result?.report).toBeUndefined();
  });

  it('names what an update of knowledge touches, without running it', async () => {
    const knowledgeDirectory = toy.knowledge(10, '1.1.0');
    const [result] = await reanalyse(toy.store, { ...toy.options, knowledgeDirectory, preview: true });
    expect(result?.stale).toMatchObject([
      { analysis: 'toy.scores', title: 'dose', reasons: ['knowledge toy/factor.json 1.0.0 -> 1.1.0'] },
    ]);
    expect(result?.changes).toEqual([]);
  });

  it('runs it again with what rests on it, and says what changed', async () => {
    await buildPlan(toy.store, toy.subject);
    const knowledgeDirectory = toy.knowledge(10, '1.1.0');
    const [result] = await reanalyse(toy.store, { ...toy.options, knowledgeDirectory, buildPlan });
    const computed = result?.report?.outcomes.filter(({ state }) => state === 'computed');
    expect(computed?.map(({ analysis }) => analysis)).toEqual(['toy.scores', 'toy.a-sum']);
    const changes = result?.changes.map(({ kind, change, before, after }) => [kind, change, before?.says, after?.says]);
    expect(changes).toEqual([
      [
        'recommendation',
        'superseded',
        'discuss (routine): Discuss a sum of 6',
        'discuss (routine): Discuss a sum of 30',
      ],
      ['finding', 'superseded', '6', '30'],
      ['finding', 'superseded', '6', '30'],
    ]);
  });
});

describe('diffDossiers', () => {
  it('tells added, superseded, removed and confirmed apart, by sequence and by time', async () => {
    const { store, subject, options } = toy;
    const reader = store.reading(access);
    const between = options.clock();
    const runs = await reader.list(subject, 'run');
    const sequences = await Promise.all(runs.map(async ({ id }) => (await reader.get(id))!.sequence));
    const findings = await reader.list(subject, 'finding');
    const last = await Promise.all(findings.map(async ({ id }) => (await reader.get(id))!.sequence));
    const sequence = Math.max(...sequences, ...last);

    await toy.correct(3, '2026-01-03');
    await workup(store, subject, { ...options, knowledgeDirectory: toy.knowledge(2, '1.0.1') });
    const diff = await diffDossiers(reader, subject, { sequence });
    expect(diff.changes.map(({ change, slot }) => `${change} ${slot}`)).toEqual([
      `removed ${subject}|toy-check||2026-01-01|`,
      `added ${subject}|toy-check||2026-01-03|`,
      `removed ${subject}|toy-last||2026-01-01|`,
      `added ${subject}|toy-last||2026-01-03|`,
      `removed ${subject}|toy-score||2026-01-01|`,
      `added ${subject}|toy-score||2026-01-03|`,
    ]);
    expect(diff.confirmed).toBe(1);
    const { changes } = await diffDossiers(reader, subject, { at: between });
    expect(changes).toEqual(diff.changes);
    expect(diffText(diff)).toContain('- toy-check, 2026-01-01: 1\n+ toy-check, 2026-01-03: 1');
    expect(await diffDossiers(reader, subject, 'now')).toMatchObject({ changes: [], confirmed: 0 });
  });

  it('refuses a time that is none', async () => {
    const reader = toy.store.reading(access);
    await expect(diffDossiers(reader, toy.subject, { at: 'last week' })).rejects.toMatchObject({ code: 'usage' });
  });
});
