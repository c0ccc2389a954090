import type { Kind, Schema } from '../api/kinds';
import type { ItemView } from '../api/types';
import { membersOf, numberOf, placeOf, positionOf, textOf, type Members } from '../look/body';
import { numberProblem, readNumber, type Unreadable } from '../look/fields';
import { typedNumber, typedPosition } from '../look/position';
import { readUtc, typedUtc } from '../look/time';
import { readAnyPosition } from '../world/coordinates';
import { readVolumes, valuesOfVolumes } from './volumes';
import { isWanted } from './wanted';

/**
 * The fields of a form, made from the schema of a body: what is typed into each, how it is read, and how what stands in
 * a body is typed. A member that this console never heard of gets a field by its type; one of a type that it never
 * heard of is written as JSON.
 */
export type FieldType =
  | 'line'
  | 'text'
  | 'lines'
  | 'choice'
  | 'yes-no'
  | 'time'
  | 'number'
  | 'whole'
  | 'position'
  | 'party'
  | 'place'
  | 'object'
  | 'list'
  | 'volumes'
  | 'files'
  | 'json';
export type Field = {
  name: string;
  type: FieldType;
  required: boolean;
  /** Words of which it is one, or usually is one. */
  choices: readonly string[];
  /** True where any other text may stand there as well. */
  open: boolean;
  /** Most characters of a text, or of each line. */
  longest: number | null;
  least: number | null;
  most: number | null;
  /** Most rows of a list. */
  mostRows: number | null;
  /** Of an object, or of each row of a list. */
  fields: readonly Field[];
  /** What an object is: `place`, `window`, `material`, … */
  what: string | null;
};

/** Longest text that is typed into one line. */
const lineLength = 200;

const typesOf = (schema: Schema): readonly string[] =>
  typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);

function typeOf(schema: Schema): FieldType {
  const types = typesOf(schema);
  switch (schema.format) {
    case 'date-time':
      return 'time';
    case 'position':
    case 'volumes':
    case 'party':
    case 'files':
      return schema.format;
  }
  if (schema['x-type'] === 'place') return 'place';
  if (types.includes('boolean')) return 'yes-no';
  if (types.includes('integer')) return 'whole';
  if (types.includes('number')) return 'number';
  if (types.includes('object') && schema.properties !== undefined) return 'object';
  if (types.includes('array') && schema.items?.properties !== undefined) return 'list';
  if (types.includes('array') && schema.items !== undefined && typesOf(schema.items).includes('string')) return 'lines';
  if (types.includes('string'))
    return schema.enum !== undefined || schema.examples !== undefined
      ? 'choice'
      : (schema.maxLength ?? lineLength) > lineLength
        ? 'text'
        : 'line';
  return 'json';
}

const fieldOf = (name: string, schema: Schema, required: boolean): Field => ({
  name,
  type: typeOf(schema),
  required,
  choices: schema.enum?.filter((word) => word !== null) ?? schema.examples ?? [],
  open: schema.enum === undefined,
  longest: schema.maxLength ?? schema.items?.maxLength ?? null,
  least: schema.minimum ?? null,
  most: schema.maximum ?? null,
  mostRows: schema.maxItems ?? null,
  // Volumes have an editor of their own, that knows their shape.
  fields:
    schema.format === 'volumes' ? [] : fieldsOfSchema(schema.items?.properties !== undefined ? schema.items : schema),
  what: schema['x-type'] ?? schema.items?.['x-type'] ?? null,
});

const fieldsOfSchema = (schema: Schema | null): Field[] =>
  Object.entries(schema?.properties ?? {}).map(([name, one]) =>
    fieldOf(name, one, schema?.required?.includes(name) === true),
  );

const made = new WeakMap<Kind, readonly Field[]>();
/** The fields of a kind, in the order of its body. */
export function fieldsOf(kind: Kind): readonly Field[] {
  let fields = made.get(kind);
  if (fields === undefined)
    made.set(
      kind,
      (fields = fieldsOfSchema(kind.body).map((field) =>
        isWanted(kind.kind, field.name) ? { ...field, required: true } : field,
      )),
    );
  return fields;
}

/**
 * What was typed, by field. A place takes three: its name, `…@` its position, `…±` its uncertainty in metres; a list
 * has its rows under `….0.`, `….1.` and their number under `…#`.
 */
