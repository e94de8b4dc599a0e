import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dossier } from '../dossier/analysis.ts';
import { contentId } from '../dossier/canonical.ts';
import type { Finding } from '../dossier/finding.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Access, Store } from '../dossier/store.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { openImage } from '../intake/open.ts';
import { openStore } from '../store/open.ts';
import { why } from '../store/why.ts';
import { type WorkupReport, workup } from '../workup/workup.ts';
import type { AnnotateRequest, MeasureRequest } from './requests.ts';
import { stateAnnotations } from './stateAnnotations.ts';
import { stateMeasurement } from './stateMeasurement.ts';
import { withdrawStatement } from './statements.ts';
import { at, by, flair, grid, labelMap, values } from './testing.ts';

const access: Access = { purpose: 'demonstration', actor: 'test' };
const directory = mkdtempSync(join(tmpdir(), 'annotation-'));
const registry = new URL('./analyses.ts', import.meta.url).href;
let store: Store;
let subject: string;
let source: string;

beforeAll(async () => {
  mkdirSync(join(directory, 'data'));
  store = await openStore({ engine: 'sqlite', directory: join(directory, 'data') });
  subject = await store.nextSubjectId();
  const bytes = writeNiftiGz(grid, values, { datatype: 'float32' });
  const { sha256: blob } = await store.putBlob(subject, bytes, 'application/gzip');
  source = contentId('src', { subject, blob, locator: {} });
  const person = {
    kind: 'subject',
    id: subject,
    type: 'patient',
    label: 'x',
    composite: false,
    synthetic: true,
  } as const;
  await store.write([person, { ...flair, id: source, subject, blob }]);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const dossier = (): Promise<Dossier> => store.reading(access).dossier(subject);

async function image(): Promise<ImageHandle> {
  const { sources } = await dossier();
  return openImage(sources[0]!, { bytes: (sha256) => store.reading(access).blob(subject, sha256) });
}

async function draw(
  author: string,
  last: [number, number, number],
  more: Partial<AnnotateRequest> = {},
  when?: string,
) {
  const map = labelMap(last[0] < 2 ? [] : [{ label: 1, first: [2, 2, 1], last }]);
  const request: AnnotateRequest = { image: source, tool: 'brush', labels: [{ value: 1, region: 'Lesion' }], ...more };
  const stated = await stateAnnotations(request, map, await image(), by(author, when), await dossier());
  if ('refused' in stated) throw new Error(stated.refused.message);
  for (const { bytes, mediaType } of stated.blobs) await store.putBlob(subject, bytes, mediaType);
  await store.write(stated.entries);
  return stated.entries[0]!;
}

async function measure(author: string, more: Partial<MeasureRequest>, when?: string) {
  const request: MeasureRequest = { image: source, measure: 'length', points: [], plane: 'axial', ...more };
  const stated = await stateMeasurement(request, await image(), by(author, when), await dossier());
  if ('refused' in stated) throw new Error(stated.refused.message);
  await store.write(stated.entries);
  return stated.entries[0]!;
}

let clock = Date.parse('2026-05-01T00:00:00Z');
const work = (): Promise<WorkupReport> =>
  workup(store, subject, {
    access,
    registry,
    workers: 0,
    clock: () => {
      clock += 1000;
      return new Date(clock).toISOString();
    },
  });

const find = ({ findings }: Dossier, code: string, reader?: string): Finding[] =>
  findings.filter((one) => one.measure.code === code && (reader === undefined || one.reader === reader));
const numberIn = ({ findings }: Dossier, code: string, reader?: string): number | string => {
  const [one, ...others] = find({ findings } as Dossier, code, reader);
  if (!one || others.length > 0) return `${others.length} others`;
  return one.value.type === 'quantity' ? one.value.value : JSON.stringify(one.value);
};

describe('readers', () => {
  it('are compared, and lead back to the image and the mask', async () => {
    await draw('a', [5, 4, 2]);
    const mask = await draw('b', [5, 4, 3]);
    const report = await work();
    expect(report.issues).toEqual([]);
    const found = await dossier();
    // 4 x 3 x 2 voxels within 4 x 3 x 3.
    expect(numberIn(found, 'agreement-dice')).toBe(0.8);
    expect(numberIn(found, 'agreement-jaccard')).toBeCloseTo(2 / 3, 12);
    expect(numberIn(found, 'agreement-hausdorff')).toBe(3);
    expect(numberIn(found, 'agreement-volume-difference')).toBeCloseTo(12 * 0.0045, 12);
    expect(numberIn(found, 'annotated-volume', 'b')).toBeCloseTo(36 * 0.0045, 12);
    expect(numberIn(found, 'annotated-mean', 'a')).toBeCloseTo(350 + 30 + 1.5, 4);
    expect(numberIn(found, 'consensus-volume-majority')).toBeCloseTo(24 * 0.0045, 12);
    expect(found.artifacts.map(({ role }) => role).sort()).toEqual(['annotation-majority', 'annotation-staple']);
    const [dice] = find(found, 'agreement-dice');
    expect(dice).toMatchObject({ reader: 'a and b', time: '2026-03-01', site: { display: 'Lesion (FLAIR)' } });
    const [mean] = find(found, 'annotated-mean', 'a');
    expect(mean!.evidence).toContainEqual({ of: source, place: 'slice k=1', says: 'round voxel 4, 3, 1' });
    const below = JSON.stringify((await why(store.reading(access), dice!.id)).restsOn);
    for (const id of [source, mask.id, found.sources[0]!.blob]) expect(below).toContain(id);
    const maskBlob = `${subject}/${(mask.content as { mask: string }).mask}`;
    const usedBy = (await why(store.reading(access), maskBlob)).usedBy.map(({ id }) => id);
    expect(usedBy).toContain(mask.id);
  });

  it('who correct themselves change what is compared', async () => {
    const { entries } = await dossier();
    const old = entries.find(({ author, type }) => author === 'a' && type === 'annotation')!;
    await draw(
      'a',
      [5, 4, 3],
      { labels: [{ value: 1, region: 'Lesion', supersedes: old.id }] },
      '2026-04-02T10:00:00Z',
    );
    await work();
    const found = await dossier();
    expect(numberIn(found, 'agreement-dice')).toBe(1);
    expect(numberIn(found, 'agreement-hausdorff')).toBe(0);
  });

  it('who see nothing are not compared by overlap', async () => {
    await draw('c', [0, 0, 0], {}, '2026-04-03T10:00:00Z');
    const report = await work();
    expect(report.issues).toEqual([]);
    const found = await dossier();
    expect(numberIn(found, 'agreement-dice', 'a and c')).toBe(0);
    expect(find(found, 'agreement-hausdorff', 'a and c')[0]!.value).toEqual({ type: 'refused', reason: 'mask-empty' });
    expect(numberIn(found, 'annotated-volume', 'c')).toBe(0);
    expect(numberIn(found, 'reader-sensitivity', 'c')).toBe(0);
  });

  it('who measure are compared, with their own repeats', async () => {
    const points = (i: number) => [at(1, 1, 2), at(i, 1, 2)];
    await measure('a', { label: 'node', points: points(4) }, '2026-04-01T10:00:00Z');
    const again = await measure('a', { label: 'Node', points: points(5) }, '2026-04-01T11:00:00Z');
    await measure('b', { label: 'node', points: points(7) });
    await measure('b', { points: points(3) });
    const report = await work();
    expect(report.issues).toEqual([]);
    const found = await dossier();
    expect(find(found, 'annotated-length')).toHaveLength(4);
    expect(numberIn(found, 'annotated-length.readers-difference')).toBeCloseTo(2, 5);
    expect(numberIn(found, 'annotated-length.readers-mean', 'a, b')).toBeCloseTo(5, 5);
    expect(numberIn(found, 'annotated-length.repeat-sd', 'a')).toBeCloseTo(Math.SQRT1_2, 5);
    const taken = withdrawStatement({ entry: again.id }, by('a', '2026-04-04T10:00:00Z'), found);
    if ('refused' in taken) throw new Error(taken.refused.message);
    await store.write(taken.entries);
    await work();
    const after = await dossier();
    expect(numberIn(after, 'annotated-length.readers-difference')).toBeCloseTo(3, 5);
    expect(find(after, 'annotated-length.repeat-sd')).toEqual([]);
  });

  it('who measure five places have an ICC', async () => {
    const table = [
      [9, 2, 5, 8],
      [6, 1, 3, 2],
      [8, 4, 6, 8],
      [7, 1, 2, 6],
      [8.5, 5, 6, 9],
    ];
    for (const [place, row] of table.entries())
      for (const [reader, length] of row.entries())
        await measure(`reader ${reader + 1}`, { label: `place ${place}`, points: [at(0, 1, 2), at(length, 1, 2)] });
    const report = await work();
    expect(report.issues).toEqual([]);
    const found = await dossier();
    const [icc] = find(found, 'annotated-length.icc');
    expect(icc).toMatchObject({ reader: 'reader 1, reader 2, reader 3, reader 4', uncertainty: { level: 0.95 } });
    expect(icc!.uncertainty!.low).toBeLessThan(numberIn(found, 'annotated-length.icc') as number);
    expect(icc!.issues.map(({ code }) => code)).toEqual(['icc-few-targets']);
    const recomputed = await workup(store, subject, {
      access,
      registry,
      workers: 0,
      recompute: true,
      clock: () => '2026-06-01T00:00:00.000Z',
    });
    expect(recomputed.issues).toEqual([]);
  });
});
