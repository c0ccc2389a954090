import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import type { Kind } from '../api/kinds';
import { readNumber } from '../look/fields';
import { fetched } from '../look/Fetched';
import { choiceWord, labelOf } from '../look/labels';
import { positionText, typedPosition } from '../look/position';
import screen from '../look/screen.module.css';
import { UtcField } from '../look/UtcField';
import { ageText } from '../look/time';
import { useT, type T } from '../messages';
import { readAnyPosition } from '../world/coordinates';
import css from './entry.module.css';
import { fieldsOf, rowsOf, withoutRow, type Field, type Problem, type Values } from './fields';
import { PlaceAdvice, PlaceName } from './PlaceName';
import { VolumesField } from './VolumesField';

const PlaceMap = fetched(async () => (await import('./PlaceMap')).default);
const RouteMap = fetched(async () => (await import('./RouteMap')).default);

export type Writing = {
  kind: Kind;
  values: Values;
  /** Takes what is typed: changed fields, or (as a function) all of them anew. */
  onChange: (change: Values | ((values: Values) => Values)) => void;
  /** What to say about a field, where something is to be said. */
  problem: (key: string) => string | null;
  parties: readonly string[];
  zones: readonly { name: string; zone: string }[];
};

/** What is said of a problem. What is merely wanted is told once somebody tried to send. */
export function problemText(t: T, problem: Problem | undefined, typed: string, tried: boolean): string | null {
  if (problem === undefined || (problem === 'wanted' && !tried)) return null;
  switch (problem) {
    case 'wanted':
      return t('form.wanted');
    case 'two-ways':
      return t('form.two-ways', { typed });
    case 'too-long':
      return t('form.too-long');
    case 'too-many':
      return t('form.too-many');
    case 'out-of-range':
      return t('form.out-of-range');
    case 'unreadable':
      return t('composer.bad-field');
  }
}

/** The fields of a kind. `instead` has editors of their own for some of its members, `within` what stands in the box of a list besides its rows. */
export function BodyFields({
  instead = {},
  within = {},
  ...writing
}: Writing & { instead?: Readonly<Record<string, ReactNode>>; within?: Readonly<Record<string, ReactNode>> }) {
  return (
    <>
      {fieldsOf(writing.kind).map((field) =>
        field.name in instead ? (
          <div key={field.name}>{instead[field.name]}</div>
        ) : (
          <FieldEditor key={field.name} field={field} at={field.name} within={within[field.name]} {...writing} />
        ),
      )}
    </>
  );
}

function FieldEditor({ field, at, within, ...writing }: Writing & { field: Field; at: string; within?: ReactNode }) {
  const t = useT();
  const { kind, values, onChange, problem } = writing;
  const name = labelOf(t, kind.kind, field.name);
  const label = `${name}${field.type === 'time' ? ' (UTC)' : ''}${field.required ? ' *' : ''}`;
  const typed = values[at] ?? '';
  const set = (text: string): void => onChange({ [at]: text });
  const common = { label, value: typed, error: problem(at) };
  switch (field.type) {
    case 'line':
      return <TextInput {...common} onChange={(e) => set(e.currentTarget.value)} />;
    case 'text':
      return (
        <Textarea {...common} onChange={(e) => set(e.currentTarget.value)} autosize minRows={field.required ? 2 : 1} />
      );
    case 'lines':
      return (
        <Textarea
          {...common}
          label={`${label} – ${t('form.a-line-each')}`}
          onChange={(e) => set(e.currentTarget.value)}
          autosize
          minRows={1}
        />
      );
    case 'files':
      return null; // chosen below the fields, and sent before the entry
    case 'json':
      return (
        <Textarea
          {...common}
          label={`${label} – JSON`}
          dir="ltr"
          onChange={(e) => set(e.currentTarget.value)}
          autosize
          minRows={2}
          className="mono"
        />
      );
    case 'number':
    case 'whole':
      return (
        <TextInput
          {...common}
          inputMode={field.type === 'whole' ? 'numeric' : 'decimal'}
          onChange={(e) => set(e.currentTarget.value)}
        />
      );
    case 'position':
      return (
        <TextInput {...common} dir="ltr" placeholder="57.31 N 19.42 E" onChange={(e) => set(e.currentTarget.value)} />
      );
    case 'time':
      return <UtcField label={label} value={typed} onChange={set} zones={writing.zones} error={problem(at)} />;
    case 'party':
      return <Choice {...common} words={writing.parties.map((word) => ({ word, text: word }))} onChange={set} />;
    case 'yes-no':
      return (
        <Choice
          {...common}
          words={[
            { word: 'no', text: t('forms.no') },
            { word: 'yes', text: t('forms.yes') },
          ]}
          onChange={set}
        />
      );
    case 'choice': {
      const words = field.choices.map((word) => ({ word, text: wordAndLead(t, kind, field.name, word) }));
      // A word that usually stands there is chosen; another is typed.
      return field.open ? (
        <Suggested {...common} words={words} onChange={set} />
      ) : (
        <Choice {...common} words={words} onChange={set} />
      );
    }
    case 'place':
      return <PlaceField {...writing} at={at} label={label} />;
    case 'volumes':
      return <VolumesField {...writing} at={at} label={label} />;
    case 'object':
      return (
        <fieldset className={screen['card']}>
          <legend>{label}</legend>
          <div className={screen['grid']}>
            {field.fields.map((one) => (
              <FieldEditor key={one.name} field={one} at={`${at}.${one.name}`} {...writing} />
            ))}
          </div>
        </fieldset>
      );
    case 'list':
      return <Rows {...writing} field={field} at={at} label={label} within={within} />;
  }
}

