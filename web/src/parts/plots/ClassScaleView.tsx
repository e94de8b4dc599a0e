import type { ClassScale } from '../../../../src/report/classScale.ts';

/** The classes in their order, those that are possible marked by border and weight. */
export function ClassScaleView({ scale }: { scale: ClassScale }) {
  return (
    <figure className="class-scale">
      <ul aria-label={scale.described}>
        {scale.classes.map(({ label, possible }) => (
          <li key={label} className={possible ? 'possible' : ''}>
            {label}
          </li>
        ))}
      </ul>
      {scale.remark ? <figcaption>{scale.remark}</figcaption> : null}
    </figure>
  );
}
