import { type Issue, issue } from '../../dossier/issue.ts';
import type { ByteSource } from './bytes.ts';
import { tagName } from './dictionary.ts';
import type { DicomRecord } from './record.ts';
import { formOfCode, readValue, windowOf } from './values.ts';

/** Elements of group 0002 that are wanted. */
const wanted: Record<number, string> = {
  2: 'MediaStorageSOPClassUID',
  3: 'MediaStorageSOPInstanceUID',
  16: 'TransferSyntaxUID',
};

/** More than any meta group needs; what lies behind is not looked at. */
const capBytes = 2 ** 20;

/**
 * Group 0002 from `at` on: explicit little endian whatever the rest is (PS3.10 7.1), implicit where a writer got that
 * wrong. It ends where the group ends; its stated length is not believed.
 */
export async function readMeta(
  source: ByteSource,
  at: number,
): Promise<{ record: DicomRecord; end: number; fatal?: Issue }> {
  let bytes = source.head;
  const record: DicomRecord = {};
  for (;;) {
    const window = windowOf(bytes);
    const { view } = window;
    let end = at;
    let more = false;
    while (end + 12 <= bytes.length && view.getUint16(end, true) === 2) {
      const element = view.getUint16(end + 2, true);
      const form = formOfCode[bytes[end + 4]! * 256 + bytes[end + 5]!]!;
      const start = end + (form === 2 ? 12 : 8);
      const length = form === 1 ? view.getUint16(end + 6, true) : view.getUint32(end + (form === 2 ? 8 : 4), true);
      if (start + length > source.bytes) {
        const fatal = issue(
          'error',
          'length-beyond-end',
          `A meta element claims ${length} bytes; the file ends before.`,
          {
            place: `${tagName(0x20000 + element)} at byte ${end}`,
            remedy: 'Copy or export the file again from where it came.',
          },
        );
        return { record, end, fatal };
      }
      if (start + length > bytes.length) {
        more = true;
        break;
      }
      const keyword = wanted[element];
      if (keyword && length <= 256) record[keyword] = readValue(window, start, start + length, 'UI', false, []) ?? '';
      end = start + length;
    }
    const ranOut = more || (end + 12 > bytes.length && bytes.length < source.bytes);
    if (!ranOut || bytes.length >= capBytes) return { record, end };
    bytes = await source.read(0, Math.min(capBytes, source.bytes, bytes.length * 8));
  }
}
