import { describe, expect, it } from 'vitest';
import { splitSubject } from './split.ts';
import { answers, image, order, said, sidecar, type TestBed, testBed, worked } from './testing.ts';
import { undoTransfer } from './undo.ts';

/** One subject declared from the files of two people; three results: of one, of the other, of both. */
async function mixed(bed: TestBed) {
  const files = {
    'a.nii': image(1),
    'a.json': sidecar('P1'),
    'b.nii': image(2),
    'b.json': sidecar('P2'),
    'answers.csv': answers,
  };
  const [one] = (await bed.take({ ...files, 'patient.json': '{"id": "X"}' })).subjects;
  const subject = one!.subject;
  const sources = await bed.reader.list(subject, 'source');
  const named = (path: string) => sources.find((source) => source.path === path)!.id;
  const [a, b] = [named('a.nii'), named('b.nii')];
  const [ofA] = await worked(bed.store, subject, [a], 'of a');
  const [ofB] = await worked(bed.store, subject, [b], 'of b');
  const [ofBoth] = await worked(bed.store, subject, [a, b], 'of both');
  return {
    subject,
    a,
    b,
    ofA: ofA!,
    ofB: ofB!,
    ofBoth: ofBoth!,
    foreign: { 'b.nii': image(2), 'b.json': sidecar('P2') },
  };
}

