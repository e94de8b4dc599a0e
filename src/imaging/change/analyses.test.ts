import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../dossier/analysis.ts';
import type { Finding, FindingDraft, Uncertainty } from '../../dossier/finding.ts';
import { analyses } from './analyses.ts';
import { pairsOf } from './pairs.ts';

const [change] = analyses;
const limits: Uncertainty = {
  type: 'smallest-real-change',
  value: 3.9,
  low: 7.18,
  high: 13.93,
  level: 0.95,
  source: 'study',
};

function suv(value: number, day: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{
      kind: 'finding',
      id: `find-${day}-${value}`,
      subject: 's',
      run: 'r',
      slot: `${day}`,
      method: 'm',
      valueHash: '0',
    },
    measure: { system: 'idiograph', code: 'suv-max', display: 'SUVmax' },
    site: { system: 'region', code: 'Mass', display: 'Mass' },
    time: `${day}T10:00:00`,
    value: { type: 'quantity', value, unit: '{SUVbw}g/mL' },
    ...{ uncertainty: limits, issues: [], derivedFrom: [`src-${day}`] },
    ...more,
  };
}

async function run(findings: Finding[], sources: object[] = []): Promise<FindingDraft[]> {
  const dossier = { findings, sources, regions: [], facts: [], entries: [], artifacts: [] } as unknown as Dossier;
  const drafts: FindingDraft[] = [];
  const context = { dossier, emit: { finding: (draft: FindingDraft) => drafts.push(draft) } } as unknown as RunContext;
  for (const { inputs } of change!.select(dossier).selections) await change!.run(inputs, {}, context);
  return drafts;
}
const codes = ({ issues }: FindingDraft): string[] => issues.map(({ code }) => code);

describe('imaging.change', () => {
  it('calls a change real beyond unequal limits only', async () => {
    const verdict = async (after: number): Promise<string[]> =>
      codes((await run([suv(10, '2024-01-01'), suv(after, '2024-03-01')]))[0]!);
    expect(await verdict(7.3)).toEqual(['change-not-distinguishable']);
    expect(await verdict(7.0)).toEqual([]);
    expect(await verdict(13.5)).toEqual(['change-not-distinguishable']);
    expect(await verdict(14.5)).toEqual([]);
  });

  it('gives the change in per cent with its limits, from visit to visit', async () => {
    const drafts = await run([suv(12, '2024-05-01'), suv(10, '2024-01-01'), suv(8, '2024-03-01')]);
    expect(drafts.map(({ value }) => (value as { value: number }).value)).toEqual([-20, 50]);
    expect(drafts[0]).toMatchObject({
      measure: { code: 'suv-max-change' },
      time: '2024-03-01T10:00:00',
      uncertainty: { low: expect.closeTo(-28.2, 1), high: expect.closeTo(39.3, 1) },
    });
  });

  it('says that nothing is known, and that visits were not alike', async () => {
    const { uncertainty: _, ...unknown } = suv(10, '2024-01-01');
    const scanners = ['2024-01-01', '2024-03-01'].map((day, at) => ({
      id: `src-${day}`,
      metadata: { ManufacturerModelName: `scanner ${at}` },
    }));
    expect(codes((await run([unknown, suv(20, '2024-03-01')], scanners))[0]!)).toEqual([
      'repeatability-unknown',
      'visits-not-alike',
    ]);
  });

  it('pairs nothing within a day, nothing ambiguous, and regions by their links before their labels', () => {
    expect(pairsOf([suv(10, '2024-01-01'), suv(9, '2024-01-01')], [])).toEqual([]);
    expect(pairsOf([suv(10, '2024-01-01'), suv(9, '2024-01-01'), suv(9, '2024-03-01')], [])).toEqual([]);
    const linked = [
      { id: 'a', links: [] },
      { id: 'b', links: [{ relation: 'same-as', region: 'a' }] },
    ] as unknown as Parameters<typeof pairsOf>[1];
    const other = { system: 'region', code: 'Other', display: 'Other' };
    const pairs = pairsOf(
      [suv(10, '2024-01-01', { region: 'a' }), suv(9, '2024-03-01', { region: 'b', site: other })],
      linked,
    );
    expect(pairs.map(({ after }) => after.region)).toEqual(['b']);
  });
});
