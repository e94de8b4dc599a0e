/** Decoded values of one data set under DICOM keywords: plain data, JSON throughout. */
export type DicomValue = string | number | (string | number)[] | DicomRecord[];
export interface DicomRecord {
  [keyword: string]: DicomValue;
}

/** The first value as a number; undefined when absent or not a number. */
export function numberOf(record: DicomRecord | undefined, keyword: string): number | undefined {
  const value = record?.[keyword];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isFinite(first) ? first : undefined;
}

/** All values as numbers; undefined when absent or when one of them is no number. */
export function numbersOf(record: DicomRecord | undefined, keyword: string, count?: number): number[] | undefined {
  const value = record?.[keyword];
  if (value === undefined) return undefined;
  const values = Array.isArray(value) ? value : [value];
  if (count !== undefined && values.length !== count) return undefined;
  return values.every((one) => typeof one === 'number' && Number.isFinite(one)) ? (values as number[]) : undefined;
}

/** The first value as text; undefined when absent or empty. */
export function textOf(record: DicomRecord | undefined, keyword: string): string | undefined {
  const value = record?.[keyword];
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') return first === '' ? undefined : first;
  return typeof first === 'number' ? String(first) : undefined;
}

/** All values as text. */
export function textsOf(record: DicomRecord | undefined, keyword: string): string[] {
  const value = record?.[keyword];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one !== 'object').map(String);
}

/** Items of a sequence; empty when absent. */
export function itemsOf(record: DicomRecord | undefined, keyword: string): DicomRecord[] {
  const value = record?.[keyword];
  return Array.isArray(value) && typeof value[0] === 'object' ? (value as DicomRecord[]) : [];
}

/** The first item of a sequence. */
export function itemOf(record: DicomRecord | undefined, keyword: string): DicomRecord | undefined {
  return itemsOf(record, keyword)[0];
}
