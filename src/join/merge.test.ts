import { describe, expect, it } from 'vitest';
import { why, whyText } from '../store/why.ts';
import { mergeSubjects } from './merge.ts';
import { answers, image, order, said, sidecar, type TestBed, testBed, worked } from './testing.ts';
import { undoTransfer } from './undo.ts';

/** Two people with one picture each; the first also has answers, a finding and what somebody said about it. */
async function twoPatients(bed: TestBed) {
  const first = { 'a.nii': image(1), 'a.json': sidecar('P1'), 'answers.csv': answers };
  const second = { 'b.nii': image(2), 'b.json': sidecar('P2') };
  const [a] = (await bed.take(first)).subjects;
  const [b] = (await bed.take(second)).subjects;
  const [from, into] = [a!.subject, b!.subject];
  const [finding] = await worked(bed.store, from, a!.added, 'volume');
  const [own] = await worked(bed.store, into, b!.added, 'volume');
  const action = await said(bed.store, from, {
    type: 'safety-action',
    targets: [finding!, a!.added[0]!],
    slot: `${from}|volume|||`,
    text: 'talked about it',
  });
  const signature = await said(bed.store, from, { type: 'signature', targets: ['plan-1'] });
  return { first, second, from, into, finding: finding!, own: own!, action, signature };
}