/** A word of a choice; a template says how early it is to be given. */
function wordAndLead(t: T, kind: Kind, member: string, word: string): string {
  const text = choiceWord(t, kind.kind, member, word);
  const lead = member === 'template' ? (kind.leadTimes?.[word] ?? 0) : 0;
  return lead === 0 ? text : t('form.ahead', { word: text, time: ageText(lead * 1000) });
}

function Choice({
  words,
  value,
  onChange,
  ...rest
}: {
  label: string;
  value: string;
  error: string | null;
  words: readonly { word: string; text: string }[];
  onChange: (word: string) => void;
}) {
  const t = useT();
  const known = value === '' || words.some((one) => one.word === value);
  return (
    <NativeSelect
      {...rest}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      data={[
        { value: '', label: t('forms.not-said') },
        ...words.map(({ word, text }) => ({ value: word, label: text })),
        ...(known ? [] : [{ value, label: value }]),
      ]}
    />
  );
}

/** A text for which there are usual words. */
function Suggested({ words, onChange, ...rest }: Parameters<typeof Choice>[0]) {
  const id = useId();
  return (
    <>
      <TextInput {...rest} list={id} onChange={(e) => onChange(e.currentTarget.value)} />
      <datalist id={id}>
        {words.map(({ word, text }) => (
          <option key={word} value={word} label={text} />
        ))}
      </datalist>
    </>
  );
}

/** A list of objects, a card for each, none to begin with. */
function Rows({
  field,
  at,
  label,
  within,
  ...writing
}: Writing & { field: Field; at: string; label: string; within: ReactNode }) {
  const t = useT();
  const { values, onChange, problem } = writing;
  const count = rowsOf(values, at);
  const [onMap, setOnMap] = useState(false);
  // A list of places in order is a route, and can be drawn as one.
  const isRoute = field.name === 'route' && field.fields.some((one) => one.name === 'position');
  return (
    <fieldset className={screen['card']}>
      <legend>{label}</legend>
      {isRoute && (
        <div className="row">
          <OnMap open={onMap} onToggle={() => setOnMap(!onMap)} />
        </div>
      )}
      {isRoute && onMap && <RouteMap values={values} onChange={onChange} at={at} label={label.replace(/ \*$/, '')} />}
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className={css['row']} role="group" aria-label={`${label} ${i + 1}`}>
          <div className={screen['grid']}>
            {field.fields.map((one) => (
              <FieldEditor key={one.name} field={one} at={`${at}.${i}.${one.name}`} {...writing} />
            ))}
          </div>
          <Button
            type="button"
            size="compact-xs"
            variant="subtle"
            onClick={() => onChange((all) => withoutRow(all, at, i))}
          >
            {t('form.drop-row', { number: i + 1 })}
          </Button>
        </div>
      ))}
      {problem(at) !== null && <p role="alert">{problem(at)}</p>}
      <div className="row">
        <Button
          type="button"
          size="compact-xs"
          variant="default"
          onClick={() => onChange({ [`${at}#`]: String(count + 1) })}
        >
          {t('form.add-row', { what: label.replace(/ \*$/, '') })}
        </Button>
      </div>
      {within}
    </fieldset>
  );
}

function PlaceField({ values, onChange, problem, at, label }: Writing & { at: string; label: string }) {
  const t = useT();
  const [onMap, setOnMap] = useState(false);
  const position = readAnyPosition(values[`${at}@`] ?? '');
  const about = readNumber(values[`${at}±`] ?? '');
  const setPosition = ([longitude, latitude]: readonly [number, number]): void =>
    onChange({ [`${at}@`]: typedPosition(longitude, latitude) });
  return (
    <fieldset className={screen['card']}>
      <legend>{label}</legend>
      <div className={screen['grid']}>
        <PlaceName
          label={t('forms.place-name')}
          value={values[at] ?? ''}
          near={position}
          error={problem(at)}
          onChange={(text) => onChange({ [at]: text })}
          onPlace={({ name, position: [longitude, latitude] }) =>
            onChange({ [at]: name, [`${at}@`]: typedPosition(longitude, latitude) })
          }
        />
        <TextInput
          label={t('field.position')}
          dir="ltr"
          placeholder="57.31 N 19.42 E"
          value={values[`${at}@`] ?? ''}
          onChange={(e) => onChange({ [`${at}@`]: e.currentTarget.value })}
          error={problem(`${at}@`)}
        />
        <TextInput
          label={t('forms.uncertainty')}
          value={values[`${at}±`] ?? ''}
          inputMode="decimal"
          onChange={(e) => onChange({ [`${at}±`]: e.currentTarget.value })}
          error={problem(`${at}±`)}
        />
      </div>
      <PlaceAdvice
        name={values[at] ?? ''}
        position={position}
        uncertainty={about}
        onName={(name) => onChange({ [at]: name })}
        onPosition={setPosition}
      />
      <div className="row">
        <OnMap open={onMap} onToggle={() => setOnMap(!onMap)} />
        {position !== null && (
          <bdi dir="ltr" className="mono dim">
            {positionText(position[0], position[1])}
          </bdi>
        )}
      </div>
      {onMap && <PlaceMap values={values} onChange={onChange} at={at} label={label.replace(/ \*$/, '')} />}
    </fieldset>
  );
}

function OnMap({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  const t = useT();
  return (
    <Button type="button" size="compact-xs" variant="default" onClick={onToggle} aria-expanded={open}>
      {t('forms.on-map')}
    </Button>
  );
}
