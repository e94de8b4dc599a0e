import { describe, expect, it } from 'vitest';
import type { Finding } from '../../dossier/finding.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { loadInstruments } from '../../forms/instrument.ts';
import { buildPlan } from '../../plan/buildPlan.ts';
import { coded, codedSet, quantity, testFinding } from '../../plan/testFindings.ts';
import { defaultRegistry, loadRegistry } from '../../workup/registry.ts';
import { reportDocument } from '../html/document.ts';
import { reportModel } from '../model.ts';
import { testAsOf, testFact, testReportInput, testRun } from '../testModel.ts';
import { bodyFigure } from './bodyFigure.ts';
import { painCourse } from './course.ts';
import { classEvidence, mechanismEvidence } from './evidence.ts';
import { driversFile, evidenceFile, painClasses } from './knowledge.ts';
import { painPicture } from './picture.ts';

const of = (mechanism: string, ...findings: Finding[]) =>
  mechanismEvidence(findings).find((one) => one.mechanism === mechanism)!;
const says = (mechanism: string, ...findings: Finding[]) => of(mechanism, ...findings).lines.map((line) => line.says);

describe('evidence', () => {
  it.each([
    [19, 'for'],
    [18, 'unclear'],
    [13, 'unclear'],
    [12, 'against'],
  ])('painDETECT of %i speaks %s a neuropathic mechanism', (value, expected) => {
    const [line] = of('neuropathic', testFinding('paindetect.total', quantity(value))).lines;
    expect(line).toMatchObject({ says: expected, accuracy: expect.stringContaining('specificity 51 %') });
  });

  it.each([
    [4, 'for'],
    [3, 'against'],
  ])('DN4 of %i speaks %s it', (value, expected) => {
    expect(says('neuropathic', testFinding('dn4.total', quantity(value)))).toEqual([expected]);
  });

  it('never takes a count of symptoms or a wide spread for sensitisation', () => {
    const findings = [testFinding('csi.total', quantity(90)), testFinding('widespread-pain', coded('yes'))];
    expect(says('nociplastic', ...findings)).toEqual(['question', 'question']);
    expect(says('nociplastic', testFinding('csi.total', quantity(39)))).toEqual(['unclear']);
  });

  it('lets a set speak only where all of its members do', () => {
    expect(says('neuropathic', testFinding('neuropathic-pain-grade', codedSet('possible', 'probable')))).toEqual([
      'for',
    ]);
    expect(says('nociplastic', testFinding('nociplastic-grade', codedSet('criteria-not-met', 'possible')))).toEqual([
      'unclear',
    ]);
  });

  it('takes nothing from what was refused, and asks for it', () => {
    const refused = testFinding('paindetect.total', { type: 'refused', reason: 'items-missing' });
    expect(of('neuropathic', refused).lines).toEqual([]);
    expect(of('neuropathic').missing.map(({ form }) => form)).toEqual([
      'neuropathic-grade',
      'sensory-examination',
      'paindetect',
    ]);
    expect(of('neuropathic', testFinding('dn4.total', quantity(1))).missing.map(({ form }) => form)).not.toContain(
      'paindetect',
    );
  });

  it('lists what speaks for and against a class and chooses none', () => {
    const findings = [
      testFinding('pain-problem', coded('active'), { site: 'fibromyalgia' }),
      testFinding('pain-problem', coded('active'), { site: 'osteoarthritis' }),
      testFinding('pain-duration', coded('shorter')),
    ];
    const primary = classEvidence(findings).find(({ code }) => code === 'MG30.0')!;
    expect(primary.lines.map((line) => line.says)).toEqual(['against', 'for', 'against']);
    expect(classEvidence(findings).filter(({ chosen }) => chosen)).toEqual([]);
    const chosen = testFinding('icd-11-chronic-pain', coded('chosen'), { site: 'MG30.0', time: '2026-03-01' });
    expect(classEvidence([chosen])[0]!.chosen).toEqual({ is: true, finding: chosen.id, time: '2026-03-01' });
  });

  it('names only measures that are made, forms that are there, and classes that are known', async () => {
    const made = new Set((await loadRegistry(defaultRegistry)).flatMap(({ makes }) => makes));
    const forms = new Set(loadInstruments().map(({ id }) => id));
    const { rows, asks } = evidenceFile();
    const { domains, course } = driversFile();
    const measures = [
      ...rows.map(({ measure }) => measure),
      ...asks.flatMap(({ measure }) => measure),
      ...domains.flatMap((one) => [
        ...one.measures.map(({ measure }) => measure),
        ...one.missing.flatMap(({ unless }) => unless),
      ]),
      ...course,
    ];
    expect([...new Set(measures)].filter((code) => !made.has(code))).toEqual([]);
    const named = [...asks, ...domains.flatMap(({ missing }) => missing)].flatMap(({ form }) => form ?? []);
    expect(named.filter((form) => !forms.has(form))).toEqual([]);
    const targets = new Set(['nociceptive', 'neuropathic', 'nociplastic', ...painClasses().map(({ code }) => code)]);
    expect(rows.filter((row) => !targets.has(row.of))).toEqual([]);
  });
});

