/** One HL7 v2 message as segments whose fields are asked by number. Splitting is @medplum/core's, decoding is ours. */
import { type Hl7Field, Hl7Message, type Hl7Segment } from '@medplum/core';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type Delimiters, undoEscapes } from './values.ts';

export interface Segment {
  name: string;
  /** 1-based line in the file. */
  line: number;
  /** First repetition, first component, as text. */
  text(field: number, component?: number): string;
  /** Components of each repetition; an absent field has none. */
  repetitions(field: number): string[][];
}

export interface Message {
  line: number;
  /** `ORU^R01` */
  type: string;
  version: string;
  segments: Segment[];
}

/** Character sets of table 0211 that we read. Others are refused by name. */
const charsets: Record<string, string> = {
  ASCII: 'utf-8',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UNICODE: 'utf-8',
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 15].map((part) => [`8859/${part}`, part === 9 ? 'iso-8859-9' : `iso-8859-${part}`]),
  ),
};

/**
 * Bytes to text. MSH-18 decides; where it is silent or wrong the bytes are tried as UTF-8 and then read as
 * windows-1252, which is said.
 */
export function decodeMessage(bytes: Uint8Array): { text: string; issues: Issue[] } | { refused: Issue } {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const header = /MSH.*/.exec(head)?.[0] ?? '';
  const stated =
    header
      .split(header.charAt(3) || '|')[17]
      ?.split(/[~^]/)[0]
      ?.trim()
      .toUpperCase() ?? '';
  const label = stated === '' ? 'utf-8' : charsets[stated];
  if (label === undefined) {
    return {
      refused: issue('error', 'charset-unsupported', `MSH-18 states the character set ${stated}, which is not read.`, {
        remedy: 'Send the message in UTF-8 or ISO 8859.',
      }),
    };
  }
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), issues: [] };
  } catch {
    return {
      text: new TextDecoder('windows-1252').decode(bytes),
      issues: [
        issue('warning', 'charset-guessed', 'The bytes are not in the stated character set; read as windows-1252.', {
          place: 'MSH-18',
          remedy: 'State the character set in MSH-18.',
        }),
      ],
    };
  }
}

/** Splits a file or batch into messages. Lines before the first MSH (batch headers, frames) are passed over. */
export function parseMessages(text: string, issues: Issue[]): Message[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const starts: number[] = [];
  lines.forEach((line, index) => {
    // Lower-layer frames: vertical tab before, file separator after.
    lines[index] = line.replace(/^\u000b/, '').replace(/\u001c$/, '');
    if (lines[index]!.startsWith('MSH')) starts.push(index);
  });
  return starts.flatMap((start, index) => {
    const message = parseMessage(lines.slice(start, starts[index + 1] ?? lines.length), start + 1, issues);
    return message ? [message] : [];
  });
}

function parseMessage(lines: string[], firstLine: number, issues: Issue[]): Message | undefined {
  const header = lines[0]!;
  const [field, component, repetition, escapeMark, subcomponent] = [3, 4, 5, 6, 7].map((at) => header.charAt(at));
  const marks = [field, component, repetition, escapeMark, subcomponent];
  if (marks.some((mark) => !mark || /[A-Za-z0-9\s]/.test(mark)) || new Set(marks).size !== marks.length) {
    issues.push(
      issue('error', 'hl7-header-invalid', 'The message header does not declare five different delimiters.', {
        place: `line ${firstLine}`,
        remedy: 'MSH must begin like MSH|^~\\&|.',
      }),
    );
    return undefined;
  }
  const delimiters = { field, component, repetition, escapeMark, subcomponent } as Delimiters;
  // Blank lines would shift line numbers if the parser saw the text as a whole: one line, one segment.
  const numbered = lines.map((line, index) => ({ line, number: firstLine + index })).filter(({ line }) => line.trim());
  const parsed = Hl7Message.parse(numbered.map(({ line }) => line).join('\r'));
  const segments = numbered.map(({ number }, index) => segmentOf(parsed.segments[index]!, number, delimiters));
  const [msh] = segments;
  const version = msh!.text(12);
  return {
    line: firstLine,
    type: [msh!.text(9), msh!.text(9, 2)].filter((part) => part !== '').join('^'),
    version,
    segments,
  };
}

function segmentOf(segment: Hl7Segment, line: number, delimiters: Delimiters): Segment {
  const clean = (raw: string | undefined) => {
    const value = undoEscapes(raw ?? '', delimiters).trim();
    // Two double quotes mean "delete what you have": for us, nothing is stated.
    return value === '""' ? '' : value;
  };
  const field = (at: number): Hl7Field | undefined => segment.getField(at);
  return {
    name: segment.name,
    line,
    text: (at, component = 1) => clean(field(at)?.components[0]?.[component - 1]?.split(delimiters.subcomponent)[0]),
    repetitions: (at) =>
      (field(at)?.components ?? [])
        .map((components) => components.map(clean))
        .filter((components) => components.some((part) => part !== '')),
  };
}
