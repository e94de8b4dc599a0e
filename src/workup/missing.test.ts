import { expect, it } from 'vitest';
import { testDossier, testSource } from '../brain/testRun.ts';
import type { InstalledPack } from '../dossier/analysis.ts';
import { missingData } from './missing.ts';

const none = async () => undefined;
const only = (installed: string) => async (id: string) => (id === installed ? ({} as InstalledPack) : undefined);
const packs = async (...given: Parameters<typeof missingData>) =>
  (await missingData(...given)).filter(({ code }) => code === 'pack-missing');

it('says that data wait for a pack that is not installed, and how it is installed', async () => {
  const [found, ...others] = await packs(testDossier([testSource()]), none);
  expect(found).toMatchObject({
    severity: 'warning',
    message: 'Brain segmentation is not computed: the pack meshnet-18 is not installed.',
    remedy: expect.stringContaining('idiograph packs add meshnet-18'),
  });
  expect(others).toEqual([]);
});

it('says nothing of a pack that is there, and of one for which there are no data', async () => {
  expect(await packs(testDossier([testSource()]), only('meshnet-18'))).toEqual([]);
  expect(await packs(testDossier([]), none)).toEqual([]);
});

it('takes the pack of the examples for synthetic people only', async () => {
  const tiny = only('tiny-segmenter');
  expect(await packs(testDossier([testSource()], { synthetic: true }), tiny)).toEqual([]);
  expect(await packs(testDossier([testSource()], { synthetic: false }), tiny)).toHaveLength(1);
});
