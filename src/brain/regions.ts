import type { Structure } from './structures.ts';

/** A class of the network with 104 classes: which structure of the 18 classes it belongs to, and its side. */
export interface Region {
  value: number;
  label: string;
  /** Without the side, the same for both. */
  site: string;
  display: string;
  side: 'left' | 'right' | undefined;
  /** Label of the structure of the network with 18 classes that holds it; undefined: none does. */
  within: string | undefined;
}

/** Names of FreeSurfer that the network with 18 classes writes in another way. */
const other: Record<string, string> = {
  'Thalamus-Proper*': 'Thalamus',
  'Inf-Lat-Vent': 'Inferior-Lateral-Ventricle',
  CSF: '',
};

/** The regions among the labels of the network, from their FreeSurfer names. Background is none. */
export function regionsOf(
  labels: readonly { value: number; name: string }[],
  structures: readonly Structure[],
): Region[] {
  const known = new Set(structures.map(({ label }) => label));
  return labels.flatMap(({ value, name }): Region[] => {
    if (value === 0) return [];
    const cortex = /^ctx-(l|r)h-(.+)$/.exec(name);
    if (cortex)
      return [
        {
          ...{ value, label: name, site: `cortex-${cortex[2]}`, display: `Cortex, ${cortex[2]}` },
          ...{ side: cortex[1] === 'l' ? 'left' : 'right', within: 'Cerebral-Cortex' },
        },
      ];
    const sided = /^(Left|Right)-(.+)$/.exec(name);
    const plain = sided?.[2] ?? name;
    const label = other[plain] ?? plain;
    // The corpus callosum is white matter for the network with 18 classes.
    const within = plain.startsWith('CC_') ? 'Cerebral-White-Matter' : known.has(label) ? label : undefined;
    const shown = plain.replace('*', '').replaceAll('_', ' ').replaceAll('-', ' ');
    return [
      {
        ...{ value, label: name, site: shown.toLowerCase().replaceAll(' ', '-'), display: shown },
        ...{ side: sided ? (sided[1] === 'Left' ? 'left' : 'right') : undefined, within },
      },
    ];
  });
}
