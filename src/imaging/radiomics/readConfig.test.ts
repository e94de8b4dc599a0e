import { describe, expect, it } from 'vitest';
import { readParameterYaml } from './parameterYaml.ts';
import { isWanted } from './pyradiomicsParameters.ts';
import { readConfig } from './readConfig.ts';

const parameters = `
# A parameter file as users of PyRadiomics write it.
imageType:
  Original: {}  # nothing else

featureClass:
  shape:
  firstorder: []
  glcm:
    - 'Autocorrelation'
    - "Idm"

setting:
  binWidth: 5
  normalize: true
  normalizeScale: 100
  interpolator: 'sitkBSpline'
  resampledPixelSpacing: [3, 3, 0]
  resegmentRange: [-3, 3]
  resegmentMode: sigma
  voxelArrayShift: 300
  padDistance: 10
  label: 2
  weightingNorm:
`;

describe('PyRadiomics parameter files', () => {
  it('become a configuration of its profile', () => {
    const { config, label, only } = readConfig(parameters);
    expect(config).toMatchObject({
      profile: 'pyradiomics',
      discretise: { method: 'fixed-bin-size', width: 5, alignedToZero: true },
      normalise: { scale: 100 },
      interpolate: { spacingMm: [3, 3, null], alignment: 'corner', image: 'cubic', mask: 'nearest', round: false },
      resegment: { outlierSd: 3 },
      energyShift: 300,
      aggregations: ['3D_avg'],
      families: ['morphology', 'statistics', 'histogram', 'glcm'],
    });
    expect(label).toBe(2);
    expect(isWanted(only, 'glcm_Idm')).toBe(true);
    expect(isWanted(only, 'glcm_Contrast')).toBe(false);
    expect(isWanted(only, 'shape_MeshVolume')).toBe(true);
  });

  it.each([
    ['setting:\n  distances: [1, 2]', /distances/],
    ['setting:\n  weightingNorm: euclidean', /weightingNorm/],
    ['setting:\n  resegmentRange: [0, 1]\n  resegmentMode: relative', /resegmentMode/],
    ['setting:\n  someThing: 3', /someThing/],
    ['imageType:\n  Wavelet: {}', /Wavelet/],
    ['featureClass:\n  shape2D:', /shape2D/],
    ['voxelSetting:\n  kernelRadius: 2\n  other: 1', /voxelSetting other/],
    ['voxelSetting:\n  initValue: some', /initValue/],
  ])('%j: what would change a value and is not supported is refused by name', (text, name) => {
    expect(() => readConfig(text)).toThrow(name);
  });
});

it('takes how feature maps are made from a parameter file', () => {
  expect(readConfig('voxelSetting:\n  kernelRadius: 2\n  maskedKernel: false').config.maps).toEqual({
    ...{ kernelRadius: 2, maskedKernel: false, initValue: 0 },
  });
  expect(readConfig('voxelSetting:\n  initValue: nan\n  voxelBatch: 500').config.maps.initValue).toBeNull();
});

describe('our own form', () => {
  it('takes its defaults, and names a wrong key', () => {
    const { config } = readConfig('{"discretise": {"method": "fixed-bin-size", "width": 25}}');
    expect(config).toMatchObject({ profile: 'ibsi', aggregations: ['3D_avg', '3D_comb'] });
    expect(() => readConfig('{"discretise": {"method": "none"}, "binWidth": 3}')).toThrow(/binWidth/);
    expect(() => readConfig('{"discretise": ')).toThrow(/JSON/);
    expect(() =>
      readConfig('{"discretise": {"method": "none"}, "filter": {"type": "laws", "kernels": "L5E5"}}'),
    ).toThrow(/one kernel for each axis/);
  });
});

describe('the YAML that is read', () => {
  it('is plain', () => {
    expect(readParameterYaml('---\na: 1e3\nb: [x, "y z", 2.5]\nc:\n- true\n- ~\nd: "a # b" # c\n')).toEqual({
      a: 1000,
      b: ['x', 'y z', 2.5],
      c: [true, null],
      d: 'a # b',
    });
    expect(readParameterYaml('# nothing\n')).toEqual({});
  });

  it.each([
    'a: &x 1',
    'a: *x',
    'a: |\n  text',
    'a: {b: 1}',
    '\ta: 1',
    'a: 1\na: 2',
    'a: [[1]]',
    'a: [1',
    'a\n',
    'a: 1\n   b: 2',
  ])('%j is refused with its line', (text) => {
    expect(() => readParameterYaml(text)).toThrow(/^line \d+ of the parameter file/);
  });
});
