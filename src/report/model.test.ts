import { describe, expect, it } from 'vitest';
import type { Region } from '../dossier/region.ts';
import { coded, quantity, testFinding } from '../plan/testFindings.ts';
import { currentViews, placeOf, reportModel, sourcesBehind } from './model.ts';
import { phqTotal, testReportInput } from './testModel.ts';

const region = (id: string, number: number, label: string): Region => ({
  kind: 'region',
  id,
  subject: 's1',
  source: 'src-record',
  number,
  label,
  type: 'lesion',
  links: [],
});

describe('current views', () => {
  it('shows the latest of a measure with its course, oldest first, whatever the order of the dossier', () => {
    const findings = [phqTotal(7, '2026-03-01'), phqTotal(12, '2026-01-01'), phqTotal(9, '2026-02-01')];
    const [view] = currentViews(findings);
    expect(view.course.map((point) => point.value)).toEqual([12, 9, 7]);
    expect(view.finding.time).toBe('2026-03-01');
    expect(currentViews([...findings].reverse())).toEqual([view]);
  });

  it('keeps places, sides and readers apart, and makes no course of one answer or of codes', () => {
    const views = currentViews([
      testFinding('v', quantity(1), { site: 'a', laterality: 'left' }),
      testFinding('v', quantity(2), { site: 'a', laterality: 'right', time: '2026-01-01' }),
      testFinding('v', quantity(3), { site: 'b', reader: 'r1' }),
      testFinding('c', coded('x'), { time: '2026-01-01' }),
      testFinding('c', coded('y'), { time: '2026-02-01' }),
    ]);
    expect(views).toHaveLength(4);
    expect(views.every((view) => view.course.length === 0)).toBe(true);
  });

  it('names a region by its label and tells two of one name apart', () => {
    const finding = testFinding('suv-max', quantity(8), { region: 'r1' });
    expect(placeOf(finding, [region('r1', 3, 'Lesion')])).toBe('Lesion');
    expect(placeOf(finding, [region('r1', 3, 'Lesion'), region('r2', 4, 'Lesion')])).toBe('Lesion (number 3)');
    expect(placeOf(testFinding('phq-9.total', quantity(8)), [])).toBeUndefined();
  });
});

describe('report model', () => {
  it('walks from any record to the sources at its end, through loops too', () => {
    const input = testReportInput();
    const knot = testFinding('knot', quantity(1), { derivedFrom: ['fact-phq'] });
    const dossier = { ...input.dossier, findings: [{ ...knot, derivedFrom: [knot.id, 'fact-phq', 'src-genome'] }] };
    expect(sourcesBehind([knot.id], dossier)).toEqual(['src-genome', 'src-record']);
    expect(sourcesBehind(['gone'], dossier)).toEqual([]);
  });

  it('gives each room its findings, pictures and sources, and an unknown room its place', () => {
    const findings = [testFinding('new', quantity(1), { run: 'run-none' })];
    const model = reportModel(testReportInput({ findings }));
    expect(model.rooms.map((room) => room.room)).toEqual(['clinical', 'psychosocial', 'genomics', 'brain', 'other']);
    expect(model.rooms.at(-1)?.findings.map((view) => view.finding.measure.code)).toEqual(['new']);
    expect(model.rooms.find((room) => room.room === 'brain')?.pictures).toHaveLength(1);
    expect(model.rooms.find((room) => room.room === 'genomics')?.sources.map((one) => one.id)).toEqual(['src-genome']);
  });

  it('says the same issue once', () => {
    const twice = { code: 'a', severity: 'info' as const, message: 'A.' };
    expect(reportModel(testReportInput({ missing: [twice, { ...twice }] })).absent).toEqual([twice]);
  });
});
