import { type KeyboardEvent, useState } from 'react';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { PlanLineView } from '../../parts/PlanLineView.tsx';
import { DecisionControls, type Writing } from './DecisionControls.tsx';
import type { Deeds } from './usePlan.ts';

type Line = PlanView['lines'][number];
type Reviewed = NonNullable<PlanView['review']>['lines'][number];

/** One line to weigh with the decision on it. The line itself takes keys: J, K, A, M, R. */
export function LineCard({
  line,
  reviewed,
  act,
  mayDecide,
}: {
  line: Line;
  reviewed: Reviewed | undefined;
  act: Deeds;
  mayDecide: boolean;
}) {
  const [writing, setWriting] = useState<Writing>();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Keys mean something on the line itself, never while somebody types in it.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'j' || key === 'k') moveFocus(event.currentTarget, key === 'j' ? 1 : -1);
    else if (!mayDecide) return;
    else if (key === 'a') act.mutate({ do: 'decide', command: { type: 'decide', line: line.id, decision: 'accept' } });
    else if (key === 'm') setWriting('modify');
    else if (key === 'r') setWriting('reject');
    else return;
    event.preventDefault();
  };
  return (
    <section
      id={line.id}
      data-line
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the line is a stop of the keyboard, its keys are named below
      tabIndex={0}
      aria-label={line.action}
      aria-keyshortcuts="j k a m r"
      onKeyDown={onKeyDown}
    >
      <PlanLineView line={line}>
        <DecisionControls {...{ line, reviewed, act, mayDecide, writing, setWriting }} />
      </PlanLineView>
    </section>
  );
}

function moveFocus(from: HTMLElement, step: number): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-line]')];
  all[all.indexOf(from) + step]?.focus();
}
