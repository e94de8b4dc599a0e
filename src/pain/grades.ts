/** Grades of neuropathic and nociplastic pain as sets: while a step was not asked, every grade that it could lead to stands. */

export type Known = boolean | undefined;
export type NeuropathicGrade = 'criteria-not-met' | 'possible' | 'probable' | 'definite';
export type NociplasticGrade = 'criteria-not-met' | 'possible' | 'probable';

/**
 * NeuPSIG grading as revised (Finnerup 2016, doi 10.1097/j.pain.0000000000000492): history and plausible distribution =
 * possible; and sensory signs in the same area = probable; and a test that shows the lesion = definite. Undefined while
 * history or distribution could still exclude it.
 */
export function neuropathicGrades(
  history: Known,
  distribution: Known,
  signs: Known,
  test: Known,
): NeuropathicGrade[] | undefined {
  const grades = overUnknown([history, distribution, signs, test], ([h, d, s, t]): NeuropathicGrade => {
    if (!h || !d) return 'criteria-not-met';
    if (!s) return 'possible';
    return t ? 'definite' : 'probable';
  });
  return grades.includes('criteria-not-met') && grades.length > 1 ? undefined : grades;
}

export interface NociplasticSteps {
  /** Three months or longer. */
  duration: Known;
  regional: Known;
  nociceptiveExplains: Known;
  neuropathicExplains: Known;
  /** Some hypersensitivity on examination in the region of pain. */
  evoked: Known;
  /** Some hypersensitivity in the history. */
  history: Known;
  comorbid: Known;
}

/**
 * Clinical criteria of the IASP for nociplastic pain of the musculoskeletal system (Kosek 2021,
 * doi 10.1097/j.pain.0000000000002324). Undefined while nothing was excluded.
 */
export function nociplasticGrades(steps: NociplasticSteps): NociplasticGrade[] | undefined {
  const { duration, regional, nociceptiveExplains, neuropathicExplains, evoked, history, comorbid } = steps;
  const all = [duration, regional, nociceptiveExplains, neuropathicExplains, evoked, history, comorbid];
  const grades = overUnknown(all, ([d, r, noci, neuro, e, h, c]): NociplasticGrade => {
    if (!d || !r || noci || neuro || !e) return 'criteria-not-met';
    return h && c ? 'probable' : 'possible';
  });
  return grades.length === 3 ? undefined : grades;
}

/** All outcomes over every way in which the unknown could turn out, without repetition, the weakest first. */
function overUnknown<T extends NeuropathicGrade>(steps: readonly Known[], grade: (known: boolean[]) => T): T[] {
  let ways: boolean[][] = [[]];
  for (const step of steps)
    ways = ways.flatMap((way) =>
      step === undefined
        ? [
            [...way, false],
            [...way, true],
          ]
        : [[...way, step]],
    );
  const found = new Set(ways.map(grade));
  const order: NeuropathicGrade[] = ['criteria-not-met', 'possible', 'probable', 'definite'];
  return order.filter((one): one is T => found.has(one as T));
}