export type Values = Record<string, string>;
export type Problem = 'wanted' | 'too-long' | 'out-of-range' | 'too-many' | Unreadable;
export type Read = { body: Record<string, unknown>; problems: Record<string, Problem> };

/** More rows than this are in no list that a form holds. */
const mostRows = 1_000;
export const rowsOf = (values: Values, key: string): number =>
  Math.min(mostRows, Math.max(0, Math.trunc(Number(values[`${key}#`] ?? 0)) || 0));

/** The body that the form stands for, and what is wrong with it. */
export function readForm(fields: readonly Field[], values: Values, under = ''): Read {
  const body: Record<string, unknown> = {};
  const problems: Read['problems'] = {};
  for (const field of fields) {
    const key = under + field.name;
    const value = readField(field, key, values, problems);
    if (value !== null) body[field.name] = value;
    else if (field.required && problems[key] === undefined) problems[key] = 'wanted';
  }
  return { body, problems };
}

function readField(field: Field, key: string, values: Values, problems: Read['problems']): unknown {
  const typed = (values[key] ?? '').trim();
  const wrong = (problem: Problem): null => {
    problems[key] = problem;
    return null;
  };
  switch (field.type) {
    case 'place':
      return readPlace(key, values, problems);
    case 'volumes':
      return readVolumes(key, rowsOf(values, key), values, problems);
    case 'object': {
      const read = readForm(field.fields, values, `${key}.`);
      // An object with nothing in it is not said; what one that is wanted lacks is told by its own fields.
      if (Object.keys(read.body).length === 0 && Object.values(read.problems).every((one) => one === 'wanted'))
        return null;
      Object.assign(problems, read.problems);
      return read.body;
    }
    case 'list': {
      const rows = Array.from({ length: rowsOf(values, key) }, (_, i) =>
        readForm(field.fields, values, `${key}.${i}.`),
      );
      const told = rows.filter(
        (row) => Object.keys(row.body).length > 0 || Object.values(row.problems).some((one) => one !== 'wanted'),
      );
      for (const row of told) Object.assign(problems, row.problems);
      if (field.mostRows !== null && told.length > field.mostRows) wrong('too-many');
      return told.length === 0 ? null : told.map((row) => row.body);
    }
  }
  if (typed === '') return null;
  switch (field.type) {
    case 'line':
    case 'text':
    case 'choice':
    case 'party':
      return field.longest !== null && typed.length > field.longest ? wrong('too-long') : typed;
    case 'lines': {
      const lines = typed
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      if (field.mostRows !== null && lines.length > field.mostRows) return wrong('too-many');
      return lines.some((line) => field.longest !== null && line.length > field.longest) ? wrong('too-long') : lines;
    }
    case 'yes-no':
      return typed === 'yes' ? true : typed === 'no' ? false : wrong('unreadable');
    case 'time':
      return readUtc(typed) ?? wrong('unreadable');
    case 'position':
      return readAnyPosition(typed) ?? wrong('unreadable');
    case 'number':
    case 'whole': {
      const number = readNumber(typed);
      if (number === null) return wrong(numberProblem(typed) ?? 'unreadable');
      if (field.type === 'whole' && !Number.isInteger(number)) return wrong('unreadable');
      return number < (field.least ?? -Infinity) || number > (field.most ?? Infinity) ? wrong('out-of-range') : number;
    }
    case 'files':
    case 'json':
      try {
        return JSON.parse(typed) as unknown;
      } catch {
        return wrong('unreadable');
      }
  }
}

function readPlace(key: string, values: Values, problems: Read['problems']): Members | null {
  const name = (values[key] ?? '').trim();
  const at = (values[`${key}@`] ?? '').trim();
  const about = (values[`${key}±`] ?? '').trim();
  const position = at === '' ? null : readAnyPosition(at);
  const uncertainty = about === '' ? null : readNumber(about);
  if (at !== '' && position === null) problems[`${key}@`] = 'unreadable';
  if (about !== '' && (uncertainty === null || uncertainty < 0))
    problems[`${key}±`] = numberProblem(about) ?? 'unreadable';
  return name === '' && position === null ? null : { name: name || null, position, uncertaintyMetres: uncertainty };
}

