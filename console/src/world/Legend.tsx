import { useT, wordOf } from '../messages';
import { glyphs, type Glyph } from './chart';
import css from './world.module.css';

export type LegendParty = { id: string; name: string; colour: number };

const signs: Record<Glyph, string> = {
  accident: 'M10 2 18 16H2z',
  clarification: 'M10 1 19 10 10 19 1 10z',
  notice: 'M3 3h14v14H3z',
  message: 'M10 5a5 5 0 1 0 0 10a5 5 0 1 0 0-10',
  movement: 'M10 2 17 6v8l-7 4-7-4V6z',
  site: 'M10 1l2.500 6.500L19 10l-6.500 2.500L10 19l-2.500-6.500L1 10l6.500-2.500z',
  other: 'M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12',
};
const outlines = ['activity', 'keep-out', 'protected'] as const;

/** The sign of a kind, in the colour of whatever it stands in. */
export function Sign({ glyph }: { glyph: Glyph }) {
  return (
    <svg viewBox="0 0 20 20" width="15" height="15" aria-hidden="true" className={css['sign']}>
      <path d={signs[glyph]} />
    </svg>
  );
}

/** What the shapes, outlines and colours of the map mean. */
export function Legend({ parties }: { parties: readonly LegendParty[] }) {
  const t = useT();
  return (
    // It scrolls where the screen is small: by the keys too.
    <ul className={css['sheet']} aria-label={t('map.legend')} tabIndex={0}>
      {glyphs.map((glyph) => (
        <li key={glyph}>
          <Sign glyph={glyph} /> {t(`glyph.${glyph}`)}
        </li>
      ))}
      {outlines.map((role) => (
        <li key={role}>
          <span className={css['outline']} data-role={role} aria-hidden="true" /> {wordOf(t, 'role', role)}
        </li>
      ))}
      <li>
        <span className={css['outline']} data-role="clash" aria-hidden="true" /> {t('map.clash')}
      </li>
      <li>
        <span className={css['outline']} data-role="contact" aria-hidden="true" /> {t('layer.contact')}
      </li>
      {(['sector', 'sector-open', 'watched', 'unwatched'] as const).map((role) => (
        <li key={role}>
          <span className={css['outline']} data-role={role} aria-hidden="true" /> {t(`map.${role}`)}
        </li>
      ))}
      <li>
        <span className={css['outline']} data-role="agreed" aria-hidden="true" /> {t('layer.agreed')}
      </li>
      {parties.map(({ id, name, colour }) => (
        <li key={id}>
          <span className={css['swatch']} data-party={colour} aria-hidden="true" /> {name}
        </li>
      ))}
    </ul>
  );
}
