import { expect, it } from 'vitest';
import { loadInstruments } from '../../src/forms/instrument.ts';
import { loadKnowledge } from '../../src/knowledge/load.ts';

const { order } = loadKnowledge('report/key-findings.json').data as {
  order: { measure: string; range?: [number, number] }[];
};
const instruments = loadInstruments();
const scales = new Map(instruments.flatMap(({ scales }) => scales.map(({ code, range }) => [code, range] as const)));
const items = new Map(
  instruments.flatMap(({ safety, items }) =>
    safety.map(({ code, item }) => {
      const { min, max } = items.find(({ number }) => number === item)!;
      return [code, [min, max]] as const;
    }),
  ),
);

it.each(
  order.filter(({ measure }) => scales.has(measure) || items.has(measure)),
)('page one says the range of $measure as the instrument has it', ({ measure, range }) => {
  expect(range).toEqual(scales.get(measure) ?? items.get(measure));
});
