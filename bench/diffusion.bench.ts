/**
 * `npm run bench -- diffusion`: CPU and wall time of the weighted tensor on a made series of 405,224 voxels x 65 volumes, on
 * one thread and on two, beside DIPY on the same bytes where a Python with it is named by IDIOGRAPH_BENCH_PYTHON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GradientTable } from '../src/imaging/diffusion/gradients.ts';
import type { DiffusionData } from '../src/imaging/diffusion/load.ts';
import { fitTensor, type Maps } from '../src/imaging/diffusion/models.ts';
import type { Vector } from '../src/voxels/affine.ts';
import { sharedFloat32, sharedInt32 } from '../src/voxels/parallel.ts';
import { inTurn } from './inTurn.ts';

const shape = [88, 94, 49] as const;
const size = shape[0] * shape[1] * shape[2];
const directions = 64;

/** Directions spread over the half sphere on a spiral, one unweighted volume before them. */
function madeTable(): GradientTable {
  const ras: Vector[] = [[0, 0, 0]];
  for (let at = 0; at < directions; at++) {
    const z = 1 - (at + 0.5) / directions;
    const angle = at * Math.PI * (3 - Math.sqrt(5));
    const side = Math.sqrt(1 - z * z);
    ras.push([side * Math.cos(angle), side * Math.sin(angle), z]);
  }
  const b = [0, ...new Array<number>(directions).fill(1000)];
  return { b, ras, volumes: b.map((_, at) => at), hasDirections: true, appended: [] };
}

/** Fibres that turn slowly through space, with noise; the same on every machine. */
function madeData({ b, ras }: GradientTable): Float32Array<SharedArrayBuffer> {
  const data = sharedFloat32(size * b.length);
  let state = 12345;
  for (let at = 0; at < size; at++) {
    const angle = at / 5000;
    const [x, y, z] = [Math.cos(angle), Math.sin(angle) * 0.8, Math.sin(angle) * 0.6];
    for (let volume = 0; volume < b.length; volume++) {
      const g = ras[volume]!;
      const along = (g[0] * x + g[1] * y + g[2] * z) ** 2;
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = 20 * (state / 2 ** 32 - 0.5);
      data[volume * size + at] = Math.max(1, 800 * Math.exp(-b[volume]! * (4e-4 + 1.2e-3 * along)) + noise);
    }
  }
  return data;
}

const table = madeTable();
const data = madeData(table);
const voxels = sharedInt32(size);
for (let at = 0; at < size; at++) voxels[at] = at;
const series: DiffusionData = {
  grid: { shape: [...shape, 1], affineRas: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] },
  ...{ table, data, size, voxels, floor: 1, noise: undefined },
  mask: new Uint8Array(size).fill(1),
  unweighted: data.slice(0, size),
};

async function timed(threads: number): Promise<{ maps: Maps; cpu: number; wall: number }> {
  const before = process.cpuUsage();
  const start = performance.now();
  const maps = await fitTensor(series, 'wls', { threads });
  const { user, system } = process.cpuUsage(before);
  return { maps, cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1000 };
}

const peer = `
import sys, json, resource, time
import numpy as np
from dipy.core.gradients import gradient_table
from dipy.reconst.dti import TensorModel
folder, n = sys.argv[1], int(sys.argv[2])
d = np.ascontiguousarray(np.fromfile(folder + '/data', np.float32).reshape(n, -1).T).astype(np.float64)
b = np.fromfile(folder + '/b', np.float64)
g = np.fromfile(folder + '/g', np.float64).reshape(n, 3)
model = TensorModel(gradient_table(b, g), fit_method='WLS', min_signal=1)
use = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
start, clock = use(), time.time()
fit = model.fit(d)
fa, md = fit.fa, fit.md
print(json.dumps({'cpu': use() - start, 'wall': time.time() - clock, 'fa': float(fa.mean()), 'md': float(md.mean())}))
`;

const one = await timed(1);
const two = await timed(2);
const { one: best, says } = await inTurn(async (threads) => void (await timed(threads)), 3);
const same = Object.keys(one.maps).every((name) =>
  Buffer.from(one.maps[name]!.buffer).equals(Buffer.from(two.maps[name]!.buffer)),
);
console.log(`weighted tensor, ${size} voxels x ${table.b.length} volumes: ${best.cpu.toFixed(2)} CPU s`);
console.log(`  wall ${says}; ${same ? 'the same bits' : 'DIFFERENT BITS'}`);
const python = process.env.IDIOGRAPH_BENCH_PYTHON;
if (python === undefined) console.log('peer left out: IDIOGRAPH_BENCH_PYTHON names no Python with DIPY');
else {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    writeFileSync(join(folder, 'data'), new Uint8Array(data.buffer));
    writeFileSync(join(folder, 'b'), new Uint8Array(Float64Array.from(table.b).buffer));
    writeFileSync(join(folder, 'g'), new Uint8Array(Float64Array.from(table.ras.flat()).buffer));
    const answer = execFileSync(python, ['-c', peer, folder, String(table.b.length)], {
      maxBuffer: 2 ** 20,
    }).toString();
    const other = JSON.parse(answer) as Record<'cpu' | 'wall' | 'fa' | 'md', number>;
    const mean = (map: string): number => {
      let sum = 0;
      for (const value of one.maps[map]!) sum += value;
      return sum / size;
    };
    console.log(
      `  DIPY: ${other.cpu.toFixed(2)} CPU s, wall ${other.wall.toFixed(2)} s; ratio of CPU ${(other.cpu / best.cpu).toFixed(1)}; mean FA differs by ${(mean('fa') / other.fa - 1).toExponential(1)}, MD by ${(mean('md') / other.md - 1).toExponential(1)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