describe('splitSubject', () => {
  it('moves the chosen sources, and all that rests on them steps back', async () => {
    const bed = await testBed();
    const { subject, b, ofA, ofB, ofBoth } = await mixed(bed);
    expect((await bed.reader.dossier(subject)).subject.composite).toBe(true);
    const onB = await said(bed.store, subject, { targets: [b, ofB], text: 'not this patient' });
    const onBoth = await said(bed.store, subject, { targets: [ofBoth], text: 'odd' });
    const onA = await said(bed.store, subject, { targets: [ofA] });
    const report = await splitSubject(bed.store, subject, { sources: [b] }, order);
    expect(report).toMatchObject({ type: 'split', created: true, composite: false, review: [onBoth.id] });
    expect(report.entries.map(({ from }) => from)).toEqual([onB.id]);

    const rest = await bed.reader.dossier(subject);
    expect(rest.subject).toMatchObject({ composite: false });
    expect(rest.sources.map(({ path }) => path).sort()).toEqual(['a.nii', 'answers.csv']);
    expect(rest.findings.map(({ id }) => id)).toEqual([ofA]);
    expect(rest.entries.map(({ id }) => id).sort()).toEqual([onA.id, onBoth.id].sort());
    const other = await bed.reader.dossier(report.into);
    expect(other.subject).toMatchObject({ label: 'P2', composite: false });
    expect(other.sources.map(({ path }) => path)).toEqual(['b.nii']);
    expect(other.entries).toMatchObject([{ text: 'not this patient', targets: [other.sources[0]!.id, ofB] }]);
  });

  it('lets the number follow, so that later files find their patient', async () => {
    const bed = await testBed();
    const { subject, b, foreign } = await mixed(bed);
    const { into } = await splitSubject(bed.store, subject, { sources: [b] }, order);
    const numbers = async (id: string) => (await bed.reader.list(id, 'identity')).map(({ value }) => value);
    expect(await numbers(into)).toContain('P2');
    expect(await numbers(subject)).not.toContain('P2');
    expect((await bed.take(foreign)).subjects).toMatchObject([{ subject: into, created: false, added: [] }]);
    const more = await bed.take({ 'c.nii': image(5), 'c.json': sidecar('P2') });
    expect(more.subjects).toMatchObject([{ subject: into, created: false }]);
  });

  it('leaves a shared number behind, and what was split out does not come back by being read again', async () => {
    const bed = await testBed();
    const files = { 'a.nii': image(1), 'a.json': sidecar('P1'), 'b.nii': image(2), 'b.json': sidecar('P1') };
    const [one] = (await bed.take(files)).subjects;
    const subject = one!.subject;
    const wrong = (await bed.reader.list(subject, 'source')).find(({ path }) => path === 'b.nii')!;
    const { into } = await splitSubject(bed.store, subject, { sources: [wrong.id], label: 'unknown head' }, order);
    expect((await bed.reader.dossier(into)).subject.label).toBe('unknown head');
    expect(await bed.reader.list(into, 'identity')).toEqual([]);
    expect((await bed.take(files)).subjects).toMatchObject([{ subject, added: [] }]);
    expect((await bed.reader.dossier(subject)).sources.map(({ path }) => path)).toEqual(['a.nii']);
  });

  it('gives a file to the patient whom it belongs to', async () => {
    const bed = await testBed();
    const { subject, b } = await mixed(bed);
    const [right] = (await bed.take({ 'r.nii': image(7), 'r.json': sidecar('P9') })).subjects;
    const before = [await bed.reader.dossier(subject), await bed.reader.dossier(right!.subject)];
    const report = await splitSubject(bed.store, subject, { sources: [b], into: right!.subject }, order);
    expect(report).toMatchObject({ created: false, into: right!.subject });
    expect((await bed.reader.dossier(right!.subject)).sources).toHaveLength(2);
    await undoTransfer(bed.store, report.act, order);
    expect([await bed.reader.dossier(subject), await bed.reader.dossier(right!.subject)]).toEqual(before);
  });

  it('is taken back: the results return, the emptied subject is hidden, later results give way', async () => {
    const bed = await testBed();
    const { subject, a, b } = await mixed(bed);
    const before = await bed.reader.dossier(subject);
    const numbers = await bed.reader.list(subject, 'identity');
    const { act, into } = await splitSubject(bed.store, subject, { sources: [b] }, order);
    await worked(bed.store, subject, [a], 'of both', 'only without b');
    await undoTransfer(bed.store, act, { ...order, reason: 'it was right' });
    expect(await bed.reader.dossier(subject)).toEqual(before);
    expect(await bed.reader.list(subject, 'identity')).toEqual(numbers);
    expect((await bed.reader.subjects()).map(({ id }) => id)).toEqual([subject]);
    expect((await bed.reader.dossier(into)).subject.mergedInto).toBe(subject);
  });

  it('is not taken back over something later', async () => {
    const bed = await testBed();
    const { subject, b } = await mixed(bed);
    const first = await splitSubject(bed.store, subject, { sources: [b] }, order);
    const more = await bed.take({ 'c.nii': image(5), 'c.json': sidecar('P2') });
    const moved = first.sources[0]!.to;
    const second = await splitSubject(bed.store, first.into, { sources: [moved] }, order);
    expect(more.subjects[0]!.subject).toBe(first.into);
    await expect(undoTransfer(bed.store, first.act, order)).rejects.toMatchObject({ code: 'conflict' });
    await undoTransfer(bed.store, second.act, order);
    const { issues } = await undoTransfer(bed.store, first.act, order);
    expect(issues).toMatchObject([{ code: 'came-since', place: more.subjects[0]!.added[0] }]);
  });

  it('refuses what makes no sense', async () => {
    const bed = await testBed();
    const { subject, a, b } = await mixed(bed);
    const all = (await bed.reader.list(subject, 'source')).map(({ id }) => id);
    const split = (sources: string[]) => splitSubject(bed.store, subject, { sources }, order);
    await expect(split([])).rejects.toMatchObject({ code: 'usage' });
    await expect(split(all)).rejects.toMatchObject({ code: 'usage' });
    await expect(split([a, 'src-none'])).rejects.toMatchObject({ code: 'not-found' });
    await expect(splitSubject(bed.store, subject, { sources: [b], into: subject }, order)).rejects.toMatchObject({
      code: 'usage',
    });
    expect((await bed.reader.subjects()).length).toBe(1);
  });
});
