import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { morphometry } from '../src/brain/morphometry.ts';
import { networkInput } from '../src/brain/segment.ts';
import { segmentation } from '../src/brain/segmentation.ts';
import { runOnVolume, type TestVolume } from '../src/brain/testRun.ts';
import { openNifti } from '../src/intake/nifti/open.ts';
import { compareWithReference } from '../src/packs/onnx/checkNetwork.ts';
import { networkSha256 } from '../src/packs/onnx/network.ts';
import { readOnnx } from '../src/packs/onnx/readOnnx.ts';
import { readTfjs } from '../src/packs/onnx/readTfjs.ts';
import { runBySlabs } from '../src/packs/onnx/runBySlabs.ts';
import { onnxRuntime } from '../src/packs/onnx/runtime.ts';
import { writeOnnx } from '../src/packs/onnx/writeOnnx.ts';
import { addPack, installedPack } from '../src/packs/registry.ts';
import { boxSize } from '../src/voxels/box.ts';
import { countLabels } from '../src/voxels/regionStatistics.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const needs = ['packs/meshnet', 'brain/img/t1_crop.nii.gz'];
const networks = [
  'model5_gw_ae',
  'model11_gw_ae',
  'model18cls',
  'model20chan3cls',
  'model21_104class',
  'model30chan18cls',
  'model30chan50cls',
  'mindgrab',
];

interface Expected {
  crop_lo: [number, number, number];
  crop_hi: [number, number, number];
  model18cls_minmax_mm3: Record<string, number>;
}

function file(name: string): Buffer {
  return readFileSync(join(sharedData('packs/meshnet')!, name));
}

function expected(): Expected {
  return JSON.parse(file('expected_volumes_t1_crop.json').toString('utf8')) as Expected;
}

function converted(name: string): ReturnType<typeof readTfjs> {
  return readTfjs(file(`tfjs/${name}/model.json`).toString('utf8'), (path) => file(`tfjs/${name}/${path}`));
}

async function volume(): Promise<TestVolume> {
  const bytes = readFileSync(sharedData('brain/img/t1_crop.nii.gz')!);
  const handle = await openNifti({ id: 't1', blob: '', path: 't1.nii.gz' }, { bytes: async () => bytes });
  return { grid: handle.grid, data: await handle.readVolume(), metadata: { ...handle.metadata } };
}

const conversion: Conformance = {
  id: 'meshnet.conversion',
  method: 'tfjs layers model to ONNX',
  oracle: 'eight ONNX files of the same networks, made by others (weights MIT, brainchop 4c87885f)',
  errorIs: 'verdict; share of the largest logit',
  needs: ['packs/meshnet'],
  async run() {
    const runtime = await onnxRuntime();
    const cases: Case[] = [];
    for (const name of networks) {
      const network = converted(name);
      const equal = networkSha256(network) === networkSha256(readOnnx(file(`${name}.onnx`)));
      cases.push({ name: `${name}: structure and every weight equal`, error: equal ? 0 : 1, tolerance: 0 });
      const { maxDifference, largest, otherClass } = await compareWithReference(network, runtime);
      cases.push({
        name: `${name}: runtime against plain float64 loops`,
        error: maxDifference / largest,
        tolerance: 1e-4,
        note: `${otherClass} voxels of another class`,
      });
    }
    // Both files on the same piece of a real head, as whole networks.
    const head = Uint8Array.from((await volume()).data);
    const box = { low: [100, 110, 90], high: [140, 150, 130] } satisfies Parameters<typeof networkInput>[2];
    const input = networkInput(head, [256, 256, 256], box, 'min-max');
    const run = async (model: Uint8Array): Promise<number[]> => {
      const session = await runtime.open(model);
      const labels = Array.from(await session.run(input, [1, 1, ...boxSize(box)]), Number);
      await session.release();
      return labels;
    };
    const theirs = await run(file('model18cls.onnx'));
    const ours = await run(writeOnnx(converted('model18cls'), { head: 'labels' }));
    const differing = ours.filter((label, at) => label !== theirs[at]).length;
    cases.push({
      name: 'model18cls on 40^3 voxels of a head: voxels of another class',
      error: differing,
      tolerance: 0,
    });
    return cases;
  },
};

