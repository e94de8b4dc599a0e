import { describe, expect, it } from 'vitest';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Entry } from '../../dossier/entry.ts';
import type { Fact } from '../../dossier/fact.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { quantity, testFinding } from '../../plan/testFindings.ts';
import { phqTotal, testFact, testSource } from '../testModel.ts';
import { timeline } from './timeline.ts';
import { whenOf } from './when.ts';

const asOf = '2026-03-10';
const code = (name: string) => ({ system: 'test', code: name, display: name });
const fact = (id: string, type: Fact['type'], more: Partial<Fact> = {}) =>
  testFact(id, 'src', { type, code: code(id), ...more });
const of = (given: Partial<Dossier>) => timeline(dossierOf(given), asOf);
const only = (given: Partial<Dossier>) => of(given).items[0];
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);

describe('dates', () => {
  it('a date is the stretch that it may mean, and no zone is guessed', () => {
    expect(whenOf('2024')).toMatchObject({ precision: 'year', fromMs: day('2024-01-01'), toMs: day('2025-01-01') - 1 });
    expect(whenOf('2024-02')).toMatchObject({ precision: 'month', toMs: day('2024-03-01') - 1 });
    expect(whenOf('2024-02-29')).toMatchObject({ precision: 'day', toMs: day('2024-03-01') - 1 });
    const atNoon = whenOf('2024-02-29T12:00:00+05:00')!;
    expect([atNoon.precision, atNoon.fromMs, atNoon.toMs]).toEqual([
      'time',
      day('2024-02-29') + 43_200_000,
      day('2024-02-29') + 43_200_000,
    ]);
    expect(whenOf('0050-03-01')!.fromMs).toBe(Date.parse('0050-03-01T00:00:00Z'));
  });

  it('a day that no calendar has is not moved to another one', () => {
    expect(whenOf('2025-02-29')).toBeUndefined();
    expect(whenOf('2025-13')).toBeUndefined();
    const { items, undated } = of({ facts: [fact('scan', 'procedure', { at: '2025-02-30' })] });
    expect(items).toEqual([]);
    expect(undated).toMatchObject([{ id: 'scan', reason: 'no calendar has the day 2025-02-30' }]);
  });
});

