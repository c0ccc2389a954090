import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  agreementQuery,
  agreementsQuery,
  coverageQuery,
  observationTableQuery,
  type CoveredPlace,
  type ObservationTable,
} from '../api/ceasefire';
import type { LineSummary } from '../api/types';
import { shapeOfVolume } from '../entry/shapes';
import { rowsOf } from '../entry/fields';
import { valuesOfVolumes } from '../entry/volumes';
import { instantOf, membersOf, objectsOfList, positionOf, textOf } from '../look/body';
import { plainOf } from '../look/visible';
import type { Agreed, Coverage } from '../world/chart';
import { ringOf } from '../world/drawing';
import { circleRing, type Position } from '../world/geodesy';
import { groundOf, type Observation, type Sector } from '../world/sectors';

/** Observations of a line that are drawn: of more the newest. */
export const mostSectors = 10_000;
/** Observations are shown for so long after they began, where the map shows one time. */
const shownFor = 24 * 3_600_000;
const hour = 3_600_000;
/** Reporters that the legend names. */
const mostReporters = 12;
/** How far is watched where nobody says, in metres: enough to be seen. */
const usualRadius = 500;

/** One observation on the map, and what its row of the table says. */
export type Drawn = { sector: Sector; line: string; entry: string; observation: Observation };

/** What monitors of ceasefires put on the map: sectors in which something was seen or heard, where it was watched, and the areas and lines that were agreed. */
export type Monitored = {
  drawn: readonly Drawn[];
  total: number;
  coverage: readonly Coverage[];
  agreed: readonly Agreed[];
  /** Reporters that are no party, with their colours: the legend names them. */
  reporters: readonly { id: string; name: string; colour: number }[];
};

/** The ring of each volume of an area, as far as it can be read. */
function ringsOf(volumes: unknown): (readonly Position[])[] {
  const values = valuesOfVolumes('v', volumes);
  return Array.from({ length: rowsOf(values, 'v') }, (_, i) => {
    const shape = shapeOfVolume(values, `v.${i}`);
    return shape === null ? null : ringOf(shape);
  }).filter((ring) => ring !== null && ring.length > 2) as (readonly Position[])[];
}

/** The colour of a reporter: of a party its own, of another name one that is the same on every screen. */
const colourOf = (reporter: string, parties: ReadonlyMap<string, number>): number =>
  parties.get(reporter) ?? [...reporter].reduce((sum, one) => (sum * 31 + (one.codePointAt(0) ?? 0)) % 7, 3) + 1;

/** The ground of an observation is made once: the slider moves over thousands of them. */
const grounds = new WeakMap<Observation, ReturnType<typeof groundOf>>();
function groundOnce(observation: Observation): ReturnType<typeof groundOf> {
  let ground = grounds.get(observation);
  if (ground === undefined) grounds.set(observation, (ground = groundOf(observation)));
  return ground;
}

const sectorsOf = (
  line: string,
  table: ObservationTable,
  parties: ReadonlyMap<string, number>,
  when: number | null,
): Drawn[] =>
  table.rows.flatMap(({ entry, observation }) => {
    const start = instantOf(observation.start);
    if (when !== null && (start === null || start > when || start <= when - shownFor)) return [];
    const ground = groundOnce(observation);
    if (ground === null) return [];
    return [
      {
        line,
        entry,
        observation,
        sector: {
          ...ground,
          id: `${line} ${entry} ${observation.reporter ?? ''} ${observation.id ?? ''}`,
          means: observation.means ?? '',
          party: colourOf(observation.reporter ?? '', parties),
        },
      },
    ];
  });

const isWatched = (place: CoveredPlace, at: number): boolean =>
  place.watched.some((one) => Date.parse(one.from) <= at && at < Date.parse(one.until));

/**
 * @param when The time that the map shows; null for any.
 * @param parties Colours by party.
 */
