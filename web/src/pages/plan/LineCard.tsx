import { Badge, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanView } from '../../../../src/server/api/review.ts';
import { DecisionControls, type Writing } from './DecisionControls.tsx';
import type { Deeds } from './usePlan.ts';
import { WhyLinks } from './WhyLinks.tsx';

type Line = PlanView['lines'][number];
type Reviewed = NonNullable<PlanView['review']>['lines'][number];

const edge = { now: 'var(--urgent)', soon: 'var(--open)', routine: 'var(--mantine-color-default-border)' } as const;

/** One line to weigh: action, what speaks for and against it, what would change it, and the decision. */
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
  const { t } = useTranslation();
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
  const { urgency, strength, guidance, rule } = line;
  return (
    <Paper
      component="article"
      withBorder
      p="md"
      id={line.id}
      data-line
      tabIndex={0}
      aria-labelledby={`${line.id}-action`}
      aria-keyshortcuts="j k a m r"
      onKeyDown={onKeyDown}
      style={{ borderLeft: `6px ${urgency === 'soon' ? 'double' : 'solid'} ${edge[urgency]}` }}
    >
      <Stack gap="sm">
        <Group gap="xs">
          <Badge variant="outline" tt="none">
            {line.verbWords}
          </Badge>
          <Text size="sm" fw={600}>
            {line.about}
          </Text>
          <Text size="sm" c="var(--quiet)">
            {t('plan.strength', { strength: strength.grade, body: strength.body })}
          </Text>
        </Group>
        <Title order={3} id={`${line.id}-action`}>
          {line.action}
        </Title>
        {line.doubt ? (
          <Text size="sm" c="var(--open)" fw={600}>
            {line.doubt}
          </Text>
        ) : null}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          <Column title={t('plan.for')} items={line.for} />
          <Column title={t('plan.against')} items={line.against} />
          {line.conflicts.length > 0 ? <Column title={t('plan.conflicts')} items={line.conflicts} /> : null}
          <Column title={t('plan.wouldChange')} items={line.wouldChange.map((text) => ({ text, links: [] }))} />
        </SimpleGrid>
        <Text size="xs" c="var(--quiet)">
          {line.lookAgain ? `${t('plan.lookAgain')}: ${line.lookAgain} ` : ''}
          {guidance.length > 0
            ? `${t('plan.guidance')}: ${guidance.map((one) => [one.title, one.version, one.date, one.reference].filter(Boolean).join(', ')).join('; ')}. `
            : ''}
          {t('plan.rule', { id: rule.id, version: rule.version })} <WhyLinks links={line.links} />
        </Text>
        <DecisionControls {...{ line, reviewed, act, mayDecide, writing, setWriting }} />
      </Stack>
    </Paper>
  );
}

function Column({ title, items }: { title: string; items: Line['for'] }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={600} component="h4" m={0}>
        {title}
      </Text>
      {items.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {t('plan.nothing')}
        </Text>
      ) : (
        <List size="sm" spacing={2}>
          {items.map(({ text, links }) => (
            <List.Item key={text}>
              {text} <WhyLinks links={links} />
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
}

function moveFocus(from: HTMLElement, step: number): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-line]')];
  all[all.indexOf(from) + step]?.focus();
}
