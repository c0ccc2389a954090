import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { FeatureCollection, Geometry } from 'geojson';
import { theLive } from '../api/live';
import { useLines } from '../api/queries';
import type { EntryView } from '../api/types';
import { Foreign } from '../look/Foreign';
import { useKept } from '../look/kept';
import { useNow } from '../look/now';
import { go } from '../look/route';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { dateTimeGroup } from '../look/time';
import { useT, wordOf } from '../messages';
import { positionText } from '../watch/summary';
import css from './map.module.css';
import { bands, holdsAt, inBand, objectsOf, type Band, type MapObject } from './objects';
import { levelOf, middleOf, planHoldsAt, planInBand, usePlans, type Planned } from './plans';
import { WorldMap, type Area, type Spot, type Tone } from './WorldMap';

const tones: Record<string, Tone> = { accident: 'serious', clarification: 'caution', notice: 'standby', message: 'caution' };
const toneOf = (kind: string): Tone => tones[kind.split('.')[0] ?? ''] ?? 'off';

/** Largest file of lines of contact, in characters: it is kept in this browser. */
const largestOverlay = 1_500_000;

/** What the record places on the map, by time and height; every object stands in the table as well (P10). */
export function MapScreen() {
  const t = useT();
  const now = useNow();
  const lines = useLines();
  const store = theLive();
  // One list for all lines, made again when any of them changes.
  const stamp = useSyncExternalStore(store.subscribe, () => lines.map(line => store.tail(line.line).entries.at(-1)?.id ?? '').join(' '));
  const objects = useMemo(() => lines.flatMap(line => objectsOf(store.tail(line.line).entries as EntryView[])), [lines, store, stamp]);
  const plans = usePlans(lines);
  const [band, setBand] = useState<Band>('all');
  const [when, setWhen] = useState<number | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [overlay, setOverlay] = useKept<{ name: string; data: FeatureCollection<Geometry> } | null>('overlay', null);
  const [overlayProblem, setOverlayProblem] = useState(false);

  const times = objects.flatMap(object => [Date.parse(object.from), ...(object.until === null ? [] : [Date.parse(object.until)])]);
  for (const { properties: { from, until } } of plans.flatMap(plan => plan.features)) times.push(...[from, until].flatMap(at => (at === null ? [] : [Date.parse(at)])));
  const first = Math.min(now - 86_400_000, ...times);
  const last = Math.max(now + 86_400_000, ...times);
  const shown = objects.filter(object => inBand(object, band) && (when === null || holdsAt(object, when)));
  const spots: Spot[] = shown.map(object => ({ id: object.id, position: object.position, label: object.placeName ?? object.entry, tone: toneOf(object.kind), radiusMetres: object.radiusMetres }));
  const planned = plans.map(plan => ({ ...plan, features: plan.features.filter(volume => planInBand(volume, band) && (when === null || planHoldsAt(volume, when))) }))
    .filter((plan, i) => plan.features.length > 0 || plans[i]?.features.length === 0);
  const areas: Area[] = planned.map(plan => ({ id: plan.key, tone: levelOf(plan), role: plan.role, features: plan.features }));
  for (const plan of planned) {
    const position = middleOf(plan);
    if (position !== null) spots.push({ id: plan.key, position, label: plan.name ?? plan.entry, tone: levelOf(plan), radiusMetres: null });
  }
  const focus = spots.find(spot => spot.id === chosen)?.position ?? null;
  useEffect(() => { if (chosen !== null) document.getElementById(`object-${chosen}`)?.scrollIntoView({ block: 'nearest' }); }, [chosen]);

  const load = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      const text = await file.text();
      const data = JSON.parse(text) as FeatureCollection<Geometry>;
      if (text.length > largestOverlay || data.type !== 'FeatureCollection' || !Array.isArray(data.features)) throw new Error('no GeoJSON');
      setOverlay({ name: file.name, data });
      setOverlayProblem(false);
    } catch {
      setOverlayProblem(true);
    }
  };
  return (
    <div className={screen['panel']}>
      <div className="column">
        <div className={css['filters']}>
          <h1>{t('screen.map')}</h1>
          <label>{t('map.band')}<select value={band} onChange={e => setBand(e.currentTarget.value as Band)}>{bands.map(name => <option key={name} value={name}>{t(`band.${name}`)}</option>)}</select></label>
          <label className={css['slider']}>
            <span>{when === null ? t('map.any-time') : <>{t('map.at')} {dateTimeGroup(when)}</>}</span>
            <input type="range" min={first} max={last} step={60_000} value={when ?? last} onChange={e => setWhen(Number(e.currentTarget.value))} aria-valuetext={when === null ? t('map.any-time') : dateTimeGroup(when)} />
          </label>
          <button type="button" onClick={() => setWhen(now)}>{t('map.now')}</button>
          <button type="button" onClick={() => setWhen(null)}>{t('map.any-time')}</button>
          <label>{overlay === null ? t('map.contact-lines') : `${t('map.contact-lines')}: ${overlay.name}`}<input type="file" accept=".json,.geojson,application/geo+json" onChange={e => void load(e.currentTarget.files?.[0])} /></label>
          {overlay !== null && <button type="button" onClick={() => setOverlay(null)}>{t('map.no-overlay')}</button>}
        </div>
        {overlayProblem && <p role="alert">{t('map.bad-overlay')}</p>}
        <div className={css['layout']}>
          <WorldMap key={chosen ?? 'world'} objects={spots} focus={focus} chosen={chosen} height={560} overlay={overlay?.data ?? null} areas={areas} onChoose={setChosen} />
          <div className={screen['tableBox']}>
            <table>
              <thead><tr><th>{t('map.what')}</th><th>{t('map.where')}</th><th>{t('map.time')}</th></tr></thead>
              <tbody>
                {planned.map(plan => <PlanRow key={plan.key} plan={plan} chosen={plan.key === chosen} onChoose={() => setChosen(plan.key === chosen ? null : plan.key)} />)}
                {shown.map(object => <Row key={object.id} object={object} chosen={object.id === chosen} onChoose={() => setChosen(object.id === chosen ? null : object.id)} />)}
                {shown.length === 0 && planned.length === 0 && <tr><td colSpan={3} className="dim">{t('map.nothing')}</td></tr>}
              </tbody>
            </table>
          </div>
        </div>
      </div>
    </div>
  );
}

