import { describe, expect, it } from 'vitest';
import { sha256 } from '../../dossier/canonical.ts';
import type { Source } from '../../dossier/source.ts';
import { defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { freesurferFormat } from './format.ts';
import { openStats } from './open.ts';

const header = (lines: string[]) =>
  ['# Title Segmentation Statistics', '#', ...lines.map((line) => `# ${line}`)].join('\n');
const aseg = (icv: string, program = 'mri_segstats') =>
  `${header([
    `generating_program ${program}`,
    'cvs_version 7.4.1',
    'cmdline mri_segstats --seg mri/aseg.mgz',
    'subjectname x',
    'anatomy_type volume',
    'Measure BrainSeg, BrainSegVol, Brain Segmentation Volume, 1100000.000000, mm^3',
    `Measure EstimatedTotalIntraCranialVol, eTIV, Estimated Total Intracranial Volume, ${icv}, mm^3`,
    'SegVolFile mri/aseg+DKT.mgz',
    'TableCol  1 Units     NA',
    'TableCol  4 Units     mm^3',
    'ColHeaders  Index SegId NVoxels Volume_mm3 StructName normMean',
  ])}\n  1  17  4207  4200.5  Left-Hippocampus  65.9\n  2  53  4135  4135.0  Right-Hippocampus  66.1\n`;
const aparc = `# Table of FreeSurfer cortical parcellation anatomical statistics
# generating_program mris_anatomical_stats
# hemi rh
# AnnotationFile ../label/rh.aparc.a2009s.annot
# Measure Cortex, MeanThickness, Mean Thickness, 2.74, mm
# TableCol  2 Units     mm
# ColHeaders StructName ThickAvg
bankssts  3.018
`;

async function read(path: string, text: string) {
  const file = fileOf(path, text);
  if (!freesurferFormat.sniff(file.head, file)) return undefined;
  const result = await freesurferFormat.read(file, defaultLimits);
  if ('refused' in result) return { refused: result.refused.code };
  const { drafts } = freesurferFormat.assemble([{ path, piece: result.piece }]);
  const tables = await Promise.all(
    drafts.map(async ({ source }) => {
      const record = { ...source, id: 'src', blob: sha256(text) } as Source;
      const table = await openStats(record, { bytes: async () => Buffer.from(text) });
      return Array.fromAsync(table.rows());
    }),
  );
  return { drafts, tables, codes: result.issues.map(({ code }) => code) };
}

describe('freesurferFormat', () => {
  it('reads volumes by the names of their columns, and what made them', async () => {
    const { drafts, tables, codes } = (await read('aseg.stats', aseg('1500000.0')))! as Required<
      Awaited<ReturnType<typeof read>>
    > & { drafts: object[] };
    expect(codes).toEqual([]);
    expect(drafts[0]).toMatchObject({
      source: {
        format: 'freesurfer-stats',
        description: 'FreeSurfer aseg+DKT',
        metadata: { version: '7.4.1', commandLine: 'mri_segstats --seg mri/aseg.mgz', subjectName: 'x', structures: 2 },
      },
    });
    expect(tables![0]).toContainEqual({
      structure: 'Left-Hippocampus',
      hemisphere: '',
      measure: 'Volume_mm3',
      value: '4200.5',
      unit: 'mm^3',
    });
    expect(tables![0]).toContainEqual(expect.objectContaining({ measure: 'BrainSegVol', value: '1100000' }));
  });

  it('reads surfaces with their hemisphere', async () => {
    const result = await read('rh.aparc.a2009s.stats', aparc);
    expect(result?.drafts?.[0]?.source.description).toBe('FreeSurfer aparc.a2009s rh');
    expect(result?.tables?.[0]).toEqual([
      { structure: 'Cortex', hemisphere: 'rh', measure: 'MeanThickness', value: '2.74', unit: 'mm' },
      { structure: 'bankssts', hemisphere: 'rh', measure: 'ThickAvg', value: '3.018', unit: 'mm' },
    ]);
  });

  it('tells FastSurfer, and warns of an intracranial volume that cannot be', async () => {
    const fast = await read('aseg+DKT.stats', aseg('1050000', 'segstats.py'));
    expect(fast?.drafts?.[0]?.source.metadata['software']).toBe('FastSurfer');
    expect(fast?.codes).toEqual(['icv-implausible']);
    expect((await read('a', aseg('700000')))?.codes).toEqual(['icv-implausible']);
    expect((await read('a', aseg('2400000')))?.codes).toEqual(['icv-implausible']);
  });

  it('reads the tables that its scripts make: one subject attached, several told apart', async () => {
    const one = await read('t.tsv', 'lh.aparc.thickness\tlh_bankssts_thickness\teTIV\nx\t2.5\t1500000\n');
    expect(one?.drafts?.[0]).not.toHaveProperty('claim');
    expect(one?.tables?.[0]?.[0]).toEqual({
      structure: 'bankssts',
      hemisphere: 'lh',
      measure: 'thickness',
      value: '2.5',
      unit: 'mm',
    });
    // These tables repeat whole-brain volumes at their end, whatever they measure.
    expect(one?.tables?.[0]?.[1]).toMatchObject({ structure: 'eTIV', hemisphere: '', measure: 'volume', unit: 'mm^3' });
    const two = await read('t.tsv', 'Measure:volume\tLeft-Hippocampus\na\t4000\nb\t3000\n');
    expect(two?.drafts?.map(({ claim }) => claim?.value)).toEqual(['a', 'b']);
    expect(two?.tables?.[1]).toMatchObject([{ structure: 'Left-Hippocampus', value: '3000', unit: 'mm^3' }]);
  });

  it('refuses a file without a table and leaves other text alone', async () => {
    expect(await read('a', '# Title Segmentation Statistics\n# nothing\n')).toEqual({ refused: 'stats-invalid' });
    expect(await read('a', '# Title of an essay\n')).toBeUndefined();
  });
});
