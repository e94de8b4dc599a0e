import { describe, expect, it } from 'vitest';
import type { Fact } from '../../dossier/fact.ts';
import { type Finding, type FindingDraft, findingFromDraft } from '../../dossier/finding.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { psychosocialSection } from '../html/psychosocial.ts';
import type { ReportModel } from '../model.ts';
import { psychosocialView } from './view.ts';

const finding = (code: string, value: FindingDraft['value'], time: string, more: Partial<FindingDraft> = {}): Finding =>
  findingFromDraft(
    { measure: { system: 'idiograph', code, display: code }, value, time, issues: [], derivedFrom: [], ...more },
    { id: 'run-1', subject: 's1', method: 'psychosocial.scores 2' },
  );
const points = (value: number, unit = '{score}') => ({ type: 'quantity' as const, value, unit });
const bands = [
  { from: 0, to: 4, label: 'none to minimal' },
  { from: 5, to: 9, label: 'mild' },
  { from: 10, to: 27, label: 'more' },
];
const norm = (band: string) => ({ norm: 'n', display: 'PHQ-9, published bands', source: 's', bands, band });
const real = { type: 'smallest-real-change' as const, value: 6.1, level: 0.95, source: 's' };
const view = (findings: Finding[], facts: Fact[] = []) =>
  psychosocialView({ input: { dossier: { ...dossierOf({ facts }), findings } } } as unknown as ReportModel);

describe('psychosocialView', () => {
  const scores = [
    finding('phq-9.total', points(8), '2026-02-01', { norm: norm('mild'), uncertainty: real }),
    finding('phq-9.total', points(16), '2026-01-01', { norm: norm('more'), uncertainty: real }),
    finding(
      'phq-9.total.state',
      { type: 'code', code: { system: 'idiograph', code: 'recovered', display: 'recovered' } },
      '2026-02-01',
    ),
    finding('phq-9.total.beside-general-population', points(5.1), '2026-02-01', {
      norm: { norm: 'g', display: 'people at large: mean 2.9', source: 's', z: 1.46 },
    }),
  ];

  it('is drawn in the report: each score over time with its classes, in words as well', () => {
    const { text } = psychosocialSection(view(scores));
    expect(text.match(/<circle /g)).toHaveLength(2);
    expect(text).toContain('role="img" aria-label="');
    expect(text).toMatch(/<line [^>]*class="score-noise"/);
    expect(text).toContain('Not asked, or not answered: ');
    expect(psychosocialSection(view(scores.slice(1, 2))).text).not.toContain('<svg');
  });

  it('draws each score at its day with bands, noise, published differences and the words for the change', () => {
    const { panels, profile, unasked } = view(scores);
    expect(profile).toMatchObject([{ domain: 'depression', panels: ['phq-9.total'] }]);
    expect(unasked).toContain('Sleep');
    expect(unasked).not.toContain('Depression');
    const [panel] = panels;
    expect(panel!.points.map(({ day, value, band }) => [day, value, band])).toEqual([
      ['2026-01-01', 16, 'more'],
      ['2026-02-01', 8, 'mild'],
    ]);
    expect(panel).toMatchObject({
      range: [0, 27],
      worse: 'higher',
      latest: { words: '8 points', band: 'mild', day: '2026-02-01' },
      noise: { low: expect.closeTo(9.9, 9), high: expect.closeTo(22.1, 9) },
      states: [{ words: expect.stringContaining('since the answer before: recovered') }],
      beside: [{ words: '5.1 above the mean of people at large: mean 2.9 (1.5 SD).' }],
    });
    // 1.7 points, 21 % and 3.7 points from 16 towards health.
    expect(panel!.important.map(({ at }) => at)).toEqual([14.3, 16 - 3.36, 12.3].map((at) => expect.closeTo(at, 9)));
    expect(panel!.bands.filter(({ current }) => current)).toMatchObject([{ label: 'mild' }]);
    expect(panel!.described).toContain('2026-01-01 16 points (more), 2026-02-01 8 points (mild)');
  });

  it('draws the T-score where there is one, and no reference where none was stated', () => {
    const { panels } = view([
      finding('promis-anxiety-4a.total', points(10), '2026-01-01'),
      finding('promis-anxiety-4a.total.t', points(59.5), '2026-01-01'),
      finding('peg.mean', points(4), '2026-01-01'),
      finding('isi.total', { type: 'refused', reason: 'items-missing' }, '2026-01-01'),
    ]);
    expect(panels.map(({ code, range, bands: of, important }) => [code, range, of, important])).toEqual([
      ['promis-anxiety-4a.total.t', [20, 80], [], []],
      ['peg.mean', [0, 10], [], []],
    ]);
    expect(panels[0]).not.toHaveProperty('noise');
  });

  it('keeps the time of day of a diary and tells unanswered prompts', () => {
    const prompt = (at: string, numbers: Record<string, number>): Fact => ({
      kind: 'fact',
      id: at,
      subject: 's1',
      source: 'src',
      place: 'line 2',
      type: 'observation',
      code: { system: 'idiograph', code: 'diary', display: 'Diary' },
      value: {
        type: 'components',
        components: Object.entries(numbers).map(([code, value]) => ({
          code: { system: 'diary', code, display: code },
          value,
          unit: '{score}',
        })),
      },
      at,
      status: 'completed',
      isEvent: false,
      issues: [],
    });
    const facts = [
      prompt('2026-03-01T08:00', { pain: 2 }),
      prompt('2026-03-01T20:30', { pain: 6 }),
      prompt('2026-03-02T08:00', {}),
    ];
    const relation = finding('diary-relation', points(0.4, '1'), '2026-03-02', {
      site: { system: 'diary', code: 'a+b', display: 'a with b' },
    });
    const level = finding('diary-level', points(4), '2026-03-02', {
      site: { system: 'diary', code: 'pain', display: 'pain' },
      uncertainty: { type: 'interval', low: 3, high: 5, level: 0.95, source: 's' },
    });
    const { diary } = view([relation, level], facts);
    expect(diary).toMatchObject({
      from: '2026-03-01',
      to: '2026-03-02',
      prompts: { asked: 3, answered: 2 },
      measures: [
        {
          code: 'pain',
          low: 2,
          high: 6,
          answers: [{ minutes: 480 }, { minutes: 1230 }],
          days: [{ day: '2026-03-01', mean: 4, least: 2, most: 6, answers: 2 }],
          parts: [
            { name: 'morning', mean: 2 },
            { name: 'evening', mean: 6 },
          ],
          numbers: [{ words: '4 points', interval: '(95 % 3 to 5)' }],
        },
      ],
      relations: [{ words: 'a with b: 0.4' }],
    });
    expect(view([]).diary).toBeUndefined();
  });
});
