import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { request } from '../api/client';
import { useSession } from '../api/session';
import { plain } from '../look/visible';
import { theLive } from '../api/live';
import { itemQuery, useEveryTraffic, useKnownLines } from '../api/queries';
import type { EntryView, ItemView, LineSummary, Mark, TrafficView } from '../api/types';
import { standingEntry, useKinds, type Kinds } from '../api/kinds';
import { EntryBody } from '../look/BodyView';
import { Boundary, PartBoundary } from '../look/Boundary';
import { NotMeant } from '../look/Chips';
import { Foreign } from '../look/Foreign';
import { membersOf, textOf } from '../look/body';
import { shortened } from '../look/InPart';
import { isKept, useKept, type Keeping } from '../look/kept';
import { useName } from '../look/names';
import { useNow } from '../look/now';
import { go, useRoute } from '../look/route';
import look from '../look/look.module.css';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { allKnown, Unknown } from '../look/Unknown';
import { choiceWord, kindWord } from '../look/labels';
import { measured, useLanguage, useT, wordOf, type Key, type T } from '../messages';
import { positionText } from '../look/summary';
import css from './map.module.css';
import { bands, holdsAt, inBand, objectsOf, settledOpeners, type Band, type MapObject } from './objects';
import { largestOverlay, overlayOf, readOverlay, type Overlay } from './overlay';
import { areaOfPlan, levelOf, middleOf, planHoldsAt, planInBand, usePlans, type Planned } from '../world/plans';
import type { ChartView, Clash, Glyph, Spot, Tone } from '../world/chart';
import { clashesOf, type Overlap } from '../world/clashes';
import { readAnyPosition } from '../world/coordinates';
import type { Position } from '../world/geodesy';
import { coloursOf } from '../world/palette';
import { sectorText } from '../world/sectors';
import { WorldMap, type MapHandle } from '../world/WorldMap';
import { PlaceName } from '../entry/PlaceName';
import { Conductor } from './Conductor';
import { useMonitored, type Drawn } from './monitoring';
import { hashOf, readHash, timeOf, type Moment } from './view';

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
  const language = useLanguage();
  const session = useSession();
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
  const [opened] = useState(() => readHash(typeof location === 'undefined' ? '' : location.hash));
  const [band, setBand] = useState<Band>(opened.band);
  const [moment, setMoment] = useState<Moment>(opened.moment);
  const [view, setView] = useState<ChartView | null>(opened.view);
  const when = timeOf(moment, now);
  const route = useRoute();
  const led = route.line !== null && route.entry !== null ? `${route.line} ${route.entry}` : null;
  const [chosen, setChosen] = useState<string | null>(led);
  // Who is led here by an alarm sees what it is about.
  const [ledTo, setLedTo] = useState(led);
  if (ledTo !== led) {
    setLedTo(led);
    if (led !== null) setChosen(led);
  }
  const [sought, setSought] = useState<{ text: string; at: Position | null }>({ text: '', at: null });
  const [drawer, setDrawer] = useState(
    () => typeof matchMedia === 'undefined' || !matchMedia('(max-width: 1000px)').matches,
  );
  const [rows, setRows] = useState(mostRows);
  const handle = useRef<MapHandle | null>(null);
  const [overlay, setOverlay] = useKept<Overlay | null>('overlay', null, keepingOverlay);
  // What another version kept and this one cannot draw is dropped, and that is said.
  const [problem, setProblem] = useState<{ problem: Key; where: string } | null>(() =>
    overlay === null && isKept('overlay') ? { problem: 'overlay.dropped', where: '' } : null,
  );
  useEffect(() => {
    if (overlay === null && isKept('overlay')) setOverlay(null);
  }, [overlay, setOverlay]);
  // The address keeps what is seen; the page's history is not filled with every move of it.
  useEffect(() => {
    const hash = hashOf({ view, moment, band });
    if (hash !== location.hash)
      history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`);
  }, [view, moment, band]);

  // An address that a colleague gave is followed also where the map is open already.
  useEffect(() => {
    // The event knows what was given; by now the map may have written its own view into the address again.
    const follow = (e: HashChangeEvent): void => {
      const given = readHash(new URL(e.newURL).hash);
      setBand(given.band);
      setMoment(given.moment);
      if (given.view !== null) handle.current?.look(given.view);
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  const name = useName();
  const parties = lines.flatMap((line) => line.parties);
  const colours = useSame(coloursOf(parties, session.party), parties.join(' '));
  const legend = [...colours].map(([id, colour]) => ({
    id,
    colour,
    name: id === session.party ? t('map.ours', { party: name(id) }) : name(id),
  }));
  const monitored = useMonitored(lines, when, now, colours);
  const sectors = useMemo(() => monitored.drawn.map((one) => one.sector), [monitored.drawn]);
  const shown = objects.filter((object) => inBand(object, band) && (when === null || holdsAt(object, when)));
  // Whether a plan is meant is told with its item.
  const marks = new Map<string, Mark>(
    [...traffic.of.values()].flatMap((view) =>
      view.open.map((item) => [`${view.line} ${item.entry}`, item.mark] as const),
    ),
  );
  const planned = plans
    .map((plan) => ({
      ...plan,
      features: plan.features.filter(
        (feature) => planInBand(feature, band) && (when === null || planHoldsAt(feature, when)),
      ),
    }))
    // What cannot be placed at all stands in the table, since nobody can say that it is elsewhere.
    .filter((plan) => plan.features.length > 0 || (plan.problem !== null && when === null));
  const drawnPlans = planned
    .map((plan) => [plan.key, plan.state, levelOf(plan), plan.name, ...plan.features.map((one) => one.id)].join(' '))
    .join('\n');
  const areas = useSame(
    planned.map((plan) => ({ ...areaOfPlan(plan, plan.features, colours.get(plan.owner)), label: '' })),
    drawnPlans,
  );
  const placed: Spot[] = [
    ...shown.map((object): Spot => {
      const party = colours.get(object.entry.split('/')[0] ?? '');
      return {
        id: object.id,
        position: object.position,
        label: markedLabel(t, object.mark, object.placeName ?? (shortened(object.what, 24) || object.entry)),
        tone: toneOf(object.kind),
        radiusMetres: object.radiusMetres,
        glyph: glyphOf(object.kind),
        ...(party === undefined ? {} : { party }),
      };
    }),
    ...planned.flatMap((plan): Spot[] => {
      const position = middleOf(plan);
      const party = colours.get(plan.owner);
      return position === null
        ? []
        : [
            {
              id: plan.key,
              position,
              label: markedLabel(t, marks.get(plan.key), plan.name ?? plan.entry),
              tone: levelOf(plan),
              radiusMetres: null,
              glyph: plan.family === 'movement' ? 'movement' : plan.role === 'activity' ? 'other' : 'site',
              ...(party === undefined ? {} : { party }),
            },
          ];
    }),
    ...(sought.at === null
      ? []
      : [
          {
            id: 'sought',
            position: [sought.at[0], sought.at[1]] as [number, number],
            label: sought.text,
            tone: 'standby' as const,
            radiusMetres: null,
          },
        ]),
  ];
  const spots = useSame(placed, JSON.stringify(placed));
  const conflicts = useConflicts(lines);
  const clashes = useSame(
    conflicts.flatMap((one): Clash[] => clashOf(t, one, planned)),
    `${drawnPlans} ${conflicts.map((one) => `${one.first} ${one.second} ${one.where.seconds ?? ''}`).join()} ${language}`,
  );
  const focus =
    spots.find((spot) => spot.id === chosen)?.position ?? sectors.find((one) => one.id === chosen)?.position ?? null;
  useEffect(() => {
    if (chosen !== null) document.getElementById(`object-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const choose = useCallback((id: string) => {
    setChosen((before) => (before === id ? null : id));
    setDrawer(true);
  }, []);
  const seek = (at: Position, text: string): void => {
    setSought({ text, at });
    handle.current?.show([at]);
  };
  const count = planned.length + shown.length + monitored.drawn.length;
  const listedSectors = monitored.drawn.filter((one, i) => i < rows || one.sector.id === chosen);
  // The chosen one is in the table however many stand before it.
  const listed = shown.filter((object, i) => i < rows || object.id === chosen);

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
    <div className={css['screen']} data-drawer={drawer}>
      <div className={css['head']}>
        <h1>{t('screen.map')}</h1>
        <form
          className={css['seek']}
          onSubmit={(e) => {
            e.preventDefault();
            const at = readAnyPosition(sought.text);
            if (at !== null) seek(at, sought.text);
          }}
        >
          <PlaceName
            label={t('map.search')}
            value={sought.text}
            near={view === null ? null : [view.centre[0], view.centre[1]]}
            error={null}
            onChange={(text) => setSought({ text, at: text === '' ? null : sought.at })}
            onPlace={(place) => seek(place.position, place.name)}
          />
        </form>
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
        <label className={`${look['filePick']} ${css['file']}`}>
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
        <button
          type="button"
          className={css['toggle']}
          aria-expanded={drawer}
          aria-controls="map-table"
          onClick={() => setDrawer(!drawer)}
        >
          {t('map.table', { count: whole || count > 0 ? count : '?' })}
        </button>
      </div>
      <div className={css['notes']}>
        <Unknown of={[knownLines, known]} what={t('unknown.plans')} />
        <Unknown of={[traffic]} what={t('unknown.traffic')} />
        {monitored.drawn.length > 0 && (
          <p className="dim">
            {t('map.sectors-shown', { shown: monitored.drawn.length, total: monitored.total })}{' '}
            {when !== null && t('map.sectors-of')}
          </p>
        )}
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
      </div>
      <div className={css['world']}>
        <PartBoundary resetOn={overlay?.name ?? ''}>
          <WorldMap
            objects={spots}
            areas={areas}
            clashes={clashes}
            sectors={sectors}
            coverage={monitored.coverage}
            agreed={monitored.agreed}
            focus={focus}
            chosen={chosen}
            height={null}
            overlay={overlay?.data ?? null}
            parties={[...legend, ...monitored.reporters]}
            start={opened.view}
            fits={whole}
            handle={handle}
            onChoose={choose}
            onView={setView}
          />
        </PartBoundary>
      </div>
      <Conductor moment={moment} now={now} onChange={setMoment} />
      <div id="map-table" className={`${screen['tableBox']} ${css['drawer']}`} hidden={!drawer}>
        <table className={screen['stacked']}>
          <thead>
            <tr>
              <th>{t('map.what')}</th>
              <th>{t('map.where')}</th>
              <th>{t('map.time')}</th>
            </tr>
          </thead>
          <tbody>
            {planned.slice(0, rows).map((plan) => (
              <RowBoundary key={plan.key} entry={plan.entry}>
                <PlanRow
                  plan={plan}
                  mark={marks.get(plan.key)}
                  chosen={plan.key === chosen}
                  onChoose={() => setChosen(plan.key === chosen ? null : plan.key)}
                />
                {plan.key === chosen && <Says line={plan.line} entry={plan.entry} />}
              </RowBoundary>
            ))}
            {listed.map((object) => (
              <RowBoundary key={object.id} entry={object.entry}>
                <Row
                  object={object}
                  chosen={object.id === chosen}
                  onChoose={() => setChosen(object.id === chosen ? null : object.id)}
                />
                {object.id === chosen && <Says line={object.line} entry={object.entry} />}
              </RowBoundary>
            ))}
            {listedSectors.map((one) => (
              <RowBoundary key={one.sector.id} entry={one.entry}>
                <SectorRow
                  drawn={one}
                  chosen={one.sector.id === chosen}
                  onChoose={() => setChosen(one.sector.id === chosen ? null : one.sector.id)}
                />
              </RowBoundary>
            ))}
            {whole && count === 0 && (
              <tr>
                <td colSpan={3} className="dim">
                  {t('map.nothing')}
                </td>
              </tr>
            )}
          </tbody>
        </table>
        {Math.max(shown.length, planned.length, monitored.drawn.length) > rows && (
          <p className={css['more']}>
            <button type="button" onClick={() => setRows(rows + mostRows)}>
              {t('map.more', {
                count: count - Math.min(rows, planned.length) - listed.length - listedSectors.length,
              })}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

/** Rows of the table that are made at a time. */
const mostRows = 200;

const glyphNames: readonly Glyph[] = ['accident', 'clarification', 'notice', 'message', 'movement'];
const glyphOf = (kind: string): Glyph => {
  const family = kind.split('.')[0] ?? '';
  return glyphNames.find((one) => one === family) ?? (family === 'area' ? 'site' : 'other');
};

/** What is only played says so on the map as well. */
const markedLabel = (t: T, mark: Mark | undefined, text: string): string =>
  plain(mark === undefined || mark === 'actual' ? text : `${t(`mark.${mark}`).toUpperCase()} ${text}`);

/** The same value as long as what it is made from is the same: the map is then not drawn anew. */
function useSame<T>(value: T, key: string): T {
  const held = useRef({ value, key });
  if (held.current.key !== key) held.current = { value, key };
  return held.current.value;
}

type LineConflict = {
  line: string;
  first: string;
  second: string;
  volumes: [number, number][];
  where: Overlap;
  exact: boolean;
};

/** What conflicts on the lines. Where that is not known none is drawn; the plans themselves say what they conflict with. */
function useConflicts(lines: readonly LineSummary[]): LineConflict[] {
  return useQueries({
    queries: lines.map(({ line }) => ({
      queryKey: ['traffic', line, 'conflicts'],
      queryFn: async () =>
        (await request<Omit<LineConflict, 'line'>[]>('GET', `/api/v1/lines/${line}/conflicts`)).map((one) => ({
          ...one,
          line,
        })),
      refetchInterval: 15_000,
      retry: false,
    })),
    combine: (results) => results.flatMap((result) => result.data ?? []),
  });
}

/** Where two plans of the map lie together; nothing where one of them is not shown. */
function clashOf(
  t: T,
  { line, first, second, volumes, where, exact }: LineConflict,
  plans: readonly Planned[],
): Clash[] {
  const one = plans.find((plan) => plan.line === line && plan.entry === first);
  if (one === undefined || !plans.some((plan) => plan.line === line && plan.entry === second)) return [];
  const mine: (readonly (readonly Position[])[] | null)[] = [];
  for (const feature of one.features)
    mine[feature.properties.volume] = feature.geometry.coordinates as unknown as Position[][];
  return clashesOf(t, [{ line, entry: second, owner: '', role: '', volumes, where, exact }], mine, plans).map(
    ({ clash }) => ({ ...clash, id: `${line} ${first} ${second}` }),
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

export function PlanRow({
  plan,
  mark,
  chosen,
  onChoose,
}: {
  plan: Planned;
  mark?: Mark | undefined;
  chosen: boolean;
  onChoose: () => void;
}) {
  const t = useT();
  const name = useName();
  const middle = middleOf(plan);
  const first = plan.features[0]?.properties;
  return (
    <tr id={`object-${plan.key}`} aria-selected={chosen} onClick={onChoose}>
      <td>
        <NotMeant mark={mark} />{' '}
        <strong>{wordOf(t, 'role', plan.family === 'movement' ? 'movement' : plan.role)}</strong> · {name(plan.owner)} ·{' '}
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
            <strong className={css['conflict']}>
              {t('map.conflicts', {
                with: plan.conflictsWith.map((one) => `${one} (${name(one.split('/')[0] ?? '')})`).join(', '),
              })}
            </strong>
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
        {middle !== null && (
          <bdi dir="ltr" className="mono">
            {positionText(middle[0], middle[1])}
          </bdi>
        )}
        {first !== undefined && (
          <>
            <br />
            {first.lowerMetres === null && first.upperMetres === null
              ? t('band.all')
              : `${first.lowerMetres === null ? t('volume.from-ground') : measured(first.lowerMetres, 'm')} – ${first.upperMetres === null ? t('volume.without-top') : measured(first.upperMetres, 'm')} (${first.reference})`}
          </>
        )}
      </td>
      <td>
        {first !== undefined && (
          <>
            {first.from == null ? t('time.no-start') : <Stamp at={first.from} />}
            <br />– {first.until == null ? t('time.no-end') : <Stamp at={first.until} />}
          </>
        )}
      </td>
    </tr>
  );
}

export function Row({ object, chosen, onChoose }: { object: MapObject; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  const name = useName();
  return (
    <tr id={`object-${object.id}`} aria-selected={chosen} onClick={onChoose}>
      <td>
        <NotMeant mark={object.mark} /> <strong>{kindWord(t, object.kind)}</strong> ·{' '}
        {name(object.entry.split('/')[0] ?? '')}
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
        <bdi dir="ltr" className="mono">
          {positionText(object.position[0], object.position[1])}
        </bdi>
        {object.radiusMetres !== null && (
          <>
            <br />
            <bdi>± {measured(Math.round(object.radiusMetres), 'm')}</bdi>
          </>
        )}
        {object.altitudeMetres !== null && (
          <>
            <br />
            {measured(Math.round(object.altitudeMetres), 'm')}
          </>
        )}
      </td>
      <td>
        <Stamp at={object.from} />
        <br />– {object.until === null ? t('time.no-end') : <Stamp at={object.until} />}
      </td>
    </tr>
  );
}

/** An observation: what was seen or heard, and the sector in which it was. */
function SectorRow({
  drawn: { sector, line, entry, observation },
  chosen,
  onChoose,
}: {
  drawn: Drawn;
  chosen: boolean;
  onChoose: () => void;
}) {
  const t = useT();
  return (
    <tr id={`object-${sector.id}`} aria-selected={chosen} onClick={onChoose}>
      <td>
        <strong>{choiceWord(t, 'observation.reported', 'what', observation.what ?? '')}</strong> ·{' '}
        <Foreign text={observation.reporter ?? ''} /> <Foreign text={observation.id ?? ''} />
        <br />
        <button
          type="button"
          onClick={(e) => {
            e.stopPropagation();
            go({ screen: 'record', line, entry });
          }}
        >
          {entry}
        </button>
      </td>
      <td>
        {observation.place?.name != null && (
          <>
            <Foreign text={observation.place.name} />
            <br />
          </>
        )}
        <bdi dir="ltr" className="mono">
          {sectorText(observation)}
        </bdi>
      </td>
      <td>
        <Stamp at={observation.start} />
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