const counts: Conformance = {
  id: 'meshnet.counts',
  method: "MeshNet 18 classes by slabs, on the oracle's crop",
  oracle: 'voxel counts by onnxruntime (Python) in packs/meshnet',
  errorIs: 'relative',
  needs,
  async run() {
    const { crop_lo: low, crop_hi: high, model18cls_minmax_mm3: wanted } = expected();
    const input = networkInput(Uint8Array.from((await volume()).data), [256, 256, 256], { low, high }, 'min-max');
    const labels = await runBySlabs(await onnxRuntime(), converted('model18cls'), input, boxSize({ low, high }));
    const names = Object.keys(wanted);
    const found = countLabels(labels, names.length);
    return names.map((name, value) => ({
      name,
      error: Math.abs(found[value]! / wanted[name]! - 1),
      tolerance: 0.005,
      note: `${found[value]} voxels, expected ${wanted[name]}`,
    }));
  },
};

const pipeline: Conformance = {
  id: 'meshnet.pipeline',
  method: 'T1 to volumes in mL through our own conform, brain mask and crop',
  oracle: 'the same voxel counts; the image as stored (LIA), and with its axes turned and flipped to RAS',
  errorIs: 'share of max(0.1 mL, 0.5 %)',
  needs,
  async run() {
    const packs = mkdtempSync(join(tmpdir(), 'idiograph-meshnet-'));
    try {
      await addPack('meshnet-18', { from: join(sharedData('packs/meshnet')!, 'tfjs'), directory: packs });
      const pack = (await installedPack('meshnet-18', packs))!;
      const wanted = expected().model18cls_minmax_mm3;
      const cases: Case[] = [];
      const upright = await volume();
      for (const [name, one] of [
        ['as stored', upright],
        ['stored RAS', turned(upright)],
      ] as const) {
        const { findings } = await runOnVolume([segmentation, morphometry], one, new Map([['meshnet-18', pack]]));
        const volumes = new Map(
          findings.flatMap(({ measure, site, value }) =>
            measure.code === 'brain-volume' && value.type === 'quantity' ? [[site?.display ?? '', value.value]] : [],
          ),
        );
        const { structures } = JSON.parse(
          readFileSync(join(import.meta.dirname, '../knowledge/brain/structures.json'), 'utf8'),
        ) as {
          structures: { label: string; display: string }[];
        };
        for (const { label, display } of structures) {
          const expectedMl = wanted[label]! / 1000;
          const foundMl = volumes.get(display) ?? Number.NaN;
          const error = Math.abs(foundMl - expectedMl) / Math.max(0.1, 0.005 * expectedMl);
          cases.push({ name: `${name}: ${label}`, error, tolerance: 1, note: `${foundMl} mL, expected ${expectedMl}` });
        }
      }
      return cases;
    } finally {
      rmSync(packs, { recursive: true, force: true });
    }
  },
};

/** The same head and the same bytes with the axes in the order and direction R, A, S. */
function turned({ grid, data, metadata }: TestVolume): TestVolume {
  const n = 256;
  const turnedData = new Float32Array(data.length);
  let at = 0;
  // LIA: i to the left, j down, k to the front.
  for (let s = 0; s < n; s++)
    for (let a = 0; a < n; a++)
      for (let r = 0; r < n; r++) turnedData[at++] = data[n - 1 - r + n * (n - 1 - s + n * a)]!;
  const m = grid.affineRas;
  const affineRas = [1, 0, 0, m[3]! - (n - 1), 0, 1, 0, m[7]!, 0, 0, 1, m[11]! - (n - 1), 0, 0, 0, 1];
  return { grid: { shape: grid.shape, affineRas }, data: turnedData, ...(metadata && { metadata }) };
}

export default [conversion, counts, pipeline];
