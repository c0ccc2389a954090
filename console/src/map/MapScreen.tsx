import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { theLive } from '../api/live';
import { itemQuery, useEveryTraffic, useKnownLines } from '../api/queries';
import type { EntryView, ItemView, LineSummary, TrafficView } from '../api/types';
import { standingEntry, useKinds, type Kinds } from '../api/kinds';
import { EntryBody } from '../look/BodyView';
import { Boundary, PartBoundary } from '../look/Boundary';
import { Foreign } from '../look/Foreign';
import { membersOf, textOf } from '../look/body';
import { shortened } from '../look/InPart';
import { isKept, useKept, type Keeping } from '../look/kept';
import { useNow } from '../look/now';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { dateTimeGroup } from '../look/time';
import { allKnown, Unknown } from '../look/Unknown';
import { kindWord } from '../look/labels';
import { useT, wordOf, type Key } from '../messages';
import { positionText } from '../look/summary';
import css from './map.module.css';
import { bands, holdsAt, inBand, objectsOf, settledOpeners, type Band, type MapObject } from './objects';
import { largestOverlay, overlayOf, readOverlay, type Overlay } from './overlay';
import { levelOf, middleOf, planHoldsAt, planInBand, usePlans, type Planned } from '../world/plans';
import { WorldMap, type Area, type Spot, type Tone } from '../world/WorldMap';

const tones: Record<string, Tone> = {
  accident: 'serious',
  clarification: 'caution',
  notice: 'standby',
  message: 'caution',
};
const toneOf = (kind: string): Tone => tones[kind.split('.')[0] ?? ''] ?? 'off';

const noLines: LineSummary[] = [];
/** Settled items of a line that are asked for: those at hand that named a place last. */
const mostSettled = 40;

/** Items as they are at their own address, by line and entry: what a list shortened, and what is no longer open but stood on the map. */
function useMapItems(
  lines: readonly LineSummary[],
  traffic: ReadonlyMap<string, TrafficView>,
  tail: (line: string) => readonly EntryView[],
  kinds: Kinds,
): ReadonlyMap<string, ItemView> {
  const wanted = lines.flatMap(({ line }) => {
    const open = traffic.get(line)?.open;
    return open === undefined
      ? []
      : [
          ...open.filter((item) => item.cut === true).map((item) => item.entry),
          ...settledOpeners(tail(line), open, kinds).slice(-mostSettled),
        ].map((entry) => ({ line, entry }));
  });
  return useQueries({
    queries: wanted.map(({ line, entry }) => ({ ...itemQuery(line, entry), staleTime: 15_000 })),
    combine: (results) =>
      new Map(
        results.flatMap((result, i) =>
          result.data === undefined ? [] : [[`${wanted[i]?.line ?? ''} ${result.data.entry}`, result.data] as const],
        ),
      ),
  });
}

/** What this browser kept of lines of contact is read as strictly as a file. */
const keepingOverlay: Keeping<Overlay | null> = {
  read: (stored) => {
    const kept = membersOf(stored);
    const found = overlayOf(kept?.['data']);
    return 'data' in found ? { name: textOf(kept?.['name']) ?? '', data: found.data } : null;
  },
};