describe('timeline', () => {
  it('lists undated things apart and places none of them', () => {
    const { items, undated, lanes, span } = of({
      sources: [testSource('src-vcf', 'calls.vcf', { format: 'vcf', modality: 'genome' })],
      facts: [fact('operation', 'procedure')],
    });
    expect(items).toEqual([]);
    expect(span).toBeUndefined();
    expect(undated.map((one) => [one.lane, one.id])).toEqual([
      ['genome:genome', 'src-vcf'],
      ['events:procedure', 'operation'],
    ]);
    expect(lanes.map((lane) => lane.items)).toEqual([0, 0]);
  });

  it('shows unknown ends of medicines as such, and known ones as stated', () => {
    const drug = (more: Partial<Fact>) =>
      only({ facts: [fact('tramadol', 'medication', { status: 'active', ...more })] });
    expect(drug({ period: { start: '2025-01-02' }, statedAt: '2026-01-05' })).toMatchObject({
      start: '2025-01-02',
      toMs: day('2026-01-06') - 1,
      openEnd: 'ongoing',
    });
    expect(drug({ statedAt: '2026-01-05' })).toMatchObject({
      start: '2026-01-05',
      startUnknown: true,
      openEnd: 'ongoing',
    });
    const stopped = drug({ status: 'stopped', period: { start: '2025', end: '2025-06' } });
    expect(stopped).toMatchObject({ start: '2025', end: '2025-06', precision: 'year', toMs: day('2025-07-01') - 1 });
    expect(stopped.openEnd).toBeUndefined();
    expect(drug({ status: 'stopped', period: { end: '2025-06-01' } })).toMatchObject({
      start: '2025-06-01',
      startUnknown: true,
    });
    expect(drug({ status: 'stopped', period: { start: '2025-01-02' } })).toMatchObject({ openEnd: 'unknown' });
  });

  it('names the dose, and says when an end lies before its start', () => {
    const value = {
      type: 'medication' as const,
      codes: [],
      dose: { value: 50, unit: 'mg' },
      perDay: 4,
      asNeeded: true,
      text: 'x',
    };
    expect(
      only({ facts: [fact('t', 'medication', { value, period: { start: '2025-02-01', end: '2025-01-01' } })] }),
    ).toMatchObject({
      detail: '50 mg, 4 a day, as needed',
      problem: 'it ends before it begins',
      toMs: day('2025-02-02') - 1,
    });
  });

  it('flags what begins after the day of the axis, not what is of that day', () => {
    const { items } = of({
      facts: [fact('today', 'encounter', { at: `${asOf}T18:00:00` }), fact('later', 'encounter', { at: '2026-03-11' })],
    });
    expect(items.map((one) => [one.id, one.future])).toEqual([
      ['today', undefined],
      ['later', true],
    ]);
  });

  it('a value without its own day stands at the report and says so', () => {
    const reported = fact('sodium', 'observation', { statedAt: '2026-01-05' });
    expect(only({ facts: [reported] })).toMatchObject({ start: '2026-01-05', reported: true });
  });

  it('laboratory values make a series with the range that their sources state; limits stay limits', () => {
    const value = (id: string, at: string, number: number, more: Partial<Fact> = {}) =>
      fact(id, 'observation', {
        code: code('sodium'),
        at,
        value: { type: 'quantity', value: number, unit: 'mmol/L' },
        referenceRange: { low: 135, high: 145 },
        ...more,
      });
    const high = { interpretation: [code('H')] };
    const limit = { value: { type: 'quantity' as const, value: 120, unit: 'mmol/L', comparator: '<' as const } };
    const { lanes } = of({
      facts: [value('b', '2026-02-01', 147, high), value('a', '2026-01-01', 140), value('c', '2026-03-01', 0, limit)],
    });
    expect(lanes).toHaveLength(1);
    expect(lanes[0]).toMatchObject({ group: 'laboratory', title: 'sodium', items: 3 });
    const [series] = lanes[0].series;
    expect(series).toMatchObject({ unit: 'mmol/L', range: { low: 135, high: 145 } });
    expect(series.points.map((point) => [point.value, point.flag, point.comparator, point.why])).toEqual([
      [140, undefined, undefined, 'a'],
      [147, 'H', undefined, 'b'],
      [120, undefined, '<', 'c'],
    ]);
    const other = of({
      facts: [value('a', '2026-01-01', 1), value('b', '2026-01-02', 1, { referenceRange: { low: 1 } })],
    });
    expect(other.lanes[0].series[0].range).toBeUndefined();
    expect(other.lanes[0].series[0].points[1].range).toEqual({ low: 1 });
  });

  it('vital signs stand apart; one unit is never joined with another', () => {
    const weight = (id: string, at: string, unit: string) =>
      fact(id, 'observation', {
        code: { system: 'LOINC', code: '29463-7', display: 'Body weight' },
        at,
        value: { type: 'quantity', value: 70, unit },
      });
    const [lane] = of({ facts: [weight('a', '2026-01-01', 'kg'), weight('b', '2026-02-01', '[lb_av]')] }).lanes;
    expect(lane.group).toBe('vitals');
    expect(lane.series.map((series) => series.points.length)).toEqual([1, 1]);
  });

  it('a questionnaire shows its score with bands, whatever the source calls the instrument', () => {
    const response = (id: string, at: string, display: string) =>
      fact(id, 'response', { at, value: { type: 'response', instrument: { ...code('x'), display }, answers: [] } });
    const score = (value: number, time: string, response: string) => ({
      ...phqTotal(value, time),
      derivedFrom: [response],
    });
    const { lanes, items } = of({
      facts: [response('r1', '2026-01-10', 'https://example.org/phq-9'), response('r2', asOf, 'PHQ-9')],
      findings: [
        score(12, '2026-01-10', 'r1'),
        score(7, asOf, 'r2'),
        testFinding('phq-9.total.change', quantity(-5), { time: asOf, derivedFrom: ['r1', 'r2'] }),
      ],
    });
    expect(lanes.map((lane) => [lane.id, lane.title, lane.series.length])).toEqual([
      ['questionnaires:phq-9', 'PHQ-9', 1],
    ]);
    expect(items.map((one) => [one.id, one.value])).toEqual([
      ['r1', '12 points (moderate)'],
      ['r2', '7 points (mild)'],
    ]);
    expect(lanes[0].series[0].points.map((point) => [point.value, point.flag])).toEqual([
      [12, 'moderate'],
      [7, 'mild'],
    ]);
    expect(lanes[0].series[0].bands).toHaveLength(5);
  });

  it('scans of one modality and day are one item with all their series', () => {
    const scan = (id: string, modality: string, acquiredAt: string, contrast: string) =>
      testSource(id, id, { format: 'dicom-series', modality, acquiredAt, contrast });
    const { items } = of({
      sources: [
        scan('m2', 'MR', '2026-01-02T10:20:00', 'bold'),
        scan('m1', 'MR', '2026-01-02T10:00:00', 'T1w'),
        scan('p', 'PT', '2026-01-02', 'attenuation-corrected'),
        scan('m3', 'MR', '2026-02-02', 'T1w'),
      ],
    });
    expect(items.map((one) => [one.label, one.ids, one.start])).toEqual([
      ['PET', ['p'], '2026-01-02'],
      ['MR, 2 series', ['m1', 'm2'], '2026-01-02T10:00:00'],
      ['MR', ['m3'], '2026-02-02'],
    ]);
    expect(items[1].detail).toBe('bold; T1w');
  });

  it('shows findings that change, and none that stay or repeat the medication list', () => {
    const suv = (value: number, time: string) =>
      testFinding('suv-max', quantity(value, 'g/mL'), { site: 'liver', time });
    const stays = (time: string) => testFinding('brain-volume', quantity(3, 'mL'), { time });
    const listed = (value: number, time: string) => testFinding('active-medication', quantity(value, 'mg/d'), { time });
    const { lanes } = of({
      findings: [
        suv(4, '2026-01-01'),
        suv(6, '2026-02-01'),
        stays('2026-01-01'),
        stays('2026-02-01'),
        listed(1, '2026-01-01'),
        listed(2, '2026-02-01'),
      ],
    });
    expect(lanes.map((lane) => lane.title)).toEqual(['suv-max, liver']);
    expect(lanes[0].series[0].points.map((point) => point.value)).toEqual([4, 6]);
  });

  it('shows decisions and signatures by those who made them', () => {
    const entry: Entry = {
      kind: 'entry',
      id: 'e1',
      subject: 's1',
      type: 'signature',
      author: 'a',
      role: 'clinician',
      at: '2026-03-09T10:00:00Z',
      targets: [],
    };
    expect(only({ entries: [entry] })).toMatchObject({ lane: 'entries:signature', label: 'Signature by a, clinician' });
  });

  it('joins what several records say alike, leaves out what was entered in error, and is the same in any order', () => {
    const facts = [
      fact('b', 'encounter', { at: '2026-01-01', code: code('visit') }),
      fact('a', 'encounter', { at: '2026-01-01', code: code('visit') }),
      fact('c', 'encounter', { at: '2026-01-01', status: 'entered-in-error' }),
      fact('d', 'procedure', { at: '2025' }),
    ];
    const one = of({ facts });
    expect(one.items.map((item) => item.ids)).toEqual([['d'], ['a', 'b']]);
    expect(of({ facts: [...facts].reverse() })).toEqual(one);
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });

  it('places 10,000 facts in less than 50 ms', () => {
    const facts = Array.from({ length: 10_000 }, (_, i) =>
      fact(`f${i}`, i % 5 === 0 ? 'medication' : 'observation', {
        code: code(`c${i % 40}`),
        at: `20${String(10 + (i % 15)).padStart(2, '0')}-0${1 + (i % 9)}-1${i % 10}`,
        value: { type: 'quantity', value: i, unit: 'mmol/L' },
      }),
    );
    const dossier = dossierOf({ facts });
    const fastest = Math.min(
      ...Array.from({ length: 20 }, () => {
        const start = process.cpuUsage();
        timeline(dossier, asOf);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      }),
    );
    expect(fastest).toBeLessThan(50);
  });
});
