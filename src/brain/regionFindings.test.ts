import { expect, it } from 'vitest';
import type { FindingDraft } from '../dossier/finding.ts';
import { emitRegions } from './regionFindings.ts';
import { regionsOf } from './regions.ts';

const names = ['Background', 'Left-Amygdala', 'Right-Amygdala', 'Left-Putamen', 'Right-Putamen'];
const regions = regionsOf(
  names.map((name, value) => ({ value, name })),
  ['Amygdala', 'Putamen'].map((label) => ({ label, site: label.toLowerCase(), display: label }) as never),
);

function asymmetries(counts: number[], difference: number): Record<string, unknown> {
  const found: Omit<FindingDraft, 'derivedFrom'>[] = [];
  const agreement = { label: 'Amygdala', difference, dice: 0.8, voxels18: 2000, voxels104: 2000 };
  emitRegions(regions, counts, 1, [agreement], 'test', [], (one) => found.push(one));
  return Object.fromEntries(
    found
      .filter(({ measure }) => measure.code.endsWith('asymmetry'))
      .map(({ site, value }) => [
        site!.code,
        value.type === 'quantity' ? value.value : value.type === 'refused' && value.reason,
      ]),
  );
}

it('gives asymmetry only where both sides were found and the two networks agree on the whole', () => {
  expect(asymmetries([0, 1000, 1100, 5000, 5000], 0.05)).toEqual({ amygdala: expect.closeTo(-9.52, 2), putamen: 0 });
  expect(asymmetries([0, 1000, 1100, 5000, 5000], 0.4)).toEqual({ amygdala: 'networks-disagree', putamen: 0 });
  expect(asymmetries([0, 1000, 1100, 5000, 0], 0.05)).toMatchObject({ putamen: 'structure-not-found' });
});
