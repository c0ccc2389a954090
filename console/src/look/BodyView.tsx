import { useKnown } from '../api/known';
import { entryQuery } from '../api/queries';
import { useT } from '../messages';
import { restOf } from './summary';
import { instantOf, membersOf, positionOf, rawOf, type Members } from './body';
import { Foreign } from './Foreign';
import { labelOf } from './labels';
import { useName } from './names';
import css from './look.module.css';
import { Position } from './Position';
import { Stamp } from './Stamp';
import { Unknown } from './Unknown';
import { plainOf } from './visible';
import { toldVolumes } from './volumes';
import { VolumesView } from './VolumesView';

/** What is deeper, or longer, or more than this is shown as it was sent, and folded: the geometry of volumes is nothing to read in a list. */
const [mostMembers, mostDepth, mostItems, mostText] = [80, 3, 40, 1_500];
/** Members that are drawn on the map: told in rows, and folded where rows would not tell all of them. */
const folded: ReadonlySet<string> = new Set(['volumes']);
const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);
const isScalar = (value: unknown): boolean => value === null || typeof value !== 'object';
/** Members that name a party: it is called by its name, and its id stands with it for whoever points at it. */
const parties: ReadonlySet<string> = new Set(['party', 'accused', 'attribution', 'reporter', 'with', 'successor']);
const digests: ReadonlySet<string> = new Set(['sha256', 'hash', 'digest', 'document', 'signature']);
const isDigest = (member: string, value: unknown): boolean =>
  digests.has(member) || (typeof value === 'string' && /^(sha256:)?[0-9a-f]{64}$/i.test(value));
const looksLikeTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * A body, member by member, each with its label: whatever an author put in, known to this console or not. With `rest`
 * only what a summary above it has not told
 * whole. Nothing is passed over; what is too deep or too much is folded.
 */
export function BodyView({
  kind,
  body,
  lang,
  rest = false,
}: {
  kind: string;
  body: unknown;
  lang?: string | null | undefined;
  rest?: boolean;
}) {
  const members = rest ? restOf(body) : membersOf(body);
  if (members === null)
    return body === null || body === undefined || (rest && typeof body === 'string') ? null : (
      <div className={css['members']}>
        <Value kind={kind} value={body} depth={0} lang={lang} />
      </div>
    );
  return Object.values(members).every(isEmpty) ? null : <List kind={kind} members={members} depth={0} lang={lang} />;
}

function List({
  kind,
  members,
  depth,
  lang,
}: {
  kind: string;
  members: Members;
  depth: number;
  lang: string | null | undefined;
}) {
  const t = useT();
  const name = useName();
  // What a person reads goes before what a machine compares.
  const told = Object.entries(members)
    .filter(([, value]) => !isEmpty(value))
    .sort(([a, one], [b, other]) => Number(isDigest(a, one)) - Number(isDigest(b, other)));
  return (
    <dl className={css['members']} data-depth={depth}>
      {told.slice(0, mostMembers).map(([member, value]) => (
        <div key={member}>
          <dt>
            <Foreign text={labelOf(t, kind, member)} />
          </dt>
          <dd>
            {folded.has(member) && typeof value === 'object' ? (
              <Volumes value={value} />
            ) : parties.has(member) && typeof value === 'string' ? (
              <span title={plainOf(value)}>{name(value)}</span>
            ) : (
              <Value kind={kind} value={value} depth={depth + 1} lang={lang} />
            )}
          </dd>
        </div>
      ))}
      {told.length > mostMembers && (
        <div>
          <dt>{t('body.more', { count: told.length - mostMembers })}</dt>
          <dd>
            <Folded value={Object.fromEntries(told.slice(mostMembers))} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Value({
  kind,
  value,
  depth,
  lang,
}: {
  kind: string;
  value: unknown;
  depth: number;
  lang: string | null | undefined;
}) {
  const t = useT();
  if (typeof value === 'boolean') return <>{t(value ? 'forms.yes' : 'forms.no')}</>;
  if (isScalar(value))
    return typeof value === 'string' && looksLikeTime.test(value) && instantOf(value) !== null ? (
      <Stamp at={value} />
    ) : (
      <Foreign text={String(value)} lang={lang} />
    );
  const position = Array.isArray(value) && value.every((one) => typeof one === 'number') ? positionOf(value) : null;
  if (position !== null) return <Position longitude={position[0]} latitude={position[1]} />;
  if (depth > mostDepth || rawOf(value).length > mostText) return <Folded value={value} />;
  if (!Array.isArray(value)) return <List kind={kind} members={value as Members} depth={depth} lang={lang} />;
  const items = value as unknown[];
  if (items.length > mostItems) return <Folded value={value} />;
  return (
    <ol className={css['memberList']}>
      {items.map((one, i) => (
        <li key={i}>
          <Value kind={kind} value={one} depth={depth + 1} lang={lang} />
        </li>
      ))}
    </ol>
  );
}

function Volumes({ value }: { value: unknown }) {
  const told = toldVolumes(value);
  return told === null ? <Folded value={value} /> : <VolumesView volumes={told} />;
}

function Folded({ value }: { value: unknown }) {
  const t = useT();
  return (
    <details>
      <summary>
        {t('body.folded', { count: Array.isArray(value) ? value.length : Object.keys(membersOf(value) ?? {}).length })}
      </summary>
      <pre tabIndex={0}>
        <Foreign text={rawOf(value)} />
      </pre>
    </details>
  );
}

/** The body of an entry that is read for it. */
export function EntryBody({ line, entry, rest = false }: { line: string; entry: string; rest?: boolean }) {
  const t = useT();
  const known = useKnown(entryQuery(line, entry));
  const told = known.data;
  if (told === undefined)
    return known.unknown ? <Unknown of={[known]} what={entry} /> : <p className="dim">{t('shell.loading')}</p>;
  if (told.bodyState !== 'here') return <p className="dim">{t(`body.${told.bodyState}`)}</p>;
  return <BodyView kind={told.kind} body={told.body} lang={told.lang} rest={rest} />;
}
