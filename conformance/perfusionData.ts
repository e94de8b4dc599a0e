import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './method.ts';
import { sharedData } from './shared.ts';

/** A table of the OSIPI sets by the names of its columns; a cell may hold a list. */
export function osipi(file: string): Record<string, string>[] {
  const text = readFileSync(join(sharedData('radiology/perfusion')!, file), 'utf8').replace(/^\ufeff/, '');
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = head!.split(',').map((name) => name.trim());
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

export function list(cell: string): Float64Array {
  return Float64Array.from(cell.trim().split(/\s+/), Number);
}

/** `numpy.save` of one array of floats: its shape and values in C order. */
export function npy(file: string): { shape: number[]; values: Float64Array } {
  const bytes = readFileSync(join(sharedData('radiology/perfusion')!, file));
  const length = bytes.readUInt16LE(8);
  const head = bytes.subarray(10, 10 + length).toString('latin1');
  const shape = (/'shape': \(([^)]*)\)/.exec(head)?.[1] ?? '')
    .split(',')
    .flatMap((one) => (one.trim() ? [Number(one)] : []));
  const wide = /<f8/.test(head);
  const data = Buffer.from(bytes.subarray(10 + length));
  const count = data.length / (wide ? 8 : 4);
  const values = Float64Array.from({ length: count }, (_, at) =>
    wide ? data.readDoubleLE(8 * at) : data.readFloatLE(4 * at),
  );
  return { shape, values };
}

/** An absolute and a relative tolerance together, as numpy's assert_allclose: the share of the tolerance that is used. */
export function within(name: string, value: number, truth: number, absolute: number, relative: number): Case {
  const error = Math.abs(value - truth) / (absolute + relative * Math.abs(truth));
  return { name, error, tolerance: 1, ...(!(error <= 1) && { note: `${value} for ${truth}` }) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
