/** Gaussian smoothing as a kernel of voxels/parallel.ts: slices along i and j, then rows of j along k, in place. */
import type { Size } from '../components.ts';
import type { Kernel } from '../parallel.ts';
import { type Boundary, placeBeyond } from './boundary.ts';
import { type RowSumsCode, rowBytes, rowSums } from './rowSums.ts';
import type { SharedMemory } from './webAssembly.ts';

export interface GaussianSetup {
  /** `in-slice`: items are slices k; `across`: items are rows j. */
  pass: 'in-slice' | 'across';
  memory: SharedMemory;
  size: Size;
  /** Number of weights from the middle on, along each axis, and the code that sums with them. */
  counts: Size;
  codes: readonly [RowSumsCode, RowSumsCode, RowSumsCode];
  boundary: Boundary;
}

/**
 * How the memory is divided, in bytes: a row of zeros, the volume in rows of whole vectors, room for each thread. Such a room
 * has rows of a slice or of all slices, one row with what lies beyond its ends, and two tables of rows.
 */
export function layoutOf([ni, nj, nk]: Size, counts: Size, threads: number) {
  const whole = (bytes: number): number => Math.ceil(bytes / rowBytes) * rowBytes;
  const row = whole(4 * ni);
  const line = row * Math.max(nj, nk);
  const table = line + whole(row + 8 * counts[0] + rowBytes);
  const most = 2 * Math.max(...counts);
  const rowTable = table + whole(4 * (Math.max(nj, nk) + most));
  const scratch = rowTable + whole(4 * most);
  const rooms = row + row * nj * nk;
  return { row, volume: row, line, table, rowTable, scratch, rooms, bytes: rooms + threads * scratch };
}

/** `whole`: all of the memory; `next`: one number, counts the threads that have taken their room; `filled`: one number, how many slices have values. */
export const kernel: Kernel<GaussianSetup> = (
  { pass, memory, size, counts, codes, boundary },
  { whole, next, filled },
) => {
  const [ni, nj, nk] = size;
  const layout = layoutOf(size, counts, 0);
  const { row, volume } = layout;
  const room = layout.rooms + layout.scratch * Atomics.add(next as Int32Array, 0, 1);
  const table = room + layout.table;
  const numbers = whole as Float32Array;
  const places = new Int32Array(memory.buffer);
  if (pass === 'across') {
    const sums = rowSums(codes[2], memory);
    fillTable(places, table, room, row, nk, counts[2] - 1, boundary);
    return (from, to) => {
      for (let j = from; j < to; j++) {
        for (let k = 0; k < nk; k++) {
          const start = (volume + row * (k * nj + j)) / 4;
          numbers.copyWithin((room + row * k) / 4, start, start + row / 4);
        }
        sums(volume + row * j, row * nj, table, nk, row);
      }
    };
  }
  const reach = counts[0] - 1;
  const inRow = rowSums(codes[0], memory);
  const inColumn = rowSums(codes[1], memory);
  const line = room + layout.line;
  const sources = Int32Array.from({ length: ni + 2 * reach }, (_, at) => placeBeyond(at - reach, ni, boundary));
  // A row is summed with itself: places one number apart.
  const rowTable = room + layout.rowTable;
  for (let at = 0; at <= 2 * reach; at++) places[rowTable / 4 + at] = line + 4 * at;
  fillTable(places, table, room, row, nj, counts[1] - 1, boundary);
  return (from, to) => {
    waitFor(filled as Int32Array, to);
    for (let k = from; k < to; k++) {
      for (let j = 0; j < nj; j++) {
        const start = (volume + row * (k * nj + j)) / 4;
        const padded = line / 4;
        for (let at = 0; at < reach; at++) numbers[padded + at] = sources[at]! < 0 ? 0 : numbers[start + sources[at]!]!;
        numbers.copyWithin(padded + reach, start, start + ni);
        for (let at = reach + ni; at < sources.length; at++)
          numbers[padded + at] = sources[at]! < 0 ? 0 : numbers[start + sources[at]!]!;
        inRow(room + row * j, row, rowTable, 1, row);
      }
      inColumn(volume + row * k * nj, row, table, nj, row);
    }
  };
};

function waitFor(filled: Int32Array, slices: number): void {
  for (let now = Atomics.load(filled, 0); now < slices; now = Atomics.load(filled, 0)) Atomics.wait(filled, 0, now);
}

/** Places of `length` rows from `first` on and of those that stand for what lies beyond both ends; 0 is a row of zeros. */
function fillTable(
  places: Int32Array,
  table: number,
  first: number,
  row: number,
  length: number,
  reach: number,
  boundary: Boundary,
): void {
  for (let at = 0; at < length + 2 * reach; at++) {
    const place = placeBeyond(at - reach, length, boundary);
    places[table / 4 + at] = place < 0 ? 0 : first + row * place;
  }
}
