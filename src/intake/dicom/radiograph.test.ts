import { describe, expect, it } from 'vitest';
import { displayDefaults } from '../../display/windows.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { openDicomImage } from './openImage.ts';
import { codes, type Element, importFiles, sliceElements, writeDicom } from './testing.ts';

const computedRadiography = '1.2.840.10008.5.1.4.1.1.1';
const notThere = new Set([0x00200032, 0x00200037, 0x00280030]);

async function radiograph(more: Element[], modality = 'CR', sopClass = computedRadiography) {
  const elements = sliceElements({ instance: 1, position: [0, 0, 0], modality, sopClass })
    .filter(([tag]) => !notThere.has(tag))
    .concat(more)
    .sort((a, b) => a[0] - b[0]);
  const imported = await importFiles({ 'x.dcm': writeDicom(elements) });
  const source = imported.source(imported.drafts[0]!);
  const image = await openDicomImage(source, imported.blobs);
  return { source, spacing: spacingMm(image.grid.affineRas).slice(0, 2) };
}

const pixelSpacing = (value: string): Element => [0x00280030, 'DS', value];
const imagerSpacing = (value: string): Element => [0x00181164, 'DS', value];
const magnification = (value: string): Element => [0x00181114, 'DS', value];
const calibration = (value: string): Element => [0x00280a02, 'CS', value];

describe('size of a pixel of a projection', () => {
  it.each([
    ['at the detector', [imagerSpacing('0.2\\0.1')], [0.1, 0.2], 'spacing-detector'],
    [
      'at the detector, said twice',
      [imagerSpacing('0.2\\0.2'), pixelSpacing('0.2\\0.2')],
      [0.2, 0.2],
      'spacing-detector',
    ],
    [
      'corrected by the estimate',
      [imagerSpacing('0.2\\0.2'), magnification('1.25')],
      [0.16, 0.16],
      'spacing-magnification-estimate',
    ],
    [
      'without a believable estimate',
      [imagerSpacing('0.2\\0.2'), magnification('0.5')],
      [0.2, 0.2],
      'spacing-detector',
    ],
    [
      'calibrated by an object',
      [imagerSpacing('0.2\\0.2'), pixelSpacing('0.17\\0.17'), calibration('FIDUCIAL')],
      [0.17, 0.17],
      'spacing-fiducial',
    ],
    ['corrected by geometry', [pixelSpacing('0.17\\0.17'), calibration('GEOMETRY')], [0.17, 0.17], 'spacing-geometry'],
    [
      'unlike the detector, unexplained',
      [imagerSpacing('0.2\\0.2'), pixelSpacing('0.17\\0.17')],
      [0.17, 0.17],
      'spacing-unexplained',
    ],
    ['stated alone', [pixelSpacing('0.17\\0.17')], [0.17, 0.17], 'spacing-unexplained'],
    ['zero is none', [pixelSpacing('0\\0'), imagerSpacing('0.2\\0.2')], [0.2, 0.2], 'spacing-detector'],
    ['not stated, of uneven pixels', [[0x00280034, 'IS', '2\\1'] as Element], [1, 2], 'pixel-spacing-missing'],
  ] as const)('%s', async (_, more, spacing, code) => {
    const found = await radiograph([...more]);
    expect(found.spacing.map((mm) => Number(mm.toFixed(6)))).toEqual(spacing);
    expect(codes(found.source.issues)).toContain(code);
    expect(found.source.metadata['lengthBasis']).toBe(
      code === 'pixel-spacing-missing' ? 'pixels' : code.replace('spacing-', ''),
    );
  });

  it('of a scanned film is that of the film; of a section it is that of the body', async () => {
    const film = await radiograph([[0x00182010, 'DS', '0.1\\0.1']], 'OT', '1.2.840.10008.5.1.4.1.1.7');
    expect(codes(film.source.issues)).toContain('spacing-film');
    const section = await radiograph([pixelSpacing('0.5\\0.5')], 'CT', '1.2.840.10008.5.1.4.1.1.2');
    expect(section.source.metadata['lengthBasis']).toBeUndefined();
    expect(section.spacing).toEqual([0.5, 0.5]);
  });
});

describe('how a radiograph is to be seen', () => {
  const shown = async (more: Element[]) => {
    const { source } = await radiograph(more);
    return displayDefaults({ modality: source.modality, unit: '1', header: source.metadata });
  };
  const window: Element[] = [
    [0x00281050, 'DS', '100'],
    [0x00281051, 'DS', '21'],
  ];

  it('by its window, low values bright where the header says so', async () => {
    expect(await shown(window)).toMatchObject({ window: [89.5, 109.5], colormap: 'grey' });
    const inverted = await shown([...window, [0x00280004, 'CS', 'MONOCHROME1']].sort() as Element[]);
    expect(inverted).toMatchObject({ window: [89.5, 109.5], colormap: 'grey inverted' });
    expect(await shown([...window, [0x00281056, 'CS', 'LINEAR_EXACT']])).toMatchObject({ window: [89.5, 110.5] });
  });

  it('by a sigmoid with its middle at the centre', async () => {
    const { window: range, tone } = await shown([...window, [0x00281056, 'CS', 'SIGMOID']]);
    expect(range).toEqual([68.5, 131.5]);
    expect([tone![0], (tone![127]! + tone![128]!) / 2, tone![255]]).toEqual([1, 127.5, 254]);
  });

  it('by its table before its window', async () => {
    const table = (entries: number[], first: number, bits: number): Element => [
      0x00283010,
      'SQ',
      [
        [
          [0x00283002, 'US', [entries.length, first, bits]],
          [0x00283006, 'US', entries],
        ],
      ],
    ];
    const square = Array.from({ length: 11 }, (_, at) => at * at);
    const { window: range, tone } = await shown([...window, table(square, 50, 7)]);
    expect(range).toEqual([50, 60]);
    expect([tone![0], tone![128], tone![255]]).toEqual([
      0,
      Math.round((255 * 25) / 127),
      Math.round((255 * 100) / 127),
    ]);
    // A descriptor that promises more than there is does not count.
    const short = await shown([
      ...window,
      [
        0x00283010,
        'SQ',
        [
          [
            [0x00283002, 'US', [90, 0, 8]],
            [0x00283006, 'US', [1, 2]],
          ],
        ],
      ],
    ]);
    expect(short).toMatchObject({ window: [89.5, 109.5] });
    expect(short.tone).toBeUndefined();
  });
});
