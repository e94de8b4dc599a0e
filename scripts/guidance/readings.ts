import { aminoglycosides } from './readings/aminoglycosides.ts';
import { atomoxetine } from './readings/atomoxetine.ts';
import { clopidogrel } from './readings/clopidogrel.ts';
import { fluoropyrimidines } from './readings/fluoropyrimidines.ts';
import { g6pd } from './readings/g6pd.ts';
import { hla } from './readings/hla.ts';
import { malignantHyperthermia } from './readings/malignantHyperthermia.ts';
import { nsaids } from './readings/nsaids.ts';
import { opioids } from './readings/opioids.ts';
import { others } from './readings/others.ts';
import { protonPumpInhibitors } from './readings/protonPumpInhibitors.ts';
import type { Reading } from './readings/reading.ts';
import { serotoninReuptakeInhibitors } from './readings/serotoninReuptakeInhibitors.ts';
import { statins } from './readings/statins.ts';
import { thiopurines } from './readings/thiopurines.ts';
import { tricyclics } from './readings/tricyclics.ts';
import { voriconazole } from './readings/voriconazole.ts';

/** All readings, in the order in which they are tried. */
export const readings: Reading[] = [
  { drugs: /./, text: /^(No recommendation|n\/a$)/i, action: 'none', steps: [{ do: 'none' }] },
  ...opioids,
  ...tricyclics,
  ...serotoninReuptakeInhibitors,
  ...nsaids,
  ...atomoxetine,
  ...protonPumpInhibitors,
  ...clopidogrel,
  ...voriconazole,
  ...statins,
  ...thiopurines,
  ...fluoropyrimidines,
  ...g6pd,
  ...hla,
  ...malignantHyperthermia,
  ...aminoglycosides,
  ...others,
];