describe('the figure', () => {
  const ofMap = (run: string, time: string, code: string, drawn: boolean, areas: [string, string][]) => [
    testFinding('pain-map', coded(code), { time, run }),
    ...(drawn ? [testFinding('pain-region-count', quantity(1, '1'), { time, run })] : []),
    ...areas.map(([site, state]) => testFinding('pain-area', coded(state), { site, time, run })),
  ];

  it('holds every map by time, and tells not painful from not asked', () => {
    const figure = bodyFigure([
      ...ofMap('r2', '2026-03-01', 'back-knee-left', true, [
        ['lower-leg-left', 'painful'],
        ['neck', 'not-painful'],
      ]),
      ...ofMap('r1', '2026-01-01', 'neck', false, [['neck', 'painful']]),
    ])!;
    expect(figure.maps.map(({ time, drawn, painful }) => [time, drawn, painful])).toEqual([
      ['2026-01-01', false, ['front-neck', 'back-neck']],
      ['2026-03-01', true, ['back-knee-left']],
    ]);
    expect(figure.maps[1]!.notAsked).not.toContain('front-neck');
    expect(figure.maps[1]!.notAsked).not.toContain('front-knee-left');
    expect(figure.maps[1]!.notAsked).toContain('front-hand-left');
  });

  it('is not there when nobody said where it hurts', () => {
    expect(bodyFigure([])).toBeUndefined();
  });
});