function PlanRow({ plan, chosen, onChoose }: { plan: Planned; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  const middle = middleOf(plan);
  const first = plan.features[0]?.properties;
  return (
    <tr id={`object-${plan.key}`} aria-selected={chosen} onClick={onChoose}>
      <td>
        <strong>{wordOf(t, 'role', plan.family === 'movement' ? 'movement' : plan.role)}</strong> · {plan.owner} · {wordOf(t, 'state', plan.state)}<br />
        {plan.name !== null && <><Foreign text={plan.name} /><br /></>}
        {plan.conflictsWith.length > 0 && <><strong className={css['conflict']}>{t('map.conflicts', { with: plan.conflictsWith.join(' ') })}</strong><br /></>}
        {plan.problem !== null && <><span className="dim">{t('map.not-compared')} <Foreign text={plan.problem} /></span><br /></>}
        <button type="button" onClick={e => { e.stopPropagation(); go({ screen: 'record', line: plan.line, entry: plan.entry }); }}>{plan.entry}</button>
      </td>
      <td>{middle !== null && <span className="mono">{positionText(middle[0], middle[1])}</span>}{first !== undefined && <><br />{first.lowerMetres === null && first.upperMetres === null ? t('band.all') : `${first.lowerMetres ?? '…'} – ${first.upperMetres ?? '…'} m ${first.reference}`}</>}</td>
      <td>{first?.from != null && <Stamp at={first.from} />}{first?.until != null && <><br />– <Stamp at={first.until} /></>}</td>
    </tr>
  );
}

function Row({ object, chosen, onChoose }: { object: MapObject; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  return (
    <tr id={`object-${object.id}`} aria-selected={chosen} onClick={onChoose}>
      <td><strong>{wordOf(t, 'kind', object.kind)}</strong><br /><Foreign text={object.what.slice(0, 140)} /><br /><button type="button" onClick={e => { e.stopPropagation(); go({ screen: 'record', line: object.line, entry: object.entry }); }}>{object.entry}</button></td>
      <td>{object.placeName !== null && <><Foreign text={object.placeName} /><br /></>}<span className="mono">{positionText(object.position[0], object.position[1])}</span>{object.radiusMetres !== null && <><br />± {object.radiusMetres} m</>}{object.altitudeMetres !== null && <><br />{Math.round(object.altitudeMetres)} m</>}</td>
      <td><Stamp at={object.from} />{object.until !== null && <><br />– <Stamp at={object.until} /></>}</td>
    </tr>
  );
}
