import { describe, expect, it } from 'vitest';
import type { Dossier } from '../../../dossier/analysis.ts';
import type { Source } from '../../../dossier/source.ts';
import { bloodSamples, bloodTablesFor } from './bloodSamples.ts';

const bids = ['time', 'plasma_radioactivity', 'whole_blood_radioactivity', 'metabolite_parent_fraction'];
const columnUnits = { time: 's', plasma_radioactivity: 'kBq/mL', whole_blood_radioactivity: 'kBq/mL' };
const table = (columns: string[], rows: string[][]) => ({
  ...{ id: 't', columns },
  async *rows() {
    for (const row of rows) yield Object.fromEntries(columns.map((name, at) => [name, row[at]!]));
  },
});

describe('blood samples of BIDS', () => {
  const rows = [
    ['0', '0', '0', 'n/a'],
    ['60', '40', '30', '1'],
    ['120', 'n/a', '20', 'n/a'],
    ['300', '10', '8', '0.8'],
    ['900', '5', '4', '0.4'],
  ];

  it('have their units from the description beside them, and n/a where no sample was taken', async () => {
    const found = await bloodSamples(table(bids, rows), { columnUnits }, 0);
    if ('refused' in found) throw new Error(found.refused.message);
    expect([...found.input.plasma.timesS]).toEqual([0, 60, 300, 900]);
    expect(found.input.plasma.values[1]).toBeCloseTo(40_000, 6);
    expect(found.input.plasma.values[3]).toBeCloseTo(2000, 6);
    expect(found.input.blood.values[2]).toBeCloseTo(8000, 6);
    expect(found.says).toMatch(/^4 samples, columns time, plasma_radioactivity/);
    expect(found.says).not.toContain('metabolites');
  });

  it('count from the injection, when that was later than time zero', async () => {
    const found = await bloodSamples(table(bids, rows), { columnUnits }, 30);
    expect('input' in found && [...found.input.plasma.timesS]).toEqual([30, 270, 870]);
  });

  it('are refused where the description does not state a unit', async () => {
    const found = await bloodSamples(table(bids, rows), { columnUnits: { time: 's' } });
    expect('refused' in found && found.refused.code).toBe('pet-blood-unit-unstated');
  });

  it('belong to the series of their name, plasma before the autosampler; else to the only one', () => {
    const source = (path: string, columns: string[] = []) =>
      ({ id: path, format: 'table', path, metadata: { columns } }) as unknown as Source;
    const [one, two] = ['s/sub-1_ses-1_pet.nii.gz', 's/sub-1_ses-2_pet.nii.gz'].map((path) => source(path));
    const manual = source('s/sub-1_ses-2_recording-manual_blood.tsv', bids);
    const automatic = source('s/sub-1_ses-2_recording-autosampler_blood.tsv', ['time', 'whole_blood_radioactivity']);
    const of = (sources: Source[], series: Source[]) => {
      const { tables, issues } = bloodTablesFor({ sources } as unknown as Dossier, series);
      return { ids: [...tables].map(([id, { path }]) => [id, path]), codes: issues.map(({ code }) => code) };
    };
    const both = of([automatic, manual], [one!, two!]);
    expect(both).toEqual({ ids: [[two!.id, manual.path]], codes: [] });
    const plain = source('blood.csv', ['t_s', 'Plasma [kBq/mL]']);
    expect(of([plain], [one!])).toEqual({ ids: [[one!.id, plain.path]], codes: [] });
    expect(of([plain], [one!, two!])).toEqual({ ids: [], codes: ['pet-blood-ambiguous'] });
  });
});