describe('mergeSubjects', () => {
  it('takes everything in anew, empties the other and hides it', async () => {
    const bed = await testBed();
    const { from, into, action, signature, own } = await twoPatients(bed);
    const before = await bed.reader.dossier(from);
    const report = await mergeSubjects(bed.store, { from, into }, order);
    expect(report).toMatchObject({ type: 'merge', composite: false, review: [], created: false });
    expect([report.sources.length, report.entries.length]).toEqual([2, 1]);

    expect((await bed.reader.subjects()).map(({ id }) => id)).toEqual([into]);
    expect(await bed.reader.subjects({ merged: true })).toMatchObject([{ id: from, mergedInto: into }, { id: into }]);
    const emptied = await bed.reader.dossier(from);
    expect([emptied.sources, emptied.facts, emptied.findings]).toEqual([[], [], []]);
    expect(emptied.entries).toEqual([signature]);

    const after = await bed.reader.dossier(into);
    expect(after.sources.map(({ path }) => path).sort()).toEqual(['a.nii', 'answers.csv', 'b.nii']);
    const reading = (facts: typeof after.facts) => facts.map(({ type, place, value }) => ({ type, place, value }));
    expect(reading(after.facts)).toEqual(reading(before.facts));
    expect(after.findings.map(({ id }) => id)).toEqual([own]);
    const sourceNow = report.sources.find((moved) => moved.from === action.targets[1])!.to;
    expect(after.entries).toMatchObject([
      { type: 'safety-action', slot: `${into}|volume|||`, targets: [action.targets[0], sourceNow], at: action.at },
    ]);
    const identities = await bed.reader.list(into, 'identity');
    expect(identities.map(({ value, basis }) => `${value.slice(0, 2)} ${basis}`).sort()).toContainEqual('P1 declared');
    expect(await bed.reader.list(from, 'identity')).toEqual([]);
    for (const { id, blob } of after.sources) {
      expect((await bed.reader.blob(into, blob)).byteLength, id).toBeGreaterThan(0);
    }
  });

  it('takes along the bytes that a statement names: a mask that somebody drew', async () => {
    const bed = await testBed();
    const { from, into } = await twoPatients(bed);
    const [source] = await bed.reader.list(from, 'source');
    const drawn = new TextEncoder().encode('mask of a region');
    const { sha256 } = await bed.store.putBlob(from, drawn, 'application/gzip');
    await said(bed.store, from, {
      type: 'annotation',
      targets: [source!.id],
      content: { image: source!.id, mask: sha256 },
    });
    await mergeSubjects(bed.store, { from, into }, order);
    const moved = (await bed.reader.dossier(into)).entries.find(({ type }) => type === 'annotation');
    expect(moved?.content).toMatchObject({ mask: sha256 });
    expect(Buffer.from(await bed.reader.blob(into, sha256)).toString()).toBe('mask of a region');
  });

  it('is found by the numbers and files of both from then on', async () => {
    const bed = await testBed();
    const { first, second, from, into } = await twoPatients(bed);
    await mergeSubjects(bed.store, { from, into }, order);
    for (const files of [first, second, { 'answers.csv': answers }]) {
      expect((await bed.take(files)).subjects).toMatchObject([{ subject: into, created: false, added: [] }]);
    }
    const more = await bed.take({ 'c.nii': image(3), 'c.json': sidecar('P1') });
    expect(more.subjects).toMatchObject([{ subject: into, created: false }]);
  });

  it('can be walked from both sides', async () => {
    const bed = await testBed();
    const { from, into, finding } = await twoPatients(bed);
    const report = await mergeSubjects(bed.store, { from, into }, order);
    const old = whyText(await why(bed.reader, finding));
    expect(old).toContain('superseded by transfer-');
    expect(old).toContain(`merge into ${into}`);
    expect(old).toContain('sha256');
    const now = whyText(await why(bed.reader, report.sources[0]!.to));
    expect(now).toContain(`merge from ${from} by tester`);
    expect(now).toContain(order.reason);
  });

  it('is taken back without a trace in either dossier, and can be done again', async () => {
    const bed = await testBed();
    const { from, into } = await twoPatients(bed);
    const state = async () => [
      await bed.reader.dossier(from),
      await bed.reader.dossier(into),
      ...(await Promise.all([from, into].map((id) => bed.reader.list(id, 'identity')))),
      await bed.reader.list(from, 'run'),
      (await bed.reader.list(into, 'import')).map(({ id }) => id),
    ];
    const before = await state();
    const { act } = await mergeSubjects(bed.store, { from, into }, order);
    const merged = await bed.reader.dossier(into);
    await worked(
      bed.store,
      into,
      merged.sources.map(({ id }) => id),
      'of both',
    );
    const undone = await undoTransfer(bed.store, act, { ...order, reason: 'two people after all' });
    expect(undone.withdrawn).toHaveLength(1);
    expect(await state()).toEqual(before);
    await expect(undoTransfer(bed.store, act, order)).rejects.toMatchObject({ code: 'conflict' });

    const again = await mergeSubjects(bed.store, { from, into }, { ...order, at: '2024-04-01' });
    const { findings: _, ...data } = await bed.reader.dossier(into);
    const { findings: __, ...expected } = merged;
    expect(data).toEqual(expected);
    await undoTransfer(bed.store, again.act, order);
    expect(await state()).toEqual(before);
  });

  it('names what came since when it is taken back', async () => {
    const bed = await testBed();
    const { from, into } = await twoPatients(bed);
    const { act } = await mergeSubjects(bed.store, { from, into }, order);
    const later = await bed.take({ 'c.nii': image(3), 'c.json': sidecar('P1') });
    const { issues } = await undoTransfer(bed.store, act, order);
    expect(issues).toMatchObject([{ code: 'came-since', place: later.subjects[0]!.added[0] }]);
  });

  it('says that the result is composite only where the two contradict each other', async () => {
    const bed = await testBed();
    const person = (id: string, PatientName: string, PatientBirthDate: string) =>
      sidecar(id, { PatientName, PatientBirthDate });
    await bed.take({ 'a.nii': image(1), 'a.json': person('P1', 'Doe^Jane', '19700101') });
    await bed.take({ 'b.nii': image(2), 'b.json': person('P2', 'Doe^Jane', '19700102') });
    const [one, two] = (await bed.reader.subjects()).map(({ id }) => id) as [string, string];
    const number = (subject: string, birthDate: string) => ({
      kind: 'identity' as const,
      id: `identity-${subject}`,
      subject,
      system: 'hospital',
      value: `H-${subject}`,
      birthDate,
      basis: 'claimed' as const,
    });
    await bed.store.write([number(one, '1970-01-01'), number(two, '1970-01-02')]);
    const report = await mergeSubjects(bed.store, { from: one, into: two }, order);
    expect(report.composite).toBe(true);
    expect(report.issues.map(({ code }) => code)).toContain('composite-patient');
    expect((await bed.reader.dossier(two)).subject.composite).toBe(true);
    await undoTransfer(bed.store, report.act, order);
    expect((await bed.reader.dossier(two)).subject.composite).toBe(false);
  });

  it('keeps one of what both had', async () => {
    const bed = await testBed();
    const shared = { 'x.csv': answers };
    const [a] = (await bed.take({ 'a.nii': image(1), 'a.json': sidecar('P1'), ...shared })).subjects;
    const [b] = (await bed.take({ 'b.nii': image(2), 'b.json': sidecar('P2'), ...shared })).subjects;
    const before = await bed.reader.dossier(b!.subject);
    const report = await mergeSubjects(bed.store, { from: a!.subject, into: b!.subject }, order);
    expect([report.sources.length, report.held.filter(({ from }) => from.startsWith('src-')).length]).toEqual([1, 1]);
    expect((await bed.reader.dossier(b!.subject)).sources).toHaveLength(3);
    await undoTransfer(bed.store, report.act, order);
    expect(await bed.reader.dossier(b!.subject)).toEqual(before);
  });

  it('lets the more complete of two replace the other, and the other return', async () => {
    const bed = await testBed();
    const whole = {
      'a.nii': image(1),
      'a.bval': '0',
      'a.bvec': '0\n0\n0\n',
      'n.nii': image(9),
      'n.json': sidecar('P1'),
    };
    const [a] = (await bed.take(whole)).subjects;
    const [b] = (await bed.take({ 'a.nii': image(1), 'm.nii': image(8), 'm.json': sidecar('P2') })).subjects;
    const before = await bed.reader.dossier(b!.subject);
    const report = await mergeSubjects(bed.store, { from: a!.subject, into: b!.subject }, order);
    const merged = await bed.reader.dossier(b!.subject);
    expect(merged.sources.map(({ path }) => path).sort()).toEqual(['a.nii', 'm.nii', 'n.nii']);
    expect(merged.sources.filter(({ supersedes }) => supersedes !== undefined)).toHaveLength(1);
    await undoTransfer(bed.store, report.act, order);
    expect(await bed.reader.dossier(b!.subject)).toEqual(before);
  });

  it('refuses what makes no sense', async () => {
    const bed = await testBed();
    const { from, into } = await twoPatients(bed);
    const merge = (a: string, b: string, reason = 'x') =>
      mergeSubjects(bed.store, { from: a, into: b }, { ...order, reason });
    await expect(merge(from, from)).rejects.toMatchObject({ code: 'usage' });
    await expect(merge(from, 'S0999')).rejects.toMatchObject({ code: 'not-found' });
    await expect(merge(from, into, ' ')).rejects.toMatchObject({ code: 'usage' });
    const seen = { [from]: await bed.reader.sequence(from), [into]: 1 };
    await expect(mergeSubjects(bed.store, { from, into }, { ...order, seen })).rejects.toMatchObject({
      code: 'conflict',
      fields: { subject: into, seen: 1 },
    });
    await merge(from, into);
    await expect(merge(from, into)).rejects.toMatchObject({ code: 'conflict' });
    await expect(merge(into, from)).rejects.toMatchObject({ code: 'conflict', fields: { mergedInto: into } });
  });
});
