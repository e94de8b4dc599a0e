import { describe, expect, it } from 'vitest';
import { sha256 } from '../../dossier/canonical.ts';
import type { Source } from '../../dossier/source.ts';
import { defaultLimits } from '../format.ts';
import { recognise } from '../formats.ts';
import { fileOf } from '../testing.ts';
import { volumeTableFormat } from './format.ts';
import { openVolumes } from './open.ts';

const synthSeg =
  ',total intracranial,left cerebral white matter,left cerebral cortex,left lateral ventricle,left thalamus\n' +
  'scan1,1500000.5,220000,240000,9000,7000.25\n';
const quality =
  'subject,general white matter,general grey matter,general csf,cerebellum,hippocampus+amygdala\na,0.81,0.79,0.7,0.8,0.62\n';
const numbers = [4, 11, 23, 30, 31, 32, 35, 36, 37, 38, 39, 40, 41, 47, 48, 49, 50, 51, 52, 55, 56, 702];
const dlmuse = (prefix: string, rows: string[][]) =>
  `${['MRID', 'Age', ...numbers.map((one) => `${prefix}${one}`)].join()}\n${rows.map((row) => row.join()).join('\n')}\n`;
const row = (name: string, icv = 1500000) => [name, '50', ...numbers.map((n) => String(n === 702 ? icv : 1000 + n))];

async function read(text: string) {
  const file = fileOf('t.csv', text);
  const format = recognise(file)?.id;
  if (format !== 'volume-table') return { format };
  const result = await volumeTableFormat.read(file, defaultLimits);
  if ('refused' in result) return { format, refused: result.refused.code };
  const { drafts } = volumeTableFormat.assemble([{ path: 't.csv', piece: result.piece }]);
  const tables = await Promise.all(
    drafts.map(async ({ source }) => {
      const record = { ...source, id: 'src', blob: sha256(text) } as Source;
      return Array.fromAsync((await openVolumes(record, { bytes: async () => Buffer.from(text) })).rows());
    }),
  );
  return { format, drafts, tables, codes: result.issues.map(({ code }) => code) };
}

describe('volumeTableFormat', () => {
  it('reads the volumes of SynthSeg by its own names, with an empty first cell of the header', async () => {
    const { drafts, tables } = await read(synthSeg);
    expect(drafts![0]).not.toHaveProperty('claim');
    expect(drafts![0]!.source).toMatchObject({
      locator: { subject: 'scan1' },
      metadata: { software: 'SynthSeg', holds: 'volumes', structures: 5 },
      issues: [],
    });
    expect(tables![0]![0]).toEqual({
      ...{ structure: 'total intracranial', hemisphere: '', measure: 'volume', value: '1500000.5', unit: 'mm^3' },
    });
  });

  it('reads what SynthSeg says of its own quality', async () => {
    const { drafts, tables } = await read(quality);
    expect(drafts![0]!.source.metadata).toMatchObject({ software: 'SynthSeg', holds: 'quality' });
    expect(tables![0]!.at(-1)).toMatchObject({ structure: 'hippocampus+amygdala', measure: 'quality', value: '0.62' });
    const off = await read(quality.replace('0.81', '81'));
    expect(off.drafts![0]!.source.issues.map(({ code }) => code)).toEqual(['quality-off-scale']);
  });

  it.each(['', 'MUSE_', 'DL_MUSE_Volume_'])('reads DLMUSE columns %s47 as regions of the atlas', async (prefix) => {
    const { drafts, tables } = await read(dlmuse(prefix, [row('a'), row('b')]));
    expect(drafts!.map(({ claim }) => claim)).toEqual([
      { system: 'dlmuse:subject', value: 'a' },
      { system: 'dlmuse:subject', value: 'b' },
    ]);
    expect(tables![1]).toHaveLength(numbers.length);
    expect(tables![1]).toContainEqual(expect.objectContaining({ structure: 'Hippocampus_R', value: '1047' }));
    expect(tables![1]!.at(-1)).toMatchObject({ structure: 'ICV', value: '1500000' });
  });

  it('says that values were harmonised, that a scan stands twice, and what cannot be', async () => {
    const harmonised = await read(dlmuse('H_DL_MUSE_Volume_', [row('a')]));
    expect(harmonised.drafts![0]!.source.metadata['software']).toBe('DLMUSE harmonised');
    const twice = await read(dlmuse('', [row('a'), row('b'), row('a', 1400000)]));
    expect(twice.codes).toEqual(['scan-twice']);
    expect(twice.tables![0]!.at(-1)).toMatchObject({ value: '1400000' });
    const litres = await read(dlmuse('', [row('a', 1500)]));
    expect(litres.drafts![0]!.source.issues.map(({ code }) => code)).toEqual(['icv-implausible']);
    const gap = await read(dlmuse('', [row('a').map((cell) => (cell === '1047' ? 'nan' : cell))]));
    expect(gap.drafts![0]!.source.issues.map(({ code }) => code)).toEqual(['volumes-missing']);
    expect(gap.tables![0]).toHaveLength(numbers.length - 1);
  });

  it('leaves other tables alone and refuses a header without scans', async () => {
    expect((await read('subject,1,2,3\na,1,2,3\n')).format).not.toBe('volume-table');
    expect((await read('id,left hippocampus,right hippocampus\na,1,2\n')).format).not.toBe('volume-table');
    expect((await read(dlmuse('', []))).refused).toBe('volumes-invalid');
  });
});
