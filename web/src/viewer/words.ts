import type { LengthBasis } from '../../../src/server/api/images.ts';

/** Numbers for reading off a picture: four digits that count. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(2);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Millimetres that are not those of the body say so: `mm*`, or `px` where the size of a pixel is not known. */
export function lengthUnit(unit: string, lengths: LengthBasis | undefined): string {
  if (unit !== 'mm' || lengths === undefined) return unit;
  return lengths === 'pixels' ? 'px' : 'mm*';
}

/** UCUM for people. */
export function unitWords(unit: string): string {
  return (
    {
      '1': '',
      '{pixels}': 'px',
      "[hnsf'U]": 'HU',
      deg: '°',
      'g/mL': 'SUV',
      '{counts}': 'counts',
      '{counts}/s': 'counts/s',
    }[unit] ?? unit
  );
}

/** A point in RAS mm with the letters of the sides: `R 12.0 A 3.5 I 20.1`. */
export function pointWords(point: readonly number[]): string {
  return ['RL', 'AP', 'SI']
    .map((pair, axis) => `${pair[point[axis]! >= 0 ? 0 : 1]} ${Math.abs(point[axis]!).toFixed(1)}`)
    .join('  ');
}

/** Names of label maps are written with hyphens for programs. */
export function regionWords(name: string): string {
  return /^[A-Za-z]+(-[A-Za-z]+)+$/.test(name) ? name.replaceAll('-', ' ') : name;
}
