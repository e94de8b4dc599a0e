/**
 * One T1 volume from its voxels to volumes in mL, in a process of its own for each runtime: seconds on the clock, CPU
 * seconds, peak memory. Bars: 60 s and 1.6 GB with onnxruntime-web, 30 s and 1.3 GB with onnxruntime-node.
 * Peer: the same networks given whole to the same runtime, without our slabs.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedData } from '../conformance/shared.ts';
import { analyses } from '../src/brain/analyses.ts';
import { networkInput } from '../src/brain/segment.ts';
import { runOnVolume } from '../src/brain/testRun.ts';
import { openNifti } from '../src/intake/nifti/open.ts';
import { type OnnxRuntime, onnxRuntime, type RuntimeKind } from '../src/packs/onnx/runtime.ts';
import { addPack, installedPack } from '../src/packs/registry.ts';

const image = sharedData('brain/img/t1_crop.nii.gz');
const models = sharedData('packs/meshnet');
const [, , job, kind, folder] = process.argv;

if (!image || !models) console.log('skip: brain/img or packs/meshnet is not on this machine');
else if (job === 'ours') await ours(await onnxRuntime(kind as RuntimeKind), folder!);
else if (job === 'whole') await whole(await onnxRuntime(kind as RuntimeKind));
else await all();

async function all(): Promise<void> {
  const packs = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    await addPack('meshnet-18', { from: models!, directory: packs });
    for (const runtime of ['ort-web', 'ort-node'] satisfies RuntimeKind[]) {
      const available = await onnxRuntime(runtime).then(
        () => true,
        () => false,
      );
      if (!available) {
        console.log(`T1 to volumes, ${runtime}: not installed`);
        continue;
      }
      for (const one of ['ours', 'whole']) {
        spawnSync(process.execPath, [import.meta.filename, one, runtime, packs], { stdio: 'inherit' });
      }
    }
  } finally {
    rmSync(packs, { recursive: true, force: true });
  }
}

async function ours(runtime: OnnxRuntime, directory: string): Promise<void> {
  const bytes = readFileSync(image!);
  const handle = await openNifti({ id: 't1', blob: '', path: 't1.nii.gz' }, { bytes: async () => bytes });
  const pack = (await installedPack('meshnet-18', directory))!;
  const start = performance.now();
  const { findings } = await runOnVolume(
    analyses,
    { grid: handle.grid, data: await handle.readVolume(), metadata: { ...handle.metadata } },
    new Map([['meshnet-18', pack]]),
  );
  say(`T1 to ${findings.length} findings`, runtime, start);
}

async function whole(runtime: OnnxRuntime): Promise<void> {
  const bytes = readFileSync(image!);
  const handle = await openNifti({ id: 't1', blob: '', path: 't1.nii.gz' }, { bytes: async () => bytes });
  const data = Uint8Array.from(await handle.readVolume());
  const start = performance.now();
  const full = { low: [0, 0, 0], high: [256, 256, 256] } satisfies Parameters<typeof networkInput>[2];
  const crop = { low: [54, 57, 18], high: [203, 213, 215] } satisfies Parameters<typeof networkInput>[2];
  for (const [name, box] of [
    ['model5_gw_ae', full],
    ['model18cls', crop],
  ] as const) {
    const session = await runtime.open(readFileSync(join(models!, `${name}.onnx`)));
    const size = box.high.map((high, axis) => high - box.low[axis]!);
    await session.run(networkInput(data, [256, 256, 256], box, 'min-max'), [1, 1, ...size]);
    await session.release();
  }
  say('  peer: the two networks whole, nothing else', runtime, start);
}

function say(what: string, { id }: OnnxRuntime, start: number): void {
  const cpu = process.cpuUsage();
  console.log(
    `${what}, ${id}: ${((performance.now() - start) / 1000).toFixed(1)} s, ${((cpu.user + cpu.system) / 1e6).toFixed(1)} CPU s, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
}
