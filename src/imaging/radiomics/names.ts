/** One row of knowledge/radiomics/features.json. */
export interface FeatureName {
  tag: string;
  /** IBSI code: four letters and digits. */
  ibsi: string;
  name: string;
  pyradiomics?: string;
  /** `intensity` and `intensity2`: the image's unit and its square; absent: none. */
  unit?: string;
}

export const namesFile = 'radiomics/features.json';

export interface FeatureNames {
  byTag: ReadonlyMap<string, FeatureName>;
  /** IBSI tag -> name in PyRadiomics. */
  pyradiomics: ReadonlyMap<string, string>;
}

/** The table of names as a lookup; `data`: the parsed knowledge file. */
export function featureNames(data: { features: readonly FeatureName[] }): FeatureNames {
  return {
    byTag: new Map(data.features.map((one) => [one.tag, one])),
    pyradiomics: new Map(data.features.flatMap(({ tag, pyradiomics }) => (pyradiomics ? [[tag, pyradiomics]] : []))),
  };
}

/** UCUM unit of a feature on an image of a unit. Arbitrary signal stays `1`. */
export function unitOf(name: FeatureName | undefined, imageUnit: string): string {
  switch (name?.unit) {
    case undefined:
      return '1';
    case 'intensity':
      return imageUnit;
    case 'intensity2':
      return imageUnit === '1' ? '1' : imageUnit.includes('/') ? `(${imageUnit})2` : `${imageUnit}2`;
    default:
      return name!.unit!;
  }
}
