/**
 * The whole T1 chain of one person as its user runs it: a folder of 384 DICOM files to volumes and regions with both
 * networks, with and without the place in MNI152. Bars, first row: 120 s and 2.6 GB with onnxruntime-web on 2 cores.
 * No peer runs this chain from DICOM on a machine without Python; the networks alone have theirs in t1.bench.ts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedData } from '../conformance/shared.ts';
import { addPack } from '../src/packs/registry.ts';
import { launcher } from '../test/e2e/cli.ts';

const archive = sharedData('imaging/patient-forrest/t1-dicom.tar.gz');
const from = { 'meshnet-18': 'meshnet', 'meshnet-104': 'meshnet', mni152: 'mni152', cit168: 'nuclei' };

if (!archive || !sharedData('packs/meshnet'))
  console.log('skip: patient-forrest or packs/meshnet is not on this machine');
else await all(archive);

async function all(dicom: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    spawnSync('tar', ['-xzf', dicom, '-C', folder]);
    for (const [name, packs] of [
      ['both networks', ['meshnet-18', 'meshnet-104']],
      ['and MNI152', ['meshnet-18', 'meshnet-104', 'mni152', 'cit168']],
    ] as const) {
      const directory = join(folder, `packs ${name}`);
      mkdirSync(directory);
      for (const pack of packs) await addPack(pack, { from: sharedData(`packs/${from[pack]}`)!, directory });
      await measure(name, folder, directory);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(name: string, folder: string, packs: string): Promise<void> {
  const begun = performance.now();
  const args = [launcher, 'brain', join(folder, 'dicoms'), '--out', join(folder, name), '--packs', packs];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakKiB = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakKiB = Math.max(peakKiB, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended, or this is no Linux.
    }
  }, 100);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `T1 from DICOM, ${name.padEnd(14)} ${seconds.toFixed(1)} s   ${(peakKiB / 2 ** 20).toFixed(2)} GiB   exit ${code}   load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()}`,
  );
}
