import type { Fact } from '../../dossier/fact.ts';
import { numberForReader, quantityForReader, unitForReader } from '../../dossier/words.ts';
import type { Collector, LaneKey, Stated } from './collect.ts';
import type { Range } from './model.ts';

/** LOINC codes of vital signs (US Core) that make a lane among the vitals. */
const vitals = new Set(
  '8867-4 8480-6 8462-4 85354-9 55284-4 8310-5 9279-1 59408-5 2708-6 29463-7 3141-9 8302-2 39156-5 9843-4 8287-5'.split(
    ' ',
  ),
);

const eventLanes: Partial<Record<Fact['type'], string>> = {
  diagnosis: 'Diagnoses',
  procedure: 'Procedures',
  encounter: 'Encounters',
  implant: 'Implants',
  pregnancy: 'Pregnancies',
  allergy: 'Allergies',
  'family-history': 'Family history',
  referral: 'Questions asked',
  'medication-list': 'Medication list reviewed',
};
/** What lasts until somebody says that it ended. */
const lasting = new Set<Fact['type']>(['medication', 'diagnosis', 'implant', 'pregnancy', 'allergy']);

/** Puts a fact on the axis. Responses are placed by `addResponses`: their scores stand in findings. */
export function addFact(fact: Fact, collect: Collector): void {
  if (fact.status === 'entered-in-error') return;
  if (fact.type === 'medication') collect.add(medication(fact));
  else if (fact.type === 'observation') addObservation(fact, collect);
  else addEvent(fact, collect);
}

function addEvent(fact: Fact, collect: Collector): void {
  const title = eventLanes[fact.type];
  if (title === undefined) return;
  collect.add({
    ...datesOf(fact),
    ids: [fact.id],
    lane: { group: 'events', key: fact.type, title },
    label: `${fact.code.display}${fact.laterality ? `, ${fact.laterality}` : ''}`,
    value: sayValue(fact),
    status: fact.status === 'unknown' ? undefined : fact.status,
  });
}

function datesOf(fact: Fact): Pick<Stated, 'start' | 'end' | 'statedAt' | 'lasts'> {
  const { at, period, statedAt, status } = fact;
  // The day on which a source speaks is not the day on which something that lasts began.
  const said = statedAt ?? (lasting.has(fact.type) ? at : undefined);
  const start = period?.start ?? (lasting.has(fact.type) && at === statedAt ? undefined : at);
  return {
    start,
    end: period?.end,
    statedAt: said,
    lasts: lasting.has(fact.type) && status !== 'planned' ? (status === 'active' ? 'ongoing' : 'unknown') : undefined,
  };
}

function medication(fact: Fact): Stated {
  const value = fact.value?.type === 'medication' ? fact.value : undefined;
  const name = fact.code.display;
  const dose = value?.dose ? quantityForReader(value.dose.value, value.dose.unit) : undefined;
  const often = value?.perDay === undefined ? undefined : `${numberForReader(value.perDay)} a day`;
  const detail = [dose, often, value?.asNeeded ? 'as needed' : undefined].filter((one) => one !== undefined);
  return {
    ...datesOf(fact),
    ids: [fact.id],
    lane: { group: 'medications', key: name.toLowerCase(), title: name },
    label: name,
    detail: detail.join(', '),
    status: fact.status,
  };
}

function addObservation(fact: Fact, collect: Collector): void {
  const { code, value } = fact;
  const codes = [code, ...(fact.codes ?? [])];
  const isVital = codes.some((one) => one.system === 'LOINC' && vitals.has(one.code));
  const isDiary = code.system === 'idiograph' && code.code === 'diary';
  const lane: LaneKey = {
    group: isDiary ? 'questionnaires' : isVital ? 'vitals' : 'laboratory',
    key: `${code.system}|${code.code}`,
    title: code.display,
  };
  const time = fact.at ?? fact.period?.start;
  const words = sayValue(fact);
  const flag = fact.interpretation?.map((one) => one.code).join(' ');
  collect.add({
    ids: [fact.id],
    lane,
    label: code.display,
    value: words,
    detail: flag ? `flag ${flag}` : undefined,
    start: time,
    end: fact.period?.end,
    statedAt: fact.statedAt,
    status: fact.status === 'completed' ? undefined : fact.status,
  });
  const shared = { time, why: fact.id, ...(flag ? { flag } : {}) };
  if (value?.type === 'quantity') {
    const range = rangeOf(fact);
    collect.point(lane, seriesHead(code.display, value.unit), {
      ...shared,
      value: value.value,
      text: words ?? '',
      ...(value.comparator ? { comparator: value.comparator } : {}),
      ...(range ? { range } : {}),
    });
  } else if (value?.type === 'components') {
    for (const one of value.components)
      collect.point(lane, seriesHead(one.code.display, one.unit), {
        ...shared,
        value: one.value,
        text: quantityForReader(one.value, one.unit),
      });
  }
}

function seriesHead(title: string, unit: string) {
  return { id: `${title}|${unit}`, title, unit: unitForReader(unit) };
}

function rangeOf({ referenceRange }: Fact): Range | undefined {
  if (referenceRange === undefined) return undefined;
  const { low, high, text } = referenceRange;
  return {
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(text === undefined ? {} : { text }),
  };
}

function sayValue({ value }: Fact): string | undefined {
  switch (value?.type) {
    case 'quantity':
      return `${value.comparator ? `${value.comparator} ` : ''}${quantityForReader(value.value, value.unit)}`;
    case 'code':
      return value.code.display;
    case 'text':
      return value.text;
    case 'date':
      return value.date;
    case 'components':
      return value.components.map((one) => `${one.code.display} ${quantityForReader(one.value, one.unit)}`).join(', ');
    default:
      return undefined;
  }
}
