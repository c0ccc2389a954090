import { Fragment } from 'react';
import css from './look.module.css';
import { directionOf, directionsOf, piecesOf } from './visible';

/** Text that another party or officer wrote: in its own direction, apart from its surroundings, with nothing hidden in it. */
export function Foreign({ text, lang }: { text: string; lang?: string | null | undefined }) {
  return (
    <bdi dir={directionOf(lang)} {...(lang ? { lang } : {})} className={css['foreign']}>
      {piecesOf(text).map((piece, i) =>
        'text' in piece ? (
          <Fragment key={i}>
            {directionsOf(piece.text).map((part, j) =>
              part.fixed ? (
                <bdi key={j} dir="ltr">
                  {part.text}
                </bdi>
              ) : (
                <Fragment key={j}>{part.text}</Fragment>
              ),
            )}
          </Fragment>
        ) : (
          <code key={i} className={css['hidden']} title={piece.hidden}>
            {piece.hidden}
          </code>
        ),
      )}
    </bdi>
  );
}
