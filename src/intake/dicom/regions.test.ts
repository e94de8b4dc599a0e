import { expect, test } from 'vitest';
import type { Region } from '../../dossier/region.ts';
import { openDicomRegion } from './regions.ts';
import { codes, type Element, importFiles, writeDicom } from './testing.ts';

function sequence(tag: number, ...items: Element[][]): Element {
  return [tag, 'SQ', items];
}

const structureSet: Element[] = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.3'],
  [0x00080018, 'UI', '2.25.9'],
  [0x00080060, 'CS', 'RTSTRUCT'],
  [0x00100020, 'LO', 'T1'],
  [0x0020000e, 'UI', '2.25.8'],
  sequence(0x30060010, [
    [0x00200052, 'UI', '2.25.7'],
    sequence(0x30060012, [sequence(0x30060014, [[0x0020000e, 'UI', '2.25.3']])]),
  ]),
  [
    0x30060020,
    'SQ',
    [
      [
        [0x30060022, 'IS', '4'],
        [0x30060024, 'UI', '2.25.7'],
        [0x30060026, 'LO', 'GTV left'],
      ],
    ],
  ],
  [
    0x30060039,
    'SQ',
    [
      [
        [
          0x30060040,
          'SQ',
          [
            [
              [0x30060042, 'CS', 'CLOSED_PLANAR'],
              [0x30060050, 'DS', '0\\0\\5\\10\\0\\5\\10\\10\\5'],
            ],
            [
              [0x30060042, 'CS', 'POINT'],
              [0x30060050, 'DS', '1\\1\\1'],
            ],
          ],
        ],
        [0x30060084, 'IS', '4'],
      ],
    ],
  ],
  [
    0x30060080,
    'SQ',
    [
      [
        [0x30060084, 'IS', '4'],
        [0x300600a4, 'CS', 'GTV'],
      ],
    ],
  ],
];

function whole(draft: Omit<Region, 'kind' | 'id' | 'subject' | 'source'>, source: string): Region {
  return { kind: 'region', id: 'r1', subject: 's1', source, ...draft };
}

test('a structure set gives regions and closed contours in RAS', async () => {
  const imported = await importFiles({ 'rs.dcm': writeDicom(structureSet) });
  const [draft] = imported.drafts;
  expect(draft!.regions).toEqual([
    {
      number: 4,
      label: 'GTV left',
      type: 'lesion',
      laterality: 'left',
      frameOfReference: '2.25.7',
      referencedSeries: '2.25.3',
      links: [],
    },
  ]);
  expect(JSON.stringify(draft!.source.metadata)).not.toContain('ContourData');
  const source = imported.source(draft!);
  const shape = await openDicomRegion(whole(draft!.regions[0]!, source.id), source, imported.blobs);
  expect(shape.type === 'contours' && shape.contoursRas.map((one) => [...one])).toEqual([
    [0, 0, 5, -10, 0, 5, -10, -10, 5],
  ]);
  await expect(
    openDicomRegion(whole({ ...draft!.regions[0]!, number: 5 }, source.id), source, imported.blobs),
  ).rejects.toMatchObject({ code: 'not-found' });
});

/** Two segments on 8 x 2 planes; the first lies at z = 0 and z = 4 with an empty plane at z = 2 left out. */
function segmentation(type: 'BINARY' | 'FRACTIONAL'): Uint8Array {
  const frame = (segment: number, z: number): Element[] => [
    [0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${z}`]]]],
    [0x0062000a, 'SQ', [[[0x0062000b, 'US', segment]]]],
  ];
  const binary = Uint8Array.of(0b0000_1111, 0, 0b1111_0000, 0, 0xff, 0xff);
  const fractional = Uint8Array.from([
    ...[200, 100, 128, 127],
    ...new Array(12).fill(0),
    ...new Array(16).fill(0),
    ...new Array(16).fill(255),
  ]);
  return writeDicom([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.66.4'],
    [0x00080018, 'UI', '2.25.10'],
    [0x00080060, 'CS', 'SEG'],
    [0x0020000e, 'UI', '2.25.11'],
    [0x00200052, 'UI', '2.25.7'],
    [0x00280002, 'US', 1],
    [0x00280008, 'IS', '3'],
    [0x00280010, 'US', 2],
    [0x00280011, 'US', 8],
    [0x00280100, 'US', type === 'BINARY' ? 1 : 8],
    [0x00280101, 'US', type === 'BINARY' ? 1 : 8],
    [0x00280102, 'US', type === 'BINARY' ? 0 : 7],
    [0x00280103, 'US', 0],
    [0x00620001, 'CS', type],
    ...(type === 'FRACTIONAL' ? [[0x0062000e, 'US', 255] as Element] : []),
    [
      0x00620002,
      'SQ',
      [
        [
          [0x00620004, 'US', 1],
          [0x00620005, 'LO', 'first'],
        ],
        [
          [0x00620004, 'US', 2],
          [0x00620005, 'LO', 'second'],
        ],
      ],
    ],
    [
      0x52009229,
      'SQ',
      [
        [
          [0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]],
          [
            0x00289110,
            'SQ',
            [
              [
                [0x00180050, 'DS', '2'],
                [0x00180088, 'DS', '2'],
                [0x00280030, 'DS', '1\\1'],
              ],
            ],
          ],
        ],
      ],
    ],
    [0x52009230, 'SQ', [frame(1, 0), frame(1, 4), frame(2, 2)]],
    [0x7fe00010, 'OB', type === 'BINARY' ? binary : fractional],
  ]);
}

test('a binary segment becomes a mask; planes left out are empty', async () => {
  const imported = await importFiles({ 'seg.dcm': segmentation('BINARY') });
  const [draft] = imported.drafts;
  const source = imported.source(draft!);
  const shape = await openDicomRegion(whole(draft!.regions[0]!, source.id), source, imported.blobs);
  if (shape.type !== 'mask') throw new Error('no mask');
  expect(shape.grid.shape).toEqual([8, 2, 3, 1]);
  expect(shape.grid.affineRas[10]).toBe(2);
  expect([...shape.mask.subarray(0, 8)]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
  expect([...shape.mask.subarray(32, 40)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(shape.mask.reduce((sum, one) => sum + one, 0)).toBe(8);
});

test('a fractional segment counts from one half on, with a warning', async () => {
  const imported = await importFiles({ 'seg.dcm': segmentation('FRACTIONAL') });
  const [draft] = imported.drafts;
  expect(codes(draft!.source.issues)).toContain('fractional-thresholded');
  const source = imported.source(draft!);
  const shape = await openDicomRegion(whole(draft!.regions[0]!, source.id), source, imported.blobs);
  expect(shape.type === 'mask' && [...shape.mask.subarray(0, 4)]).toEqual([1, 0, 1, 0]);
});