describe('the course', () => {
  const answers = (id: string, at: string, value: number) => ({
    fact: testFact(id, 'src-1', { at }),
    finding: testFinding('pain-nrs.pain', quantity(value), { time: at, derivedFrom: [id], run: id }),
  });

  it('puts scores on one scale, medicines below and events across', () => {
    const scores = [answers('f1', '2026-01-01', 8), answers('f2', '2026-02-20', 4)];
    const medication = testFact('m1', 'src-1', {
      type: 'medication',
      code: { system: 'text', code: 'duloxetine', display: 'duloxetine' },
      value: { type: 'medication', codes: [], text: 'duloxetine' },
      status: 'active',
      period: { start: '2026-01-20' },
    });
    const procedure = testFact('p1', 'src-1', {
      type: 'procedure',
      code: { system: 'text', code: 'block', display: 'Nerve block' },
      at: '2026-02-01',
      isEvent: true,
    });
    const before = testFact('p0', 'src-1', { ...procedure, id: 'p0', at: '2020-02-01' });
    const facts = [...scores.map(({ fact }) => fact), medication, procedure, before];
    const course = painCourse(dossierOf({ facts, findings: scores.map(({ finding }) => finding) }), testAsOf)!;
    const [series] = course.series;
    expect(series!.points.map(({ words }) => words)).toEqual(['8 points', '4 points']);
    expect(series!.points[0]!.y).toBeLessThan(series!.points[1]!.y);
    expect(course.bars).toMatchObject([{ label: 'duloxetine', open: true }]);
    expect(course.bars[0]!.x + course.bars[0]!.width).toBeCloseTo(332, 0);
    expect(course.events.map(({ label }) => label)).toEqual(['Nerve block']);
    expect(course.described).toContain('2026-01-01 8 points to 2026-02-20 4 points');
  });

  it('leaves out what went on throughout before what began in its time', () => {
    const scores = [answers('f1', '2026-01-01', 8), answers('f2', '2026-02-20', 4)];
    const drug = (text: string, start: string) =>
      testFact(text, 'src-1', {
        type: 'medication',
        code: { system: 'text', code: text, display: text },
        value: { type: 'medication', codes: [], text },
        status: 'active',
        period: { start },
      });
    const before = Array.from({ length: 13 }, (_, i) => drug(`before-${i}`, `2025-0${1 + (i % 9)}-01`));
    const facts = [...scores.map(({ fact }) => fact), ...before, drug('duloxetine', '2026-01-20')];
    const course = painCourse(dossierOf({ facts, findings: scores.map(({ finding }) => finding) }), testAsOf)!;
    expect(course.bars).toHaveLength(12);
    expect(course.bars.map(({ label }) => label)).toContain('duloxetine');
    expect(course.barsLeftOut).toBe(2);
  });

  it('is not there without a dated score', () => {
    expect(painCourse(dossierOf(), testAsOf)).toBeUndefined();
  });
});

describe('the picture', () => {
  const input = testReportInput();
  const findings = [
    testFinding('pain-present', coded('present'), { site: 'back', run: 'run-pain' }),
    testFinding('pain-red-flags.item-2', quantity(1), { time: '2026-03-09', run: 'run-flags' }),
    testFinding('pain-map', coded('back-neck'), { time: '2026-03-09', run: 'run-pain' }),
  ];
  const dossier = { ...input.dossier, findings: [...input.dossier.findings, ...findings] };
  const plan = buildPlan(dossier, { asOf: testAsOf });
  const runs = [...input.runs, testRun('run-pain', 'pain.body-map', [])];
  const model = reportModel({ ...input, dossier, plan, runs });

  it('names red flags first, with the form that asks what is open', () => {
    const { redFlags } = painPicture(model);
    expect(redFlags.map(({ check, level, form }) => [check, level, form])).toEqual([
      ['red-flag-cauda-equina', 'now', 'pain-red-flags'],
      ['red-flag-infection', 'open', 'pain-red-flags'],
      ['red-flag-fracture', 'open', 'pain-red-flags'],
      ['red-flag-malignancy', 'open', 'pain-red-flags'],
    ]);
  });

  it('says of each domain what is known with its reference, and what is missing', () => {
    const { drivers } = painPicture(model);
    expect(drivers.map(({ domain }) => domain)).toEqual([
      'mood',
      'coping',
      'sleep',
      'function',
      'medication',
      'genes',
      'brain',
    ]);
    for (const { known, missing } of drivers) expect(known.length + missing.length).toBeGreaterThan(0);
    const held = new Set(model.input.dossier.findings.map(({ id }) => id));
    expect(drivers.flatMap(({ known }) => known).filter(({ finding }) => !held.has(finding))).toEqual([]);
    expect(drivers.find(({ domain }) => domain === 'sleep')!.missing).toEqual([
      { say: 'Sleep is not asked.', form: 'isi' },
    ]);
  });

  it('stands in the report: at the top, on page one and in its room, with no link into nothing', () => {
    const html = reportDocument(model);
    expect(html.indexOf('Red flags of pain: cauda equina')).toBeLessThan(html.indexOf('id="impression"'));
    expect(html).toContain('Where it hurts, 2026-03-09');
    expect(html).toContain('Mechanism: what speaks for and against');
    const anchors = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(links.filter((id) => !anchors.has(id))).toEqual([]);
  });
});
