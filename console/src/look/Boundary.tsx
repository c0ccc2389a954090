import { Component, type ReactNode } from 'react';
import { useT } from '../messages';
import { rawOf } from './body';
import css from './look.module.css';
import { go } from './route';
import { Status } from './Status';

type Props = {
  children: ReactNode;
  fallback: (error: unknown, again: () => void) => ReactNode;
  /** When this changes, what failed is tried again. */
  resetOn?: string;
};

/** What fails inside is replaced by a word where it stood; everything around it stays (React takes the whole page down otherwise). */
export class Boundary extends Component<Props, { failed: boolean; error: unknown }> {
  override state = { failed: false, error: null as unknown };

  static getDerivedStateFromError(error: unknown): { failed: boolean; error: unknown } {
    return { failed: true, error };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.resetOn !== this.props.resetOn) this.again();
  }

  private readonly again = (): void => this.setState({ failed: false, error: null });

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback(this.state.error, this.again) : this.props.children;
  }
}

/** Around a screen, or a part of one: says that it cannot be shown, and leads back to the watch. */
export function PartBoundary({
  children,
  resetOn,
  back = false,
}: {
  children: ReactNode;
  resetOn?: string;
  back?: boolean;
}) {
  return (
    <Boundary
      fallback={(error, again) => <CannotBeShown error={error} onAgain={again} back={back} />}
      {...(resetOn === undefined ? {} : { resetOn })}
    >
      {children}
    </Boundary>
  );
}

export function CannotBeShown({ error, onAgain, back }: { error: unknown; onAgain: () => void; back: boolean }) {
  const t = useT();
  return (
    <section role="alert" className={css['cannot']}>
      <Status level="serious" word={t(back ? 'cannot.screen' : 'cannot.part')} />
      <p className="dim">{String(error).slice(0, 300)}</p>
      <div className="row">
        {back && (
          <button
            type="button"
            onClick={() => {
              go({ screen: 'watch' });
              onAgain();
            }}
          >
            {t('cannot.back')}
          </button>
        )}
        <button type="button" onClick={onAgain}>
          {t('cannot.again')}
        </button>
        {back && (
          <button type="button" onClick={() => location.reload()}>
            {t('cannot.reload')}
          </button>
        )}
      </div>
    </section>
  );
}

/** Around one entry, or whatever stands for one: the others stay, and of this one the raw form can be read. */
export function EntryBoundary({
  line,
  entry,
  raw,
  children,
}: {
  line: string;
  entry: string;
  raw: unknown;
  children: ReactNode;
}) {
  return (
    <Boundary resetOn={entry} fallback={() => <EntryRaw line={line} entry={entry} raw={raw} />}>
      {children}
    </Boundary>
  );
}

function EntryRaw({ line, entry, raw }: { line: string; entry: string; raw: unknown }) {
  const t = useT();
  return (
    <div role="note" className={css['cannot']} data-entry={entry}>
      <div className="row">
        <Status level="caution" word={t('cannot.entry', { entry })} />
        <button type="button" onClick={() => go({ screen: 'record', line, entry })}>
          {t('act.inspect')}
        </button>
      </div>
      <details>
        <summary>{t('cannot.raw')}</summary>
        <pre tabIndex={0}>{rawOf(raw)}</pre>
      </details>
    </div>
  );
}
