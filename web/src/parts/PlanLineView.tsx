import { Badge, Card, Group, List, SimpleGrid, Stack, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArgumentView, PlanLine } from '../../../src/report/planLine.ts';
import { WhyLink } from '../patient/Why.tsx';
import { Links } from './Links.tsx';

interface Props {
  line: PlanLine;
  /** What is not for, against or would change it is folded away. */
  brief?: boolean;
  children?: ReactNode;
}

/** One line to weigh, with what speaks for it, against it, and what would change it. `children`: the reader's decision. */
export function PlanLineView({ line, brief = false, children }: Props) {
  const { t } = useTranslation();
  const more = rest(line, t);
  return (
    <Card withBorder padding="sm" component="article" className={`plan-line ${line.urgency}`} aria-label={line.action}>
      <Stack gap={6}>
        <Group gap="xs" wrap="wrap" align="center">
          <Text fw={700} size="sm" className="verb">
            {t(`line.verb.${line.verb}`, { defaultValue: line.verbWords })}
          </Text>
          <Text size="sm" c="var(--quiet)">
            {t(`line.urgency.${line.urgency}`)}
          </Text>
          <Badge variant="default" tt="none" size="sm" h="auto" styles={{ label: { whiteSpace: 'normal' } }}>
            {line.strength.grade} ({line.strength.body})
          </Badge>
          <Text size="xs" c="var(--quiet)">
            {t('line.certainty', { certainty: line.certainty ?? t('line.notStated') })}
          </Text>
        </Group>
        <WhyLink record={line.id}>
          <Text component="span" fw={600}>
            {line.action}
          </Text>
        </WhyLink>
        {line.held ? (
          <Text size="sm" fw={600} c="var(--open)">
            {t('line.held', { because: line.held.because })}
          </Text>
        ) : null}
        {line.doubt ? (
          <Text size="sm" fw={600} c="var(--open)">
            {line.doubt}
          </Text>
        ) : null}
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" verticalSpacing={4}>
          <Arguments title={t('line.for')} all={line.for} none={t('line.noneFor')} />
          <Arguments title={t('line.against')} all={line.against} none={t('line.noneAgainst')} />
          <Some title={t('line.wouldChange')} all={line.wouldChange.map((text) => ({ text, links: [] }))} />
          {brief ? null : more.map(([title, all]) => <Some key={title} title={title} all={all} most={mostBeside} />)}
        </SimpleGrid>
        {brief && more.some(([, all]) => all.length > 0) ? (
          <details>
            <Text component="summary" size="sm" style={{ cursor: 'pointer' }}>
              {more
                .filter(([, all]) => all.length > 0)
                .map(([title, all]) => `${title} (${all.length})`)
                .join(' · ')}
            </Text>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing={4} mt={4}>
              {more.map(([title, all]) => (
                <Some key={title} title={title} all={all} />
              ))}
            </SimpleGrid>
          </details>
        ) : null}
        <Text size="xs" c="var(--quiet)">
          {line.goal ? `${t('line.goal')}: ${line.goal} ` : ''}
          {line.lookAgain ? `${t('line.lookAgain')}: ${line.lookAgain} ` : ''}
          {line.guidance.map(({ id, title, version, date, reference, state }, i) => (
            <span key={id}>
              {i > 0 ? '; ' : ''}
              {[...new Set([title, version, date, reference])].filter(Boolean).join(', ')}
              {state ? <strong>{`, ${state}`}</strong> : null}
            </span>
          ))}
        </Text>
        {line.patient && !brief ? (
          <Text size="xs" c="var(--quiet)">
            {t('line.patient')}: <q>{line.patient}</q>
          </Text>
        ) : null}
        {line.issues.map((issue, i) => (
          <Text key={i} size="xs" className={`issue ${issue.severity}`}>
            {issue.message}
          </Text>
        ))}
        {line.decision && children === undefined ? <Text size="sm">{line.decision}</Text> : null}
        {children}
      </Stack>
    </Card>
  );
}

/** What stands beside the line: ways to the same end, other lines, what to monitor; each with its title. */
function rest(line: PlanLine, t: TFunction): [string, ArgumentView[]][] {
  const conflicts = line.conflicts.map((one) => ({
    ...one,
    text: `${t(`line.outcome.${one.outcome}`)}: ${bare(one.text)}`,
  }));
  return [
    [t('line.alternatives'), ways(line, true)],
    [t('line.otherWays'), ways(line, false)],
    [t('line.conflicts'), conflicts],
    [t('line.monitor'), (line.monitor ?? []).map(({ what, at }) => ({ text: `${what}: ${at}`, links: [] }))],
  ];
}

/** Alternatives of equal standing, or the others, each with the grade of its body. */
function ways(line: PlanLine, equal: boolean): ArgumentView[] {
  return line.alternatives
    .filter((one) => one.equal === equal)
    .map(({ text, links, strength }) => ({ text: strength ? `${text} (${strength})` : text, links }));
}

/** The statement without the word that the outcome says already. */
function bare(statement: string): string {
  return statement.replace(/^(Goes before|Stands back behind|Weigh together with): /, '');
}

/** A list that is left out when it is empty. */
function Some({ title, all, most }: { title: string; all: readonly ArgumentView[]; most?: number }) {
  return all.length === 0 ? null : <Arguments title={title} all={all} none="" {...(most ? { most } : {})} />;
}

/** More arguments than this are a wall of text; what the plan puts first stands first. */
const mostArguments = 4;
/** The same of what stands beside the line. */
const mostBeside = 2;

function Arguments({
  title,
  all,
  none,
  most = mostArguments,
}: {
  title: string;
  all: readonly ArgumentView[];
  none: string;
  most?: number;
}) {
  const { t } = useTranslation();
  const shown = all.length > most + 1 ? most : all.length;
  return (
    <div>
      <Text size="xs" fw={600} c="var(--quiet)">
        {title}
      </Text>
      {all.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {none}
        </Text>
      ) : (
        <>
          <ArgumentList all={all.slice(0, shown)} />
          {all.length > shown ? (
            <details className="more-notes">
              <summary>{t('app.andMore', { count: all.length - shown })}</summary>
              <ArgumentList all={all.slice(shown)} />
            </details>
          ) : null}
        </>
      )}
    </div>
  );
}

function ArgumentList({ all }: { all: readonly ArgumentView[] }) {
  return (
    <List size="sm" spacing={2}>
      {all.map(({ text, links }) => (
        <List.Item key={text}>
          {text} <Links links={links} />
        </List.Item>
      ))}
    </List>
  );
}
