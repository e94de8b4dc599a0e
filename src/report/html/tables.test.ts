import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../../plan/testFindings.ts';
import { reportModel } from '../model.ts';
import { testReportInput } from '../testModel.ts';
import { reportDocument } from './document.ts';

type Findings = NonNullable<NonNullable<Parameters<typeof testReportInput>[0]>['findings']>;

/** The table of this caption, as rows of cell texts. */
function table(findings: Findings, caption: string): string[][] {
  const text = reportDocument(reportModel(testReportInput({ findings })));
  const start = text.indexOf(`<caption>${caption}`);
  expect(start).toBeGreaterThan(0);
  const rows = text.slice(start, text.indexOf('</table>', start)).split('<tr').slice(1);
  return rows.map((row) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map((cell) =>
      cell[1]
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
}

const brain = { run: 'run-brain', derivedFrom: ['src-record'], time: '2026-01-02' };
const volume = (site: string, value: Parameters<typeof testFinding>[1]) =>
  testFinding('brain-volume', value, { ...brain, site });

describe('tables of rooms', () => {
  it('volumes: unit in the head, share of the estimate, asymmetry, a refusal in words, wholes first', () => {
    const rows = table(
      [
        volume('amygdala', quantity(4, 'mL')),
        volume('thalamus', { type: 'refused', reason: 'structure-not-found' }),
        testFinding('intracranial-volume-estimate', quantity(1600, 'mL'), brain),
        testFinding('brain-volume-asymmetry', quantity(-1.94, '%'), { ...brain, site: 'amygdala' }),
      ],
      'Volumes, 2026-01-02',
    );
    expect(rows).toEqual([
      ['Structure', 'Volume, mL', '% of intracranial estimate', 'Asymmetry index, %'],
      ['intracranial-volume-estimate', '1600', '', ''],
      ['amygdala', '4', '0.25', '-1.9'],
      ['thalamus', 'not assessed', '', ''],
    ]);
  });

  it('no share is computed from an estimate of another day', () => {
    const rows = table(
      [
        volume('amygdala', quantity(4, 'mL')),
        testFinding('intracranial-volume-estimate', quantity(1600, 'mL'), { ...brain, time: '2025-01-02' }),
      ],
      'Volumes',
    );
    expect(rows[0]).toEqual(['Structure', 'Volume, mL']);
    expect(rows[2]).toEqual(['amygdala', '4 2026-01-02']);
  });

  it('notes of every row stand below the table, others in their row', () => {
    const issue = (code: string) => ({ code, severity: 'info' as const, message: code });
    const findings = ['a', 'b'].map((site) =>
      testFinding('brain-volume', quantity(1, 'mL'), {
        ...brain,
        site,
        issues: [issue('shared'), ...(site === 'b' ? [issue('own')] : [])],
      }),
    );
    expect(table(findings, 'Volumes').map((row) => row.at(-1))).toEqual(['Notes', '', '2']);
    const text = reportDocument(reportModel(testReportInput({ findings })));
    expect(text).toContain('Every row of this table: note <a href="#note-brain-1">1</a>');
  });

  it('drug guidance: one row for each member of a set, with its genotype and strength', () => {
    const code = (name: string, display: string) => ({
      value: { type: 'code' as const, code: { system: 't', code: name, display } },
    });
    const rows = table(
      [
        testFinding(
          'drug-guidance',
          {
            type: 'set',
            members: [
              code('d.normal', 'The dose applies. (CPIC: Strong)'),
              code('d.low', 'Consider another drug (see label).'),
            ],
          },
          {
            run: 'run-genes',
            site: 'drug',
            issues: [{ code: 'population-note', severity: 'info', message: 'Under 12 years: not.' }],
            evidence: [
              { of: 'src-genome', place: 'score 2', says: 'd.normal: label' },
              { of: 'src-genome', place: 'score 0', says: 'd.low: other' },
            ],
          },
        ),
      ],
      'Drug guidance',
    );
    expect(rows.slice(1)).toEqual([
      ['drug', 'if score 2', 'The dose applies.', 'CPIC: Strong', 'Under 12 years: not.', '', 'why'],
      ['if score 0', 'Consider another drug (see label).', 'not graded'],
    ]);
  });

  it('scores: the change stands in the row of its score, and alone when there is none', () => {
    const score = (code: string, value: number) =>
      testFinding(code, quantity(value), { run: 'run-scores', time: '2026-01-02' });
    const rows = table([score('isi.total', 9), score('isi.total.change', -3), score('orphan.change', 1)], 'Scores');
    expect(rows.map((row) => row[0])).toEqual(['Scale', 'isi.total 2026-01-02', 'orphan.change 2026-01-02']);
    expect(rows[1][3]).toContain('Since the answer before: -3 points');
  });

  it('a measure that no table knows is shown in the general one', () => {
    const text = reportDocument(
      reportModel(testReportInput({ findings: [testFinding('measure-of-tomorrow', quantity(3, 'mL'), brain)] })),
    );
    const room = text.slice(text.indexOf('id="room-brain"'));
    expect(room).toMatch(/<th role="rowheader" scope="row">measure-of-tomorrow.*<td role="cell" class="value">3 mL/);
  });
});
