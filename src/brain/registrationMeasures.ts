import { measure } from '../dossier/code.ts';

export const registrationMeasures = {
  correlation: measure('template-correlation', 'Correlation with the template'),
  overlap: measure('template-overlap', 'Overlap of tissue with the template (Dice)'),
  change: measure('template-volume-change', 'Least local change of volume on the way to the template'),
  sides: measure('template-sides', 'Left and right by the asymmetry of heads'),
  orientation: measure('template-orientation', 'Orientation by the template'),
};

/** The artifact that says where each point of MNI152 lies in the T1: x, y and z in RAS mm as three volumes. */
export const placesRole = 'template-places';
