/** LOINC codes of the items of PHQ-9 and GAD-7, in order: names of the questions, not their wording. */
export const phq9Items = [
  '44250-9',
  '44255-8',
  '44259-0',
  '44254-1',
  '44251-7',
  '44258-2',
  '44252-5',
  '44253-3',
  '44260-8',
];
export const gad7Items = ['69725-0', '68509-9', '69733-4', '69734-2', '69735-9', '69689-8', '69736-7'];