export function useMonitored(
  lines: readonly LineSummary[],
  when: number | null,
  now: number,
  parties: ReadonlyMap<string, number>,
): Monitored {
  const agreements = useQueries({
    queries: lines.map((line) => agreementsQuery(line.line)),
    combine: (results) =>
      results.flatMap((result, i) =>
        (result.data?.items ?? []).map((one) => ({
          line: lines[i]?.line ?? '',
          entry: one.agreement,
          state: one.state,
        })),
      ),
  });
  // Only lines with a ceasefire are read for observations: of others the station would read the whole record for nothing.
  const monitored = [...new Set(agreements.map((one) => one.line))];
  const standing = agreements.filter((one) => one.state === 'in force' || one.state === 'suspended');
  // By the hour, so that the slider asks once and not at each of its steps.
  const until = (Math.floor((when ?? now) / hour) + 1) * hour;
  const period: Record<string, string> =
    when === null
      ? {}
      : { from: new Date(until - shownFor - hour).toISOString(), until: new Date(until).toISOString() };
  const tables = useQueries({
    queries: monitored.map((line) => observationTableQuery(line, period, '', mostSectors)),
  });
  const covered = useQueries({
    queries: monitored.map((line) =>
      coverageQuery(line, new Date(until - shownFor).toISOString(), new Date(until).toISOString(), 'actual'),
    ),
  });
  const names = monitored.join(' ');
  // Thousands of sectors are made again when an answer is new, or the minute that is shown; not with every second of the clock.
  const minute = when === null ? null : Math.floor(when / 60_000) * 60_000;
  const answered = tables.map((table) => table.dataUpdatedAt).join(' ');
  const drawn = useMemo(
    () =>
      tables.flatMap(({ data }, i) =>
        data === undefined ? [] : sectorsOf(names.split(' ')[i] ?? '', data, parties, minute),
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [answered, names, parties, minute],
  );
  const reporters = useMemo(
    () =>
      [...new Set(drawn.map((one) => one.observation.reporter ?? ''))]
        .filter((reporter) => reporter !== '' && !parties.has(reporter))
        .sort()
        .slice(0, mostReporters)
        .map((reporter) => ({ id: reporter, name: plainOf(reporter), colour: colourOf(reporter, parties) })),
    [drawn, parties],
  );
  const at = Math.floor((when ?? now) / 60_000) * 60_000;
  const told = covered.map((answer) => answer.dataUpdatedAt).join(' ');
  const coverage = useMemo(
    () =>
      covered.flatMap(({ data }, i): Coverage[] =>
        (data?.places ?? []).flatMap((place) => {
          const position = positionOf(place.position);
          if (position === null) return [];
          const radius = place.watched.reduce((most, one) => Math.max(most, one.radiusMetres ?? 0), 0);
          return [
            {
              id: `${names.split(' ')[i] ?? ''} ${place.place}`,
              ring: circleRing(position, radius > 0 ? radius : usualRadius, 40),
              watched: isWatched(place, at),
            },
          ];
        }),
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [told, names, at],
  );
  const texts = useQueries({ queries: standing.map((one) => agreementQuery(one.line, one.entry)) });
  const hashes = texts.map(({ data }) => `${data?.agreement ?? ''} ${data?.hash ?? ''}`).join('\n');
  const agreed = useMemo(
    () =>
      texts.flatMap(({ data: answer }): Agreed[] =>
        answer?.text == null
          ? []
          : objectsOfList(membersOf(answer.text)?.['areas']).flatMap((area, i) => {
              const rings = ringsOf(area['volumes']);
              return rings.length === 0
                ? []
                : [{ id: `${answer.agreement} ${i}`, name: plainOf(textOf(area['name']) ?? ''), rings }];
            }),
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [hashes],
  );
  return {
    drawn,
    total: tables.reduce((sum, { data }) => sum + (data?.total ?? 0), 0),
    coverage,
    agreed,
    reporters,
  };
}
