import { describe, expect, it } from 'vitest';
import type { Finding } from '../../dossier/finding.ts';
import type { Grid } from '../../dossier/grid.ts';
import { openNifti } from '../../intake/nifti/open.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { checklist, eligibility } from './checklist.ts';
import { ballMask, maskFile, mniGrid, readCsv, writeCsv } from './exportTarget.ts';
import type { Point } from './locate.ts';
import { confoundsPath, runKind, sidesDoubt } from './rest.ts';
import { settingsPath, TargetSettings } from './settings.ts';

const settings = TargetSettings.parse(loadKnowledge(settingsPath).data);
const left: Point = [-41.25, 36.5, 30.75];

describe('export of a target', () => {
  it('says the same place in RAS and LPS, and refuses a table whose sides disagree', () => {
    const target = { name: 'individual "A", target', space: 'MNI152', xyzRasMm: left, radiusMm: 4.2, source: 'own' };
    const text = writeCsv([target, { ...target, xyzRasMm: [41.25, 36.5, 30.75], radiusMm: undefined }]);
    expect(text).toContain('left,-41.25,36.5,30.75,41.25,-36.5,30.75');
    expect(readCsv(text)).toEqual([target, { ...target, xyzRasMm: [41.25, 36.5, 30.75], radiusMm: undefined }]);
    expect(() => readCsv(text.replace('left,-41.25', 'left,41.25'))).toThrow('disagree');
    expect(() => readCsv(text.replace(',left,', ',right,'))).toThrow('disagree');
  });

  it('writes a mask that comes back on the left side from either order of storage', async () => {
    const mirrored: Grid = { ...mniGrid, affineRas: [-2, 0, 0, 90, 0, 2, 0, -126, 0, 0, 2, -72, 0, 0, 0, 1] };
    for (const grid of [mniGrid, mirrored]) {
      const bytes = maskFile(ballMask({ xyzRasMm: left, radiusMm: 6 }, grid), grid, 'target');
      const image = await openNifti({ id: 'm', blob: 'b', path: 'm.nii.gz' }, { bytes: async () => bytes });
      const values = await image.readVolume();
      const { toRas, voxelMm3 } = indexFrame(image.grid);
      const [ni, nj] = image.grid.shape;
      const centre = [0, 0, 0];
      let count = 0;
      for (const [at, value] of values.entries()) {
        if (value !== 1) continue;
        count++;
        toRas(at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))).forEach((mm, axis) => {
          centre[axis]! += mm;
        });
      }
      for (const axis of [0, 1, 2]) expect(Math.abs(centre[axis]! / count - left[axis]!)).toBeLessThan(0.5);
      expect(count * voxelMm3).toBeGreaterThan(0.85 * ((4 / 3) * Math.PI * 6 ** 3));
    }
  });
});

describe('the list before stimulation', () => {
  const answer = (code: string, value: string, site?: string): Finding => ({
    ...{
      kind: 'finding',
      id: `${code}-${value}-${site}`,
      subject: 'S1',
      run: 'r',
      slot: code,
      issues: [],
      derivedFrom: [],
    },
    ...{ measure: { system: 'idiograph', code, display: code }, method: 'test', valueHash: '0'.repeat(64) },
    ...(site && { site: { system: 'condition', code: site, display: site } }),
    value: { type: 'code', code: { system: 'idiograph', code: value, display: value } },
  });
  const noToAll = settings.checklist.map(({ id }) => answer(`${settings.form}.${id}`, 'no'));

  it('takes silence for not asked, which blocks', () => {
    expect(new Set(checklist(settings, []).map((one) => one.answer))).toEqual(new Set(['not-asked']));
    expect(eligibility(checklist(settings, [])).code).toBe('blocked');
    expect(eligibility(checklist(settings, noToAll.slice(1)))).toEqual({
      code: 'blocked',
      says: 'not asked: cochlear implant',
    });
    expect(eligibility(checklist(settings, noToAll)).code).toBe('allowed');
  });

  it('blocks on an implant or mania of the record though the form says no; a drug change is to be discussed', () => {
    const withImplant = eligibility(
      checklist(settings, [...noToAll, answer('condition', 'active', 'cochlear-implant')]),
    );
    expect(withImplant).toEqual({ code: 'blocked', says: 'not before it is cleared: cochlear implant' });
    const past = eligibility(checklist(settings, [...noToAll, answer('condition', 'past', 'bipolar-or-mania')]));
    expect(past.code).toBe('blocked');
    expect(past.says).toContain('Psychiatric review first');
    const others = noToAll.filter(({ measure }) => !measure.code.endsWith('drug-change'));
    const changed = eligibility(checklist(settings, [...others, answer(`${settings.form}.drug-change`, 'yes')]));
    expect(changed).toEqual({ code: 'allowed', says: expect.stringContaining('to discuss: drug begun') });
  });
});

describe('which run it is', () => {
  it('tells rest from tasks, MNI from native, and finds the confounds', () => {
    const kind = (path: string, metadata = {}) => runKind({ path, metadata });
    expect(kind('a/sub-1_task-rest_space-MNI152NLin6Asym_desc-preproc_bold.nii.gz')).toEqual({
      task: 'rest',
      isRest: true,
      inMni: true,
    });
    expect(kind('sub-1_task-oneback_bold.nii.gz')).toEqual({ task: 'oneback', isRest: false, inMni: false });
    expect(kind('forest_bold.nii.gz').isRest).toBe(false);
    expect(kind('bold.nii', { TaskName: 'Resting', sform_code: 4 })).toEqual({
      task: 'Resting',
      isRest: true,
      inMni: true,
    });
    expect(confoundsPath('x/sub-1_task-rest_space-MNI152NLin6Asym_res-2_desc-preproc_bold.nii.gz')).toBe(
      'x/sub-1_task-rest_desc-confounds_timeseries.tsv',
    );
  });

  it('gives no target where the file contradicts itself about sides', () => {
    const issue = { code: 'nifti-forms-disagree', severity: 'warning' as const, message: 'They disagree.' };
    expect(sidesDoubt([issue], 'a.nii')?.code).toBe('sides-doubtful');
    expect(sidesDoubt([], 'a.nii')).toBeUndefined();
  });
});
