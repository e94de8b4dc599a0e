import type { Samples } from './codecs/frame.ts';
import type { DicomHeader } from './header.ts';
import { type DicomRecord, itemOf, itemsOf, numberOf, numbersOf, textOf } from './record.ts';

/** How stored values of one frame become values: a line, or a modality lookup table. */
export type Rescale = { slope: number; intercept: number } | { firstStored: number; table: readonly number[] };

/** The value of a keyword in the frame's own groups, the shared ones, or the top level. */
function transformation(record: DicomRecord, frame: number): DicomRecord {
  const own = itemsOf(record, 'PerFrameFunctionalGroupsSequence')[frame];
  const shared = itemOf(record, 'SharedFunctionalGroupsSequence');
  return (
    itemOf(own, 'PixelValueTransformationSequence') ?? itemOf(shared, 'PixelValueTransformationSequence') ?? record
  );
}

/**
 * The line of a single real world value mapping (PS3.3 C.7.6.16.2.11): Philips MR and parametric maps state their scale
 * there and have no rescale slope.
 */
function realWorldValue(record: DicomRecord, frame: number): Rescale | undefined {
  const found = mappingsOf(record, frame);
  const slope = numberOf(found?.[0], 'RealWorldValueSlope');
  if (found?.length !== 1 || slope === undefined || slope === 0) return undefined;
  return { slope, intercept: numberOf(found[0], 'RealWorldValueIntercept') ?? 0 };
}

function mappingsOf(record: DicomRecord, frame: number): DicomRecord[] | undefined {
  const own = itemsOf(record, 'PerFrameFunctionalGroupsSequence')[frame];
  const shared = itemOf(record, 'SharedFunctionalGroupsSequence');
  return [own, shared, record]
    .map((one) => itemsOf(one, 'RealWorldValueMappingSequence'))
    .find((items) => items.length > 0);
}

const enhancedPet = '1.2.840.10008.5.1.4.1.1.130';

/** Units of classic PET for the codes of enhanced PET (PS3.16 CID 84, 85), with the kind of uptake. */
const petUnits: Readonly<Record<string, { Units: string; SUVType?: string }>> = {
  'Bq/ml': { Units: 'BQML' },
  'Bq/mL': { Units: 'BQML' },
  '{counts}': { Units: 'CNTS' },
  '{SUVbw}g/ml': { Units: 'GML', SUVType: 'BW' },
  'g/ml{SUVbw}': { Units: 'GML', SUVType: 'BW' },
  '{SUVlbm}g/ml': { Units: 'GML', SUVType: 'LBM' },
  '{SUVlbm(James128)}g/ml': { Units: 'GML', SUVType: 'LBMJAMES128' },
  '{SUVlbm(Janma)}g/ml': { Units: 'GML', SUVType: 'LBMJANMA' },
  '{SUVibw}g/ml': { Units: 'GML', SUVType: 'IBW' },
  '{SUVbsa}cm2/ml': { Units: 'CM2ML', SUVType: 'BSA' },
};

/** The mapping of stored values of an enhanced PET to activity, or else to uptake; undefined for other objects. */
function petMapping(
  { sopClass, record }: Pick<DicomHeader, 'sopClass' | 'record'>,
  frame: number,
): { item: DicomRecord; units: { Units: string; SUVType?: string } } | undefined {
  if (sopClass !== enhancedPet) return undefined;
  const known = (mappingsOf(record, frame) ?? []).flatMap((item) => {
    const code = textOf(itemOf(item, 'MeasurementUnitsCodeSequence'), 'CodeValue');
    const units = code === undefined ? undefined : petUnits[code];
    return units && (numberOf(item, 'RealWorldValueSlope') ?? 0) !== 0 ? [{ item, units }] : [];
  });
  return known.find(({ units }) => units.Units === 'BQML') ?? known[0];
}

/** Units and SUVType of an enhanced PET under the keywords of classic ones; nothing where no mapping is known. */
export function enhancedPetUnits(header: Pick<DicomHeader, 'sopClass' | 'record'>): Record<string, string> {
  return { ...petMapping(header, 0)?.units };
}

/** Rescale slope and intercept, modality LUT or dose scaling of one frame (PS3.3 C.11.1, C.7.6.16.2.9, C.8.8.3). */
export function rescaleOf(header: DicomHeader, frame: number): Rescale {
  const { record } = header;
  const dose = numberOf(record, 'DoseGridScaling');
  if (dose !== undefined) return { slope: dose, intercept: 0 };
  // Their pixel value transformation has no unit; the mapping has.
  const pet = petMapping(header, frame);
  if (pet)
    return {
      slope: numberOf(pet.item, 'RealWorldValueSlope')!,
      intercept: numberOf(pet.item, 'RealWorldValueIntercept') ?? 0,
    };
  const found = transformation(record, frame);
  const slope = numberOf(found, 'RescaleSlope');
  const intercept = numberOf(found, 'RescaleIntercept');
  const lut = itemOf(record, 'ModalityLUTSequence');
  if (slope === undefined && intercept === undefined && lut) {
    const descriptor = numbersOf(lut, 'LUTDescriptor', 3);
    const table = numbersOf(lut, 'LUTData');
    if (descriptor && table && table.length > 0) return { firstStored: descriptor[1]!, table };
  }
  if (slope === undefined && intercept === undefined) {
    const mapping = realWorldValue(record, frame);
    if (mapping) return mapping;
  }
  // A slope of 0 would make every voxel the same: such headers mean "none".
  return { slope: slope === undefined || slope === 0 ? 1 : slope, intercept: intercept ?? 0 };
}

/** Applies the rescaling in float64 and stores float32. */
export function applyRescale(stored: Samples, rescale: Rescale, out: Float32Array, offset: number): void {
  if ('table' in rescale) {
    const { table, firstStored } = rescale;
    const last = table.length - 1;
    for (let i = 0; i < stored.length; i++)
      out[offset + i] = table[Math.min(last, Math.max(0, stored[i]! - firstStored))]!;
    return;
  }
  const { slope, intercept } = rescale;
  for (let i = 0; i < stored.length; i++) out[offset + i] = stored[i]! * slope + intercept;
}

/** UCUM unit of the rescaled values. */
export function unitOf(record: DicomRecord): string {
  const units = textOf(record, 'Units');
  if (units === 'BQML') return 'Bq/mL';
  if (units === 'GML') return 'g/mL';
  if (units === 'CNTS' || units === 'PROPCNTS') return '{counts}';
  if (units === 'CPS' || units === 'PROPCPS') return '{counts}/s';
  if (textOf(record, 'DoseUnits') === 'GY') return 'Gy';
  if (textOf(record, 'Modality') === 'CT' || textOf(record, 'RescaleType') === 'HU') return "[hnsf'U]";
  const mapping =
    itemOf(record, 'RealWorldValueMappingSequence') ??
    itemOf(itemOf(record, 'SharedFunctionalGroupsSequence'), 'RealWorldValueMappingSequence');
  const code = itemOf(mapping, 'MeasurementUnitsCodeSequence');
  if (textOf(code, 'CodingSchemeDesignator') === 'UCUM' && textOf(record, 'Modality') !== 'MR')
    return textOf(code, 'CodeValue') ?? '1';
  return '1';
}
