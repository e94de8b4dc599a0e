import { Anchor, Badge, Box, Button, Code, Group, Image, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Sight, WhyViewNode } from '../../../src/server/views/why.ts';
import { call, urlOf } from '../api/client.ts';
import { useMay } from '../app/session.tsx';
import { Loading, Trouble } from '../parts/states.tsx';

interface Props {
  subject: string;
  record: string;
  open(record: string): void;
  leave(): void;
}

/** What a record rests on, step by step to the bytes, and what rests on it. */
export default function WhyPanel({ subject, record, open, leave }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['patient', subject, 'why', record],
    queryFn: ({ signal }) => call('patient.why', { params: { subject, record } }, { signal }),
  });
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  const parts = { subject, open, leave };
  return (
    <Stack gap="md">
      <Node node={data.about} {...parts} alone />
      <section aria-labelledby="why-rests">
        <Title order={3} id="why-rests">
          {t('why.restsOn')}
        </Title>
        <Tree nodes={data.restsOn} {...parts} />
      </section>
      <section aria-labelledby="why-used">
        <Title order={3} id="why-used">
          {t('why.usedBy')}
        </Title>
        <Tree nodes={data.usedBy} {...parts} />
      </section>
    </Stack>
  );
}

type Parts = Pick<Props, 'subject' | 'open' | 'leave'>;

function Tree({ nodes, ...parts }: { nodes: WhyViewNode[] } & Parts) {
  const { t } = useTranslation();
  if (nodes.length === 0) return <Text c="var(--quiet)">{t('why.nothing')}</Text>;
  return (
    <ul className="why-tree">
      {nodes.map((node, i) => (
        <li key={`${node.id}-${i}`}>
          <Node node={node} {...parts} />
          {node.below.length > 0 ? <Tree nodes={node.below} {...parts} /> : null}
        </li>
      ))}
    </ul>
  );
}

function Node({ node, subject, open, leave, alone }: { node: WhyViewNode; alone?: boolean } & Parts) {
  const { t } = useTranslation();
  const cut = node.cut === 'shown' ? t('why.shown') : node.cut === 'depth' ? t('why.deeper') : undefined;
  return (
    <Box className={alone ? 'why-about' : 'why-node'}>
      <Group gap={6} wrap="wrap">
        <Badge size="xs" variant="default" tt="none">
          {t(`why.kind.${node.kind}`)}
        </Badge>
        {alone || node.kind === 'absent' ? (
          <Text fw={600}>{node.title}</Text>
        ) : (
          <Anchor component="button" type="button" ta="start" onClick={() => open(node.id)}>
            {node.title}
          </Anchor>
        )}
        {node.supersededBy ? (
          <Badge size="xs" color="orange" variant="light" tt="none">
            {t('why.superseded')}
          </Badge>
        ) : null}
        {cut ? (
          <Text size="xs" c="var(--quiet)">
            {cut}
          </Text>
        ) : null}
      </Group>
      {node.cut === 'shown' ? null : (
        <>
          {(node.evidence ?? []).map(({ place, says }, i) => (
            <Text key={i} size="sm" className="why-evidence">
              {place}
              {says ? `: ${says}` : ''}
            </Text>
          ))}
          {(node.files ?? []).map(({ path, sha256 }, i) => (
            <Text key={i} size="xs" c="var(--quiet)" className="why-evidence">
              {path} <Code>{sha256.slice(0, 16)}</Code>
            </Text>
          ))}
          {(node.fileCount ?? 0) > (node.files?.length ?? 0) ? (
            <Text size="xs" c="var(--quiet)">
              {t('why.moreFiles', { count: (node.fileCount ?? 0) - (node.files?.length ?? 0) })}
            </Text>
          ) : null}
          <ConsultedList all={node.consulted ?? []} />
          {node.sights.map((sight, i) => (
            <SightView key={i} sight={sight} subject={subject} leave={leave} />
          ))}
        </>
      )}
    </Box>
  );
}

/** Files that a run read, in sight; a questionnaire's run reads those of all questionnaires. */
const consultedShown = 4;

function ConsultedList({ all }: { all: NonNullable<WhyViewNode['consulted']> }) {
  const { t } = useTranslation();
  const lines = all.map(({ type, id, version, licence }) => (
    <Text key={`${type} ${id}`} size="xs" c="var(--quiet)" className="why-evidence">
      {t(`why.consulted.${type}`)} {id} {version} ({licence})
    </Text>
  ));
  if (lines.length <= consultedShown + 1) return lines;
  return (
    <>
      {lines.slice(0, consultedShown)}
      <details className="more-notes">
        <summary>{t('app.andMore', { count: lines.length - consultedShown })}</summary>
        {lines.slice(consultedShown)}
      </details>
    </>
  );
}

/** What can be looked at: the slice, the picture, the text at its place. */
function SightView({ sight, subject, leave }: { sight: Sight; subject: string; leave(): void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const mayRead = useMay('sources:read');
  if (sight.type === 'image') {
    const search = new URLSearchParams({ image: sight.image, ...(sight.region ? { region: sight.region } : {}) });
    return (
      <Anchor component={Link} href={`/patients/${subject}/images?${search}`} size="sm" onClick={leave}>
        {t('why.openImage')}
      </Anchor>
    );
  }
  if (sight.type === 'picture')
    return (
      <Image
        src={urlOf('patient.picture', { params: { subject, record: sight.artifact } })}
        alt={t('why.picture')}
        maw={480}
        radius="sm"
      />
    );
  if (!mayRead) return null;
  return (
    <div>
      <Button size="compact-xs" variant="default" onClick={() => setShown(!shown)} aria-expanded={shown}>
        {t('why.readPlace', { place: sight.place })}
      </Button>
      {shown ? <Excerpt subject={subject} source={sight.source} place={sight.place} /> : null}
    </div>
  );
}

function Excerpt({ subject, source, place }: { subject: string; source: string; place: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['patient', subject, 'excerpt', source, place],
    queryFn: () => call('patient.excerpt', { params: { subject, record: source }, query: { place } }),
  });
  if (isPending) return <Loading />;
  if (error) return <Trouble error={error} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard
    <section className="excerpt" tabIndex={0} aria-label={`${data.path}, ${place}`}>
      {data.lines.map((line, i) => (
        <div key={i} className={line.marked ? 'excerpt-line marked' : 'excerpt-line'}>
          {line.number === undefined ? null : <span className="excerpt-number">{line.number}</span>}
          {line.text}
        </div>
      ))}
      {data.remark ? <Text size="xs">{data.remark}</Text> : null}
    </section>
  );
}