/** The form filled with a body, to the last digit and second. */
export function valuesOfBody(fields: readonly Field[], body: unknown, under = ''): Values {
  const members = membersOf(body) ?? {};
  const values: Values = {};
  for (const field of fields)
    for (const [key, typed] of Object.entries(valuesOfField(field, under + field.name, members[field.name])))
      if (typed !== '') values[key] = typed;
  return values;
}

function valuesOfField(field: Field, key: string, value: unknown): Values {
  if (value === null || value === undefined) return {};
  switch (field.type) {
    case 'place': {
      const place = placeOf(value);
      return {
        [key]: place?.name ?? '',
        [`${key}@`]: place?.position ? typedPosition(...place.position) : '',
        [`${key}±`]: place?.uncertaintyMetres == null ? '' : typedNumber(place.uncertaintyMetres),
      };
    }
    case 'volumes':
      return valuesOfVolumes(key, value);
    case 'object':
      return valuesOfBody(field.fields, value, `${key}.`);
    case 'list': {
      const rows = Array.isArray(value) ? (value as unknown[]) : [];
      return Object.assign(
        { [`${key}#`]: rows.length === 0 ? '' : String(rows.length) },
        ...rows.map((row, i) => valuesOfBody(field.fields, row, `${key}.${i}.`)),
      ) as Values;
    }
    case 'lines':
      return { [key]: Array.isArray(value) ? value.filter((one) => typeof one === 'string').join('\n') : '' };
    case 'yes-no':
      return { [key]: value === true ? 'yes' : value === false ? 'no' : '' };
    case 'time':
      return { [key]: textOf(value) === null ? '' : (typedUtc(textOf(value)) ?? '') };
    case 'position': {
      const position = positionOf(value);
      return { [key]: position === null ? '' : typedPosition(...position) };
    }
    case 'number':
    case 'whole': {
      const number = numberOf(value);
      return { [key]: number === null ? '' : typedNumber(number) };
    }
    case 'files':
    case 'json':
      return { [key]: JSON.stringify(value) };
    default:
      return { [key]: textOf(value) ?? '' };
  }
}

/** Members of a body that the kind does not have, by their places: a form has no field for them, and the station takes none of them from us. */
export function leftOutOf(fields: readonly Field[], body: unknown, under = ''): string[] {
  const known = new Map(fields.map((field) => [field.name, field]));
  return Object.entries(membersOf(body) ?? {}).flatMap(([name, value]) => {
    const field = known.get(name);
    if (field === undefined) return value === null ? [] : [under + name];
    if (field.type === 'object') return leftOutOf(field.fields, value, `${under}${name}.`);
    if (field.type === 'list' && Array.isArray(value))
      return value.flatMap((row, i) => leftOutOf(field.fields, row, `${under}${name}.${i}.`));
    return [];
  });
}

/** What an empty form begins with: a row of each list that is to have one. */
export const emptyOf = (kind: Kind): Values =>
  Object.fromEntries(
    fieldsOf(kind)
      .filter((field) => field.required && (field.type === 'list' || field.type === 'volumes'))
      .map((field) => [`${field.name}#`, '1']),
  );

/** What a kept draft holds for its form: texts, and nothing else that may stand in it. */
export function valuesOfDraft(content: unknown): Values {
  return Object.fromEntries(
    Object.entries(membersOf(membersOf(content)?.['values']) ?? {}).filter(
      (one): one is [string, string] => typeof one[1] === 'string',
    ),
  );
}

/** What a step that answers an item begins with: the place that it is about. What replaces an entry begins with all of that entry (`valuesOfBody`). */
export const startOf = (kind: Kind, item: ItemView): Values =>
  valuesOfBody(
    fieldsOf(kind).filter((field) => field.name === 'place'),
    { place: item.place },
  );

/** A row of a list is taken out, and those after it move up. */
export function withoutRow(values: Values, key: string, row: number): Values {
  const kept: Values = {};
  for (const [name, typed] of Object.entries(values)) {
    const place = name.startsWith(`${key}.`) ? /^(\d+)(\..*)$/.exec(name.slice(key.length + 1)) : null;
    const at = place === null ? -1 : Number(place[1]);
    if (at === row) continue;
    kept[at > row ? `${key}.${at - 1}${place?.[2] ?? ''}` : name] = typed;
  }
  return { ...kept, [`${key}#`]: String(Math.max(0, rowsOf(values, key) - 1)) };
}
