import { type Issue, issue } from '../../dossier/issue.ts';

/** Mean framewise displacement above which runs are left out of studies (0.5 mm; Power 2012, Satterthwaite 2013: 0.2-0.55). */
const meanLimitMm = 0.5;
const spikeMm = 0.5;
const spikeShare = 0.2;
/** A head that ends up so far from where it was is cut off at the edges of the slab. */
const farMm = 4;

/** What motion says against a run. */
export function motionIssues(framewiseMm: Float64Array, parameters: Float64Array): Issue[] {
  const issues: Issue[] = [];
  const changes = framewiseMm.subarray(1);
  const mean = changes.reduce((sum, one) => sum + one, 0) / changes.length;
  const spikes = changes.filter((one) => one > spikeMm).length;
  const remedy = 'Repeat the run with the head held still.';
  if (mean > meanLimitMm)
    issues.push(
      issue(
        'warning',
        'motion-beyond-limit',
        `The head moves ${mean.toFixed(2)} mm from volume to volume on average: results are more motion than brain.`,
        { remedy },
      ),
    );
  else if (spikes > spikeShare * changes.length)
    issues.push(
      issue(
        'warning',
        'motion-beyond-limit',
        `${spikes} of ${changes.length} volumes moved by more than ${spikeMm} mm.`,
        { remedy },
      ),
    );
  let far = 0;
  for (let t = 0; t < parameters.length; t += 6)
    far = Math.max(far, Math.hypot(parameters[t]!, parameters[t + 1]!, parameters[t + 2]!));
  if (far > farMm)
    issues.push(
      issue(
        'warning',
        'motion-far',
        `The head is up to ${far.toFixed(1)} mm away from where it was in the middle of the run.`,
        { remedy },
      ),
    );
  return issues;
}
