import type { Finding } from '../../dossier/finding.ts';
import { dayOf, quantityForReader } from '../../dossier/words.ts';
import type { Drawing } from './drawing.ts';

const frame = { width: 300, height: 170, left: 44, right: 268, top: 8, bottom: 146 };
const year = 365.25 * 86_400_000;

/**
 * Centile curves of a reference over age with the person's dots, earlier ones joined to the newest. `course`: findings of
 * one measure, oldest first; the newest holds the curve. Undefined without curve or number.
 */
export function centilePlot(course: readonly Finding[]): Drawing | undefined {
  const newest = course.at(-1);
  const curve = newest?.norm?.curve;
  if (newest === undefined || curve === undefined || newest.value.type !== 'quantity') return undefined;
  const { unit } = newest.value;
  const dots = course.flatMap((one) => {
    if (one.value.type !== 'quantity' || one.value.unit !== unit) return [];
    const apart = one.time && newest.time ? (Date.parse(dayOf(newest.time)) - Date.parse(dayOf(one.time))) / year : 0;
    return [{ age: curve.atYears - apart, value: one.value.value, finding: one }];
  });
  const ages = [...curve.ageYears, ...dots.map(({ age }) => age)];
  const values = [...curve.centiles.flatMap((one) => one.values), ...dots.map(({ value }) => value)];
  const [fromAge, toAge] = [Math.min(...ages), Math.max(...ages)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (age: number) =>
    round(frame.left + ((age - fromAge) / (toAge - fromAge || 1)) * (frame.right - frame.left));
  const y = (value: number) => round(frame.bottom - ((value - low) / (high - low || 1)) * (frame.bottom - frame.top));
  const at = dots.map(({ age, value, finding }, k) => ({
    x: x(age),
    y: y(value),
    latest: k === dots.length - 1,
    words: `${dayOf(finding.time)}: ${quantityForReader(value, unit)}${finding.norm?.centile === undefined ? '' : `, centile ${finding.norm.centile.toFixed(1)}`}`,
  }));
  return {
    width: frame.width,
    height: frame.height,
    described: `${newest.site?.display ?? newest.measure.display}: ${at.map(({ words }) => words).join('; ')}. Curves are centiles ${curve.centiles.map(({ p }) => p * 100).join(', ')} over age, ${newest.norm!.display}.`,
    rects: [],
    lines: [
      ...curve.centiles.map(({ p, values: list }) => ({
        points: list.map((value, k) => `${x(curve.ageYears[k]!)},${y(value)}`).join(' '),
        strong: p === 0.5,
      })),
      ...(at.length > 1 ? [{ points: at.map((one) => `${one.x},${one.y}`).join(' '), strong: true }] : []),
    ],
    dots: at,
    texts: [
      ...curve.centiles.map(({ p, values: list }) => ({
        x: frame.right + 4,
        y: y(list.at(-1)!) + 3,
        text: `${Math.round(p * 100)} %`,
        anchor: 'start' as const,
      })),
      { x: frame.left - 4, y: frame.bottom, text: quantityForReader(low, unit).split(' ')[0]!, anchor: 'end' },
      { x: frame.left - 4, y: frame.top + 6, text: quantityForReader(high, unit).split(' ')[0]!, anchor: 'end' },
      { x: frame.left, y: frame.bottom + 16, text: `${Math.round(fromAge)} years`, anchor: 'start' },
      { x: frame.right, y: frame.bottom + 16, text: `${Math.round(toAge)} years`, anchor: 'end' },
    ],
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
