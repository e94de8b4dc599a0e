import { type Issue, issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';
import { type ByteSource, bytesInMemory, InflationTooLarge, inflateUpTo } from './bytes.ts';
import { readMeta } from './meta.ts';
import { checkPixels } from './pixelGuard.ts';
import { type DicomRecord, textOf } from './record.ts';
import { createScan, type Encoding, type PixelSpan, type ScanResult, scanLimits } from './scan.ts';
import { readCsa } from './siemensCsa.ts';
import { beginning, guessEncoding, plausible } from './sniff.ts';
import { instanceKind } from './sopClasses.ts';
import { transferSyntax } from './transferSyntaxes.ts';

/** Everything that is read of one instance before its pixels are wanted. Plain data: it crosses threads. */
export interface DicomHeader {
  transferSyntax: string;
  sopClass: string;
  sopInstance: string;
  record: DicomRecord;
  /** Offsets count from the file's beginning, or from the inflated data set's when the syntax is deflated. */
  pixel?: PixelSpan;
  /** Byte behind the meta group. */
  dataSetAt: number;
}

export type HeaderRead = { header: DicomHeader; issues: Issue[] } | { refused: Issue };

const copyAgain = 'Copy or export the file again from where it came.';

/** Runs the scan over windows of the source. */
async function scanDataSet(
  source: ByteSource,
  start: number,
  encoding: Encoding,
  limits: Limits,
  contours: boolean,
): Promise<ScanResult> {
  const scan = createScan({
    start,
    fileBytes: source.bytes,
    encoding,
    limits: { ...scanLimits, sequenceDepth: limits.sequenceDepth },
    contours,
  });
  let window = source.head;
  let base = 0;
  let chunk = 16_384;
  for (;;) {
    const step = scan(window, base);
    if ('done' in step) return step.done;
    const { start: from, end } = step.need;
    window = await source.read(from, Math.max(end, Math.min(source.bytes, from + chunk)));
    if (window.length < Math.min(end, source.bytes) - from)
      return {
        record: {},
        end: from,
        issues: [],
        fatal: issue('error', 'dicom-truncated', 'The file became shorter while it was read.', {
          place: `byte ${from}`,
          remedy: copyAgain,
        }),
      };
    base = from;
    chunk = Math.min(chunk * 2, 2 ** 20);
  }
}

/** A deflated data set is inflated only as far as its header reaches, and never beyond the limits. */
async function scanDeflated(source: ByteSource, start: number, limits: Limits, contours: boolean): Promise<ScanResult> {
  const compressed = source.bytes - start;
  const cap = Math.min(
    limits.inflatedBytes,
    Math.max(16 * 2 ** 20, Math.min(compressed * limits.inflationRatio, 128 * 2 ** 20)),
  );
  const encoding = { explicit: true, bigEndian: false };
  for (let wanted = 65_536; ; wanted = Math.min(cap, wanted * 8)) {
    const { bytes, complete } = await inflateUpTo(source, start, wanted, cap);
    const whole = bytesInMemory(bytes);
    // Until the end is seen the scan believes in a long data set, so that it does not call what is not yet inflated missing.
    const result = await scanDataSet(
      { ...whole, bytes: complete ? bytes.length : Number.MAX_SAFE_INTEGER },
      0,
      encoding,
      limits,
      contours,
    );
    if (complete || result.pixel || result.fatal?.code !== 'dicom-truncated') {
      if (result.pixel && complete && result.pixel.at + result.pixel.length > bytes.length)
        return {
          ...result,
          fatal: issue('error', 'pixel-data-short', 'The inflated data set ends inside the pixels.', {
            remedy: copyAgain,
          }),
        };
      return result;
    }
    if (wanted >= cap)
      return {
        ...result,
        fatal: issue('error', 'inflation-limit', `The deflated header grows beyond ${cap} bytes.`, {
          remedy: 'Take the file from a trusted source, or store it undeflated.',
        }),
      };
  }
}

/**
 * Reads the header of one DICOM instance: Part 10 files, and data sets without preamble or meta group. Guards depth,
 * lengths, inflation and pixel counts before anything is allocated. Bad data ends as `refused`, never as a throw.
 */
export async function readHeader(
  source: ByteSource,
  limits: Limits,
  options: { contours?: boolean } = {},
): Promise<HeaderRead> {
  const contours = options.contours === true;
  const start = beginning(source.head, source.bytes);
  if (start === undefined)
    return {
      refused: issue('error', 'dicom-not-recognised', 'The bytes are not DICOM.', {
        place: 'byte 0',
        remedy: copyAgain,
      }),
    };
  const issues: Issue[] = [];
  let encoding: Encoding;
  let at = start.at as number;
  let syntax = '';
  let meta: DicomRecord = {};
  if (start.type === 'part-10') {
    const read = await readMeta(source, start.at);
    if (read.fatal) return { refused: read.fatal };
    meta = read.record;
    at = read.end;
    syntax = textOf(meta, 'TransferSyntaxUID') ?? '';
    const { explicit, bigEndian } = transferSyntax(syntax);
    encoding = { explicit, bigEndian };
  } else {
    encoding = start.encoding;
    issues.push(
      issue('info', 'no-meta-group', 'No preamble and no meta group: the encoding was told from the first elements.'),
    );
  }
  if (at >= source.bytes)
    return {
      refused: issue('error', 'dicom-empty', 'The file ends before its first element.', {
        place: `byte ${at}`,
        remedy: copyAgain,
      }),
    };

  if (!transferSyntax(syntax).deflated) {
    const window =
      at + 64 <= source.head.length || source.head.length === source.bytes
        ? source.head.subarray(at)
        : await source.read(at, at + 4096);
    if (start.type === 'data-set' || !plausible(window, 0, encoding, source.bytes - at, 2)) {
      const guess = guessEncoding(window, 0, source.bytes - at);
      if (
        guess &&
        start.type === 'part-10' &&
        (guess.explicit !== encoding.explicit || guess.bigEndian !== encoding.bigEndian)
      ) {
        const said = syntax === '' ? 'no transfer syntax' : transferSyntax(syntax).name;
        issues.push(
          issue(
            'warning',
            'transfer-syntax-mismatch',
            `The meta group says ${said}; the elements are ${guess.explicit ? 'explicit' : 'implicit'} ${guess.bigEndian ? 'big' : 'little'} endian and were read so.`,
            { place: `byte ${at}`, remedy: 'Have the sender correct TransferSyntaxUID.' },
          ),
        );
        encoding = guess;
      }
    }
  }
  if (
    syntax === '' ||
    (transferSyntax(syntax).coding === 'native' && !transferSyntax(syntax).deflated && syntax !== '1.2.840.113619.5.2')
  )
    syntax = encoding.bigEndian
      ? '1.2.840.10008.1.2.2'
      : encoding.explicit
        ? '1.2.840.10008.1.2.1'
        : '1.2.840.10008.1.2';

  let scanned: ScanResult;
  try {
    scanned = transferSyntax(syntax).deflated
      ? await scanDeflated(source, at, limits, contours)
      : await scanDataSet(source, at, encoding, limits, contours);
  } catch (error) {
    const bomb = error instanceof InflationTooLarge;
    return {
      refused: issue(
        'error',
        bomb ? 'inflation-limit' : 'deflate-broken',
        bomb ? 'The data set inflates beyond the limit.' : 'The deflated data set is damaged.',
        { place: `byte ${at}`, remedy: copyAgain },
      ),
    };
  }
  if (scanned.fatal) return { refused: scanned.fatal };
  issues.push(...scanned.issues);
  const { record } = scanned;
  const header: DicomHeader = {
    transferSyntax: syntax,
    sopClass: textOf(record, 'SOPClassUID') ?? textOf(meta, 'MediaStorageSOPClassUID') ?? '',
    sopInstance: textOf(record, 'SOPInstanceUID') ?? textOf(meta, 'MediaStorageSOPInstanceUID') ?? '',
    record,
    dataSetAt: at,
    ...(scanned.pixel && { pixel: scanned.pixel }),
  };
  readCsa(record);
  if (header.sopClass === '' && !header.pixel)
    return {
      refused: issue(
        'error',
        'dicom-not-identified',
        'Neither a SOP class nor pixels: nothing tells what this object is.',
        { place: `byte ${at}`, remedy: copyAgain },
      ),
    };
  const pixelIssue = await checkPixels(header, instanceKind(header).kind, source, limits);
  if (pixelIssue?.severity === 'error') return { refused: pixelIssue };
  if (pixelIssue) issues.push(pixelIssue);
  return { header, issues };
}
