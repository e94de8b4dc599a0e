import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { reportDocument } from './html/document.ts';
import { reportModel } from './model.ts';
import { pageOne } from './pageOne.ts';
import { testAsOf, testReportInput } from './testModel.ts';

const page = (more: Parameters<typeof testReportInput>[0] = {}) => pageOne(reportModel(testReportInput(more)));

describe('page one as data', () => {
  it('loses nothing in JSON, holds no bytes of a picture, and is equal for equal input', () => {
    const one = page();
    const text = JSON.stringify(one);
    expect(JSON.parse(text)).toEqual(one);
    expect(text).not.toContain('iVBOR');
    expect(JSON.stringify(page())).toBe(text);
    expect(one.rooms.find((room) => room.room === 'brain')?.pictures).toEqual(['art-picture']);
  });

  it('says nothing that the printed report does not say', () => {
    const model = reportModel(testReportInput());
    const one = pageOne(model);
    const printed = reportDocument(model).replace(/<[^>]+>/g, '');
    const said = [
      ...one.sentences.map((sentence) => sentence.text),
      ...one.safety.groups.flatMap((group) => group.checks.flatMap((check) => [check.title, check.statement])),
      ...one.plan.flatMap((line) => [line.action, ...line.for.map((argument) => argument.text), ...line.wouldChange]),
      ...one.key.map((line) => line.value),
    ];
    const escaped = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
    for (const text of said) expect(printed).toContain(escaped(text));
  });

  it('orders safety: now, open, historic, answered, and leaves out no check', () => {
    const findings = [
      testFinding('phq-9.item-9', quantity(2), { time: '2026-01-01' }),
      testFinding('phq-9.item-9', quantity(0), { time: testAsOf }),
    ];
    const input = testReportInput({ findings });
    const { groups, remark } = pageOne(reportModel(input)).safety;
    const levels = groups.map((group) => group.level);
    expect(levels).toEqual(
      ['now', 'open', 'historic', 'answered'].filter((one) => levels.some((level) => level === one)),
    );
    expect(levels).toContain('historic');
    const ids = groups.flatMap((group) => group.checks.map((check) => check.id));
    expect(ids.sort()).toEqual(input.plan.safetyChecks.map((check) => check.id).sort());
    expect(remark).toContain('Silence about any other is not safety');
  });

  it('links sentences, checks and arguments only to what is there', () => {
    const input = testReportInput();
    const one = pageOne(reportModel(input));
    const known = new Set([
      ...input.dossier.findings.map((finding) => finding.id),
      ...input.dossier.facts.map((fact) => fact.id),
      ...input.plan.safetyChecks.map((check) => check.id),
      ...input.plan.recommendations.map((line) => line.id),
    ]);
    const links = [
      ...one.sentences.flatMap((sentence) => sentence.links),
      ...one.plan.flatMap((line) => [...line.links, ...line.for.flatMap((argument) => argument.links)]),
    ];
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(known).toContain(link.id);
  });

  it('names value, unit, plot, reference, reliability and caution of a key finding', () => {
    const one = page();
    const total = one.key.find((line) => line.measure === 'phq-9.total')!;
    expect(total).toMatchObject({
      value: '7 points',
      number: { value: 7, text: '7', unit: 'points' },
      reference: { type: 'named', band: 'mild' },
      plot: { type: 'band' },
      trend: { type: 'trend' },
    });
    const gene = one.key.find((line) => line.measure === 'metabolizer-phenotype')!;
    expect(gene.plot).toMatchObject({ type: 'classes', remark: expect.stringContaining('2 classes are possible') });
    expect(gene.caution?.code).toBe('cyp2d6-snv-only');
  });

  it('qualifies what rests on a list that is out of date', () => {
    const one = page({ asOf: '2027-06-01' });
    const doubtful = one.plan.filter((line) => line.doubt);
    expect(doubtful.length).toBeGreaterThan(0);
    expect(one.medicationDoubt?.ids).toEqual(expect.arrayContaining(doubtful.map((line) => line.id)));
    expect(page().medicationDoubt).toBeUndefined();
  });

  it('says who it is about, with stamps, and what is not stated', () => {
    const { subject } = page({ subject: { composite: true, synthetic: true } });
    expect(subject).toMatchObject({ birthDate: '1980-05-14', stamps: ['COMPOSITE', 'PARTLY SYNTHETIC'] });
    expect(subject).not.toHaveProperty('sex');
    expect(subject.identifiers[0].value).toBe('P-42');
  });

  it('dates knowledge by its file only when it is the file that was consulted', () => {
    const input = testReportInput();
    const consulted = [
      {
        type: 'knowledge' as const,
        id: 'report/key-findings.json',
        version: '9',
        sha256: 'd'.repeat(64),
        licence: 'x',
      },
    ];
    const runs = [{ ...input.runs[0], key: { ...input.runs[0].key, consulted } }];
    expect(page({ runs }).consulted).toEqual([{ ...consulted[0], number: 1 }]);
  });
});
