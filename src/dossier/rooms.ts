/** A room of analysis as pages, reports and exports name it. */
export interface Room {
  /** What ids of its analyses begin with, and its name in addresses. */
  id: string;
  title: string;
  /** Of its observations in FHIR (http://terminology.hl7.org/CodeSystem/observation-category). */
  category: 'survey' | 'laboratory' | 'imaging' | 'exam' | 'therapy';
  /** LOINC code of its report in FHIR. */
  loinc?: string;
}

/** All rooms, in the order in which a report shows them. */
export const rooms: readonly Room[] = [
  { id: 'clinical', title: 'Clinical record', category: 'therapy' },
  { id: 'pain', title: 'Pain', category: 'exam' },
  { id: 'psychosocial', title: 'Psychosocial evaluation and patient-reported outcomes', category: 'survey' },
  { id: 'nof1', title: 'Single-patient trials', category: 'therapy' },
  { id: 'genomics', title: 'Genome and drugs', category: 'laboratory', loinc: '51969-4' },
  { id: 'brain', title: 'Brain', category: 'imaging', loinc: '18748-4' },
  { id: 'imaging', title: 'Quantitative imaging', category: 'imaging', loinc: '18748-4' },
  { id: 'annotation', title: 'Measured and drawn by readers', category: 'imaging', loinc: '18748-4' },
];

const byId = new Map(rooms.map((room) => [room.id, room]));

/** Undefined for analyses of third parties, whose rooms nobody has named. */
export function roomNamed(id: string): Room | undefined {
  return byId.get(id);
}

/** The name of the room that an analysis belongs to. */
export function roomOfAnalysis(analysis: string): string {
  return analysis.split('.', 1)[0]!;
}
