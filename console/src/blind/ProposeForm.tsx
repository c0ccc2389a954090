import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../api/client';
import type { LineSummary } from '../api/types';
import { membersOf, numberOf } from '../look/body';
import { useKept, type Keeping } from '../look/kept';
import { fetched } from '../look/Fetched';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { readUtc } from '../look/time';
import { UtcField } from '../look/UtcField';
import { measured, useT } from '../messages';
import { useOfficer, useSession } from '../api/session';
import type { Prepared } from './checks';
import type { Edges } from './AreaMap';
import { GridSize } from './GridSize';
import { ComparedList, picksOf, PlanChoice, ProfileCard, useOwnPlans } from './Plans';

const AreaMap = fetched(async () => (await import('./AreaMap')).default);

type Draft = {
  with: string;
  west: number | string;
  south: number | string;
  east: number | string;
  north: number | string;
  from: string;
  until: string;
  cell: number | string;
  floor: number | string;
  ceiling: number | string;
  layer: number | string;
  slot: number | string;
  note: string;
};
const empty: Draft = {
  with: '',
  west: '',
  south: '',
  east: '',
  north: '',
  from: '',
  until: '',
  cell: 1000,
  floor: 0,
  ceiling: 12_000,
  layer: 600,
  slot: 15,
  note: '',
};

/** What this browser kept, whatever another version left there. */
const keeping: Keeping<Draft> = {
  read: (stored) => {
    const kept = membersOf(stored);
    const usable = (value: unknown): boolean => typeof value === 'string' || numberOf(value) !== null;
    return kept === null
      ? null
      : (Object.fromEntries(
          Object.entries(empty).map(([name, otherwise]) => [name, usable(kept[name]) ? kept[name] : otherwise]),
        ) as Draft);
  },
};

/** What is to be compared, in plain units. It leaves this station only once another officer has released it. */
export function ProposeForm({ line, onDone }: { line: LineSummary; onDone: () => void }) {
  const t = useT();
  const officer = useOfficer();
  const session = useSession();
  const queries = useQueryClient();
  const plans = useOwnPlans(line.line);
  const others = line.parties.filter((party) => party !== session.party);
  const [draft, setDraft] = useKept<Draft>(`blind.${line.line}.${officer.name}`, empty, keeping);
  const [left, setLeft] = useState<string[]>([]);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const setEdges = ({ west, south, east, north }: Edges): void => change({ west, south, east, north });
  const [from, until] = [readUtc(draft.from), readUtc(draft.until)];
  const numbers = [
    draft.west,
    draft.south,
    draft.east,
    draft.north,
    draft.cell,
    draft.floor,
    draft.ceiling,
    draft.layer,
    draft.slot,
  ];
  const send = useMutation({
    mutationFn: () =>
      request<Prepared>('POST', `/api/v1/lines/${line.line}/blind`, {
        by: officer,
        with: draft.with || others[0],
        area: [draft.west, draft.south, draft.east, draft.north].map(Number),
        from,
        until,
        cellMetres: Number(draft.cell),
        floorMetres: Number(draft.floor),
        ceilingMetres: Number(draft.ceiling),
        layerMetres: Number(draft.layer),
        slotSeconds: Math.round(Number(draft.slot) * 60),
        note: draft.note.trim() || null,
        activities: picksOf(plans, left),
      }),
    onSuccess: () => {
      setDraft(empty);
      void queries.invalidateQueries({ queryKey: ['proposals'] });
    },
  });
  if (send.data !== undefined) return <PreparedView prepared={send.data} onDone={onDone} />;
  const number = (label: string, name: keyof Draft, unit: string) => (
    <NumberInput
      size="sm"
      label={label}
      suffix={unit}
      value={draft[name]}
      onChange={(value) => change({ [name]: value })}
      decimalScale={6}
      required
    />
  );
  return (
    <form
      className={screen['form']}
      aria-label={t('blind.new')}
      onSubmit={(e) => {
        e.preventDefault();
        send.mutate();
      }}
    >
      {others.length > 1 && (
        <Select
          label={t('blind.with')}
          data={others}
          value={draft.with || others[0] || null}
          onChange={(value) => change({ with: value ?? '' })}
          allowDeselect={false}
        />
      )}
      <AreaMap edges={draft} label={t('blind.area')} onChange={setEdges} />
      <div className={screen['grid']}>
        {number(t('blind.west'), 'west', '°')}
        {number(t('blind.south'), 'south', '°')}
        {number(t('blind.east'), 'east', '°')}
        {number(t('blind.north'), 'north', '°')}
      </div>
      <div className={screen['grid']}>
        <UtcField label={t('blind.from')} value={draft.from} onChange={(value) => change({ from: value })} required />
        <UtcField
          label={t('blind.until')}
          value={draft.until}
          onChange={(value) => change({ until: value })}
          required
        />
        {number(t('blind.slot'), 'slot', measured('', 'min'))}
      </div>
      <div className={screen['grid']}>
        {number(t('blind.cell'), 'cell', measured('', 'm'))}
        {number(t('blind.floor'), 'floor', measured('', 'm'))}
        {number(t('blind.ceiling'), 'ceiling', measured('', 'm'))}
        {number(t('blind.layer'), 'layer', measured('', 'm'))}
      </div>
      <GridSize grid={draft} from={from} until={until} />
      <PlanChoice plans={plans} left={left} onChange={setLeft} />
      <TextInput label={t('blind.note')} value={draft.note} onChange={(e) => change({ note: e.currentTarget.value })} />
      <Refusal error={send.error} />
      <div className="row">
        <Button
          type="submit"
          disabled={from === null || until === null || numbers.some((n) => n === '')}
          loading={send.isPending}
        >
          {t('blind.prepare')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('blind.leave')}
        </Button>
        <span className="dim">{t('form.kept')}</span>
      </div>
    </form>
  );
}

/** What another officer is to release, and what the other side will learn of it. */
export function PreparedView({ prepared, onDone }: { prepared: Prepared; onDone: () => void }) {
  const t = useT();
  return (
    <div className={screen['form']} role="status">
      <p>
        <strong>{t('blind.prepared')}</strong>
      </p>
      <ProfileCard profile={prepared.profile} />
      <ComparedList compared={prepared.compared} found={false} />
      <p>{t('blind.bucket', { cells: prepared.cells, bucket: prepared.bucket })}</p>
      <div className="row">
        <Button variant="default" onClick={onDone}>
          {t('blind.leave')}
        </Button>
      </div>
    </div>
  );
}
