import type { Fact } from '../dossier/fact.ts';
import type { Value } from '../dossier/finding.ts';
import type { StoreRecord } from '../dossier/store.ts';

/** A record in one line for a person. */
export function titleOf(record: StoreRecord): string {
  switch (record.kind) {
    case 'subject':
      return `${record.type} ${record.label}`;
    case 'identity':
      return `${record.system} ${record.value} (${record.basis})`;
    case 'transfer':
      return words(
        record.undoes === undefined ? record.type : `${record.type} of ${record.undoes}`,
        record.direction === 'out' ? `into ${record.counterpart}` : `from ${record.counterpart}`,
        `by ${record.actor} at ${record.at}: ${record.reason}`,
      );
    case 'import':
      return `${record.origin} at ${record.at}, ${record.files} files`;
    case 'blob':
      return `${record.bytes} bytes ${record.mediaType}`;
    case 'source':
      return words(
        record.format,
        record.contrast ?? record.modality,
        record.acquiredAt,
        record.description ?? record.path,
      );
    case 'fact':
      return words(record.type, record.code.display, factValue(record), record.at, record.status);
    case 'entry':
      return words(record.type, `by ${record.author} (${record.role})`, record.at, record.text);
    case 'region':
      return words(record.type, record.label);
    case 'run':
      return `${record.key.analysis} ${record.key.version}: ${record.title}`;
    case 'artifact':
      return words(record.title, record.time);
    case 'finding':
      return words(
        record.measure.display,
        record.site?.display,
        '=',
        valueText(record.value),
        record.reader && `by ${record.reader}`,
        record.time,
      );
    case 'safety-check':
      return `${record.display}: ${record.state}`;
    case 'recommendation':
      return `${record.verb}: ${record.action} (${record.urgency}; ${record.strength.grade}, ${record.strength.body})`;
  }
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function factValue({ value }: Fact): string | undefined {
  switch (value?.type) {
    case 'quantity':
      return words('=', value.comparator, String(value.value), value.unit);
    case 'code':
      return `= ${value.code.display}`;
    case 'text':
    case 'medication':
      return `= ${value.text}`;
    case 'date':
      return `= ${value.date}`;
    case 'response':
      return `${value.answers.length} answers`;
    case 'components':
      return value.components.map((part) => `${part.code.display} ${part.value} ${part.unit}`).join(', ');
    case undefined:
      return undefined;
  }
}

function valueText(value: Value): string {
  switch (value.type) {
    case 'quantity':
      return words(String(value.value), value.unit);
    case 'code':
      return value.code.display;
    case 'set':
      return `one of ${value.members.map((member) => valueText(member.value)).join(' | ')}`;
    case 'interval':
      return `${value.low} to ${value.high} ${value.unit}`;
    case 'coordinate':
      return `(${value.xyzMm.join(', ')}) mm in ${value.frame}`;
    case 'series':
      return `series ${value.artifact}`;
    case 'refused':
      return `refused: ${value.reason}`;
  }
}
