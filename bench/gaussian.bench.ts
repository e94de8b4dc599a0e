/**
 * `npm run bench -- gaussian`: Gaussian smoothing of 256^3 voxels by 17 weights an axis on one and two threads in turn, beside
 * scipy on the same bytes where a Python with it is named by IDIOGRAPH_BENCH_PYTHON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gaussian } from '../src/voxels/filters/gaussian.ts';
import { inTurn } from './inTurn.ts';

const side = 256;
let state = 12345;
const values = Float32Array.from({ length: side ** 3 }, () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state >>> 10) % 1000;
});

const peer = `
import sys, json, resource
import numpy as np
from scipy.ndimage import gaussian_filter
folder = sys.argv[1]
data = np.fromfile(folder + '/data', np.float32).reshape(${side}, ${side}, ${side})
use = lambda: (lambda r: r.ru_utime + r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
best = 1e9
for _ in range(3):
    start = use()
    out = gaussian_filter(data, 2, mode='reflect', truncate=4)
    best = min(best, use() - start)
out.tofile(folder + '/out')
print(json.dumps({'cpu': best}))
`;

let smooth = values;
const { one, says } = await inTurn(async (threads) => {
  smooth = (await gaussian(values, [side, side, side], { sigma: [2, 2, 2], threads })) as Float32Array<ArrayBuffer>;
});
console.log(`Gaussian, ${side}^3 voxels, 17 weights: ${one.cpu.toFixed(3)} CPU s; ${says}`);
const python = process.env.IDIOGRAPH_BENCH_PYTHON;
if (python === undefined) console.log('peer left out: IDIOGRAPH_BENCH_PYTHON names no Python with scipy');
else {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    writeFileSync(join(folder, 'data'), new Uint8Array(values.buffer));
    const { cpu } = JSON.parse(execFileSync(python, ['-c', peer, folder]).toString()) as { cpu: number };
    const bytes = readFileSync(join(folder, 'out'));
    const other = new Float32Array(bytes.buffer, bytes.byteOffset, values.length);
    const worst = smooth.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
    console.log(
      `  scipy: ${cpu.toFixed(3)} CPU s; ratio ${(cpu / one.cpu).toFixed(1)}; largest difference ${worst.toExponential(1)} on values of 0 to 999`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