/** What the record places on the map, by time and height; every object stands in the table as well (P10). */
export function MapScreen() {
  const t = useT();
  const now = useNow();
  const knownLines = useKnownLines();
  const lines = knownLines.data ?? noLines;
  const store = theLive();
  // One list for all lines, made again when any of them changes.
  const newest = (): string => lines.map((line) => store.tail(line.line).entries.at(-1)?.id ?? '').join(' ');
  useSyncExternalStore(store.subscribe, newest, newest);
  const known = usePlans(lines);
  const traffic = useEveryTraffic(lines);
  const kinds = useKinds();
  const items = useMapItems(lines, traffic.of, (line) => store.tail(line).entries as EntryView[], kinds);
  const objects = lines.flatMap((line) => {
    const view = traffic.of.get(line.line);
    const plans = known.unknown.includes(line.line) ? undefined : known.of.get(line.line);
    return objectsOf(
      store.tail(line.line).entries as EntryView[],
      line.line,
      view === undefined
        ? null
        : {
            open: view.open.map((item) => items.get(`${line.line} ${item.entry}`) ?? item),
            settled: new Map(
              [...items].flatMap(([key, item]) =>
                key.startsWith(`${line.line} `) ? [[item.entry, item] as const] : [],
              ),
            ),
            flagged: new Set(view.flags.map((flag) => flag.entry)),
            plans: plans === undefined ? null : new Set(plans.map((plan) => plan.entry)),
          },
      kinds,
    );
  });
  const folding = [...traffic.of.values()].some((view) => view.folding);
  const plans = [...known.of.values()].flat();
  const whole = allKnown(knownLines, known, traffic);
  const [band, setBand] = useState<Band>('all');
  const [when, setWhen] = useState<number | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [overlay, setOverlay] = useKept<Overlay | null>('overlay', null, keepingOverlay);
  // What another version kept and this one cannot draw is dropped, and that is said.
  const [problem, setProblem] = useState<{ problem: Key; where: string } | null>(() =>
    overlay === null && isKept('overlay') ? { problem: 'overlay.dropped', where: '' } : null,
  );
  useEffect(() => {
    if (overlay === null && isKept('overlay')) setOverlay(null);
  }, [overlay, setOverlay]);

  const times = objects.flatMap((object) => [object.from, ...(object.until === null ? [] : [object.until])]);
  for (const {
    properties: { from, until },
  } of plans.flatMap((plan) => plan.features))
    times.push(...[from, until].flatMap((at) => (at === null ? [] : [Date.parse(at)])));
  const first = Math.min(now - 86_400_000, ...times);
  const last = Math.max(now + 86_400_000, ...times);
  const shown = objects.filter((object) => inBand(object, band) && (when === null || holdsAt(object, when)));
  const spots: Spot[] = shown.map((object) => ({
    id: object.id,
    position: object.position,
    label: object.placeName ?? object.entry,
    tone: toneOf(object.kind),
    radiusMetres: object.radiusMetres,
  }));
  const planned = plans
    .map((plan) => ({
      ...plan,
      features: plan.features.filter(
        (volume) => planInBand(volume, band) && (when === null || planHoldsAt(volume, when)),
      ),
    }))
    .filter((plan, i) => plan.features.length > 0 || plans[i]?.features.length === 0);
  const areas: Area[] = planned.map((plan) => ({
    id: plan.key,
    tone: levelOf(plan),
    role: plan.role,
    features: plan.features,
  }));
  for (const plan of planned) {
    const position = middleOf(plan);
    if (position !== null)
      spots.push({ id: plan.key, position, label: plan.name ?? plan.entry, tone: levelOf(plan), radiusMetres: null });
  }
  const focus = spots.find((spot) => spot.id === chosen)?.position ?? null;
  useEffect(() => {
    if (chosen !== null) document.getElementById(`object-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const load = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const found =
      file.size > largestOverlay * 4
        ? { problem: 'overlay.too-large' as const, where: '' }
        : readOverlay(await file.text());
    if ('data' in found) setOverlay({ name: file.name, data: found.data });
    setProblem('data' in found ? null : found);
  };
  return (
    <div className={screen['panel']}>
      <div className="column">
        <div className={css['filters']}>
          <h1>{t('screen.map')}</h1>
          <label>
            {t('map.band')}
            <select value={band} onChange={(e) => setBand(e.currentTarget.value as Band)}>
              {bands.map((name) => (
                <option key={name} value={name}>
                  {t(`band.${name}`)}
                </option>
              ))}
            </select>
          </label>
          <label className={css['slider']}>
            <span>
              {when === null ? (
                t('map.any-time')
              ) : (
                <>
                  {t('map.at')} {dateTimeGroup(when)}
                </>
              )}
            </span>
            <input
              type="range"
              min={first}
              max={last}
              step={60_000}
              value={when ?? last}
              onChange={(e) => setWhen(Number(e.currentTarget.value))}
              aria-valuetext={when === null ? t('map.any-time') : dateTimeGroup(when)}
            />
          </label>
          <button type="button" onClick={() => setWhen(now)}>
            {t('map.now')}
          </button>
          <button type="button" onClick={() => setWhen(null)}>
            {t('map.any-time')}
          </button>
          <label>
            {overlay === null ? t('map.contact-lines') : `${t('map.contact-lines')}: ${overlay.name}`}
            <input
              type="file"
              accept=".json,.geojson,application/geo+json"
              onChange={(e) => {
                void load(e.currentTarget.files?.[0]);
                e.currentTarget.value = '';
              }}
            />
          </label>
          {overlay !== null && (
            <button
              type="button"
              onClick={() => {
                setOverlay(null);
                setProblem(null);
              }}
            >
              {t('map.no-overlay')}
            </button>
          )}
        </div>
        <Unknown of={[knownLines, known]} what={t('unknown.plans')} />
        <Unknown of={[traffic]} what={t('unknown.traffic')} />
        {folding && (
          <p role="status">
            <Status level="caution" word={t('line.folding')} />
          </p>
        )}
        {problem !== null && (
          <p role="alert">
            {t(problem.problem)}
            {problem.where !== '' && (
              <>
                {' '}
                <code>{problem.where}</code>
              </>
            )}
          </p>
        )}
        <div className={css['layout']}>
          <PartBoundary resetOn={overlay?.name ?? ''}>
            <WorldMap
              key={chosen ?? 'world'}
              objects={spots}
              focus={focus}
              chosen={chosen}
              height={560}
              overlay={overlay?.data ?? null}
              areas={areas}
              onChoose={setChosen}
            />
          </PartBoundary>
          <div className={screen['tableBox']}>
            <table>
              <thead>
                <tr>
                  <th>{t('map.what')}</th>
                  <th>{t('map.where')}</th>
                  <th>{t('map.time')}</th>
                </tr>
              </thead>
              <tbody>
                {planned.map((plan) => (
                  <RowBoundary key={plan.key} entry={plan.entry}>
                    <PlanRow
                      plan={plan}
                      chosen={plan.key === chosen}
                      onChoose={() => setChosen(plan.key === chosen ? null : plan.key)}
                    />
                    {plan.key === chosen && <Says line={plan.line} entry={plan.entry} />}
                  </RowBoundary>
                ))}
                {shown.map((object) => (
                  <RowBoundary key={object.id} entry={object.entry}>
                    <Row
                      object={object}
                      chosen={object.id === chosen}
                      onChoose={() => setChosen(object.id === chosen ? null : object.id)}
                    />
                    {object.id === chosen && <Says line={object.line} entry={object.entry} />}
                  </RowBoundary>
                ))}
                {whole && shown.length === 0 && planned.length === 0 && (
                  <tr>
                    <td colSpan={3} className="dim">
                      {t('map.nothing')}
                    </td>
                  </tr>
                )}
              </tbody>
            </table>
          </div>
        </div>
      </div>
    </div>
  );
}

function RowBoundary({ entry, children }: { entry: string; children: ReactNode }) {
  const t = useT();
  return (
    <Boundary
      resetOn={entry}
      fallback={() => (
        <tr>
          <td colSpan={3}>{t('cannot.entry', { entry })}</td>
        </tr>
      )}
    >
      {children}
    </Boundary>
  );
}

export function PlanRow({ plan, chosen, onChoose }: { plan: Planned; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  const middle = middleOf(plan);
  const first = plan.features[0]?.properties;
  return (
    <tr id={`object-${plan.key}`} aria-selected={chosen} onClick={onChoose}>
      <td>
        <strong>{wordOf(t, 'role', plan.family === 'movement' ? 'movement' : plan.role)}</strong> · {plan.owner} ·{' '}
        {wordOf(t, 'state', plan.state)}
        <br />
        {plan.name !== null && (
          <>
            <Foreign text={plan.name} />
            <br />
          </>
        )}
        {plan.conflictsWith.length > 0 && (
          <>
            <strong className={css['conflict']}>{t('map.conflicts', { with: plan.conflictsWith.join(' ') })}</strong>
            <br />
          </>
        )}
        {plan.caution != null && plan.caution !== '' && (
          <>
            <Status level="caution" word={t('map.caution')} /> <Foreign text={plan.caution} />
            <br />
          </>
        )}
        {plan.problem !== null && (
          <>
            <span className="dim">
              {t('map.not-compared')} <Foreign text={plan.problem} />
            </span>
            <br />
          </>
        )}
        <button
          type="button"
          onClick={(e) => {
            e.stopPropagation();
            go({ screen: 'record', line: plan.line, entry: plan.entry });
          }}
        >
          {plan.entry}
        </button>
      </td>
      <td>
        {middle !== null && <span className="mono">{positionText(middle[0], middle[1])}</span>}
        {first !== undefined && (
          <>
            <br />
            {first.lowerMetres === null && first.upperMetres === null
              ? t('band.all')
              : `${first.lowerMetres ?? '…'} – ${first.upperMetres ?? '…'} m ${first.reference}`}
          </>
        )}
      </td>
      <td>
        {first?.from != null && <Stamp at={first.from} />}
        {first?.until != null && (
          <>
            <br />– <Stamp at={first.until} />
          </>
        )}
      </td>
    </tr>
  );
}

export function Row({ object, chosen, onChoose }: { object: MapObject; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  return (
    <tr id={`object-${object.id}`} aria-selected={chosen} onClick={onChoose}>
      <td>
        <strong>{kindWord(t, object.kind)}</strong>
        <br />
        <Foreign text={shortened(object.what, 140)} />
        <br />
        <button
          type="button"
          onClick={(e) => {
            e.stopPropagation();
            go({ screen: 'record', line: object.line, entry: object.entry });
          }}
        >
          {object.entry}
        </button>
      </td>
      <td>
        {object.placeName !== null && (
          <>
            <Foreign text={object.placeName} />
            <br />
          </>
        )}
        <span className="mono">{positionText(object.position[0], object.position[1])}</span>
        {object.radiusMetres !== null && (
          <>
            <br />± {Math.round(object.radiusMetres)} m
          </>
        )}
        {object.altitudeMetres !== null && (
          <>
            <br />
            {Math.round(object.altitudeMetres)} m
          </>
        )}
      </td>
      <td>
        <Stamp at={object.from} />
        {object.until !== null && (
          <>
            <br />– <Stamp at={object.until} />
          </>
        )}
      </td>
    </tr>
  );
}

/** All that the entry says whose words stand: of a movement how it is marked and whom to call, of a site who verified it. */
function Says({ line, entry }: { line: string; entry: string }) {
  const kinds = useKinds();
  const item = useQuery(itemQuery(line, entry));
  const standing = item.data?.entry === entry ? standingEntry(kinds, item.data) : entry;
  return (
    <tr>
      <td colSpan={3}>{item.isPending ? null : <EntryBody line={line} entry={standing} />}</td>
    </tr>
  );
}
