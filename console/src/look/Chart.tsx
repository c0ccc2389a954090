import { useRef, type ReactNode } from 'react';
import { CartesianGrid } from 'recharts';
import { useT } from '../messages';
import css from './chart.module.css';
import { save } from './download';

/** What every chart of the console has in common. It draws with a library that is fetched with the screens that have charts. */
export const chartHeight = 220;

/** One chart with its name, and a button that saves it as a picture. */
export function Chart({ title, name, children }: { title: string; name: string; children: ReactNode }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  return (
    <figure className={css['chart']}>
      <figcaption>
        <h2>{title}</h2>
        <button
          type="button"
          onClick={() => {
            const drawn = box.current?.querySelector('svg');
            if (drawn != null) save(`${name}.svg`, 'image/svg+xml', standing(drawn));
          }}
        >
          {t('usage.save-picture')}
        </button>
      </figcaption>
      {/* The same numbers stand in the table below. */}
      <div ref={box} aria-hidden="true" dir="ltr">
        {children}
      </div>
    </figure>
  );
}

/** The picture with its colours in it: elsewhere nobody knows the page's names for them. */
function standing(drawn: SVGElement): string {
  const copy = drawn.cloneNode(true) as SVGElement;
  const from = [drawn, ...drawn.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  for (const [i, one] of from.entries()) {
    const style = getComputedStyle(one);
    for (const property of ['fill', 'stroke', 'font-family', 'font-size'])
      to[i]?.setAttribute(property, style.getPropertyValue(property));
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return copy.outerHTML;
}

/** `30 NOV`: the year stands above. */
export const shortDay = (day: string): string => day.slice(5);

export const axis = { stroke: 'var(--p-dim)', fontSize: 11, tickLine: false } as const;
export const grid = <CartesianGrid stroke="var(--p-line)" vertical={false} />;
export const tip = {
  contentStyle: { background: 'var(--p-raised)', border: '1px solid var(--p-line)', color: 'var(--p-text)' },
  cursor: { fill: 'var(--p-hatch)', opacity: 0.4 },
  isAnimationActive: false,
} as const;

/** A name is read in the text's colour; its sign beside it has the chart's. */
export const inText = (name: unknown): ReactNode => <span className={css['name']}>{String(name)}</span>;
