import { z } from 'zod';
import { systemName } from '../../dossier/codeSystems.ts';
import type { Instrument } from '../../forms/instrument.ts';
import { itemOf, recogniseInstrument } from '../../forms/recognise.ts';

/** Words of one questionnaire as a FHIR Questionnaire brings them. They are shown and never kept by us. */
export interface SiteWording {
  instrument: string;
  title?: string | undefined;
  language?: string | undefined;
  copyright?: string | undefined;
  /** Where the Questionnaire came from, for people. */
  source: string;
  items: Map<number, { text: string; options: Map<number, string> }>;
}

const Coding = z.looseObject({
  system: z.string().optional(),
  code: z.string().optional(),
  display: z.string().optional(),
  extension: z.array(z.looseObject({ url: z.string(), valueDecimal: z.number().optional() })).optional(),
});
const Option = z.looseObject({ valueCoding: Coding.optional(), valueInteger: z.number().optional() });
const Item: z.ZodType<QuestionnaireItem> = z.looseObject({
  linkId: z.string(),
  text: z.string().max(4000).optional(),
  code: z.array(Coding).optional(),
  answerOption: z.array(Option).max(200).optional(),
  get item() {
    return z.array(Item).max(500).optional();
  },
});
interface QuestionnaireItem {
  linkId: string;
  text?: string | undefined;
  code?: z.infer<typeof Coding>[] | undefined;
  answerOption?: z.infer<typeof Option>[] | undefined;
  item?: QuestionnaireItem[] | undefined;
}
const Questionnaire = z.looseObject({
  resourceType: z.literal('Questionnaire'),
  url: z.string().optional(),
  title: z.string().max(300).optional(),
  name: z.string().optional(),
  language: z.string().max(35).optional(),
  copyright: z.string().max(2000).optional(),
  code: z.array(Coding).optional(),
  item: z.array(Item).max(500).optional(),
});

/**
 * The words of a FHIR R4 Questionnaire for one of these instruments; undefined when it is of none of them or does not
 * carry a text for every item. https://hl7.org/fhir/R4/questionnaire.html
 */
export function wordingOf(
  resource: unknown,
  source: string,
  instruments: readonly Instrument[],
): SiteWording | undefined {
  const parsed = Questionnaire.safeParse(resource);
  if (!parsed.success) return undefined;
  const { url, title, name, language, copyright, code = [], item = [] } = parsed.data;
  const names = [
    ...code.flatMap((one) => (one.code ? [codeOf(one)] : [])),
    ...[url, name, title].flatMap((one) =>
      one === undefined ? [] : [{ system: 'questionnaire', code: one, display: one }],
    ),
  ];
  const instrument = names
    .map((named) => recogniseInstrument({ type: 'response', instrument: named, answers: [] }, instruments))
    .find((one) => one !== undefined);
  if (instrument === undefined) return undefined;
  const items: SiteWording['items'] = new Map();
  for (const one of flat(item)) {
    const number = numberOf(instrument, one);
    if (number === undefined || one.text === undefined || one.text.trim() === '') continue;
    items.set(number, { text: one.text, options: optionsOf(instrument, one) });
  }
  if (instrument.items.some(({ number }) => !items.has(number))) return undefined;
  return { instrument: instrument.id, title, language, copyright, source, items };
}

function codeOf({ system, code, display }: z.infer<typeof Coding>) {
  return { system: systemName(system ?? 'unstated'), code: code!, display: display ?? code! };
}

function flat(items: readonly QuestionnaireItem[], depth = 0): QuestionnaireItem[] {
  return depth > 32 ? [] : items.flatMap((one) => [one, ...flat(one.item ?? [], depth + 1)]);
}

function numberOf(instrument: Instrument, { linkId, code = [] }: QuestionnaireItem): number | undefined {
  const coded = code.find((one) => one.code !== undefined);
  const bare = linkId.replace(/^\/+/, '').split('/').at(-1)!;
  const candidates = [...(coded ? [codeOf(coded)] : []), { system: 'LOINC', code: bare, display: bare }];
  for (const one of candidates) {
    const found = itemOf(instrument, { item: bare, code: one });
    if (typeof found === 'number') return found;
  }
  return undefined;
}

/** Labels by value, where the form says which value each answer has. */
function optionsOf(instrument: Instrument, { answerOption = [] }: QuestionnaireItem): Map<number, string> {
  const labels = new Map<number, string>();
  for (const { valueCoding, valueInteger } of answerOption) {
    if (valueInteger !== undefined) continue;
    const label = valueCoding?.display;
    const value =
      valueCoding?.extension?.find(({ url }) => /ordinalValue|itemWeight|iso21090-CO-value/.test(url))?.valueDecimal ??
      instrument.answerCodes.find(
        ({ system, code }) => code === valueCoding?.code && system === systemName(valueCoding?.system ?? 'unstated'),
      )?.value;
    if (label !== undefined && value !== undefined) labels.set(value, label);
  }
  return labels;
}
