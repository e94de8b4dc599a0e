/** A column of a table that has one row for each place: the value of the first of its measures that the place has. */
export interface Column {
  header: string;
  measures: readonly string[];
  /** Instead of the value, its share in the value of this measure (same unit, whole person), in per cent. */
  percentOf?: string;
  /** Instead of the value, what these issues and the last evidence say of it. */
  says?: { issues: readonly string[] };
  /** With the interval, or the limits of real change, below the value. */
  withUncertainty?: boolean;
  /** With the band of its own reference behind the value. */
  withBand?: boolean;
  /** Its words hold the days already. */
  undated?: boolean;
  /** With its course over time, where there are two values or more. */
  withCourse?: boolean;
}

/** How a room shows findings that belong together. A measure that no view takes gets the general table. */
export type RoomView =
  /** `foldRefused`: rows of refusals alone go into one line that opens, and this is what it says of them. */
  | { type: 'matrix'; title: string; row: string; columns: readonly Column[]; foldRefused?: string }
  /** One row for each of these measures, in this order, one column for each place. */
  | { type: 'grid'; title: string; row: string; measures: readonly string[] }
  /** Scores of instruments with bands, course, change and smallest real change. Takes all quantities, intervals and refusals of a room. */
  | { type: 'scores'; title: string; room: string }
  /** One row for each drug: statement, strength, population, for each member of a set. */
  | { type: 'guidance'; title: string; measure: string };
