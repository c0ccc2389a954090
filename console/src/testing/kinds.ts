import told from '../api/kinds.json';
import { kindsOf, type Kind } from '../api/kinds';

/** The kinds as the station tells them: a copy that its own tests hold against its word. */
export const theKinds = kindsOf(told);

export function theKind(name: string): Kind {
  const kind = theKinds.get(name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}

/** A kind that this console never heard of, with a member of every sort that a body may have. */
export const weather: Kind = {
  ...theKind('notice.given'),
  kind: 'weather.reported',
  family: 'weather',
  label: 'Report the wind',
  says: 'Says what the wind is at a place.',
  seats: ['watch', 'principal'],
  leadTimes: null,
  body: {
    type: 'object',
    required: ['station'],
    properties: {
      station: { type: 'string', title: 'Station', maxLength: 200 },
      metresPerSecond: { type: ['integer', 'null'], title: 'Metres per second', minimum: 0, maximum: 200 },
      gusts: { type: ['number', 'null'], title: 'Gusts' },
      at: { type: ['string', 'null'], format: 'date-time', title: 'At' },
      storm: { type: ['boolean', 'null'], title: 'Storm' },
      trend: { type: ['string', 'null'], title: 'Trend', enum: ['rising', 'falling', null] },
      where: {
        type: ['object', 'null'],
        title: 'Where',
        'x-type': 'place',
        properties: {
          name: { type: 'string' },
          position: { type: 'array', format: 'position' },
          uncertaintyMetres: { type: 'number' },
        },
      },
      readings: {
        type: 'array',
        title: 'Readings',
        maxItems: 3,
        items: {
          type: 'object',
          required: ['height'],
          properties: { height: { type: 'number', title: 'Height above ground' }, note: { type: 'string' } },
        },
      },
      observers: { type: 'array', title: 'Observers', items: { type: 'string', maxLength: 20 } },
      odd: { title: 'Something odd' },
    },
  },
};
