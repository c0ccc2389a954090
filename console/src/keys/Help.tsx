import { useT } from '../messages';
import { Dialog } from '../look/Dialog';
import { shortcuts } from '../look/shortcuts';
import css from './keys.module.css';

const groups = ['anywhere', 'write', 'traffic', 'go'] as const;

/** Every key that does something, and what. */
export function Help({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog label={t('keys.title')} onClose={onClose}>
      <h2>{t('keys.title')}</h2>
      <div className={css['groups']}>
        {groups.map((group) => (
          <section key={group} aria-label={t(`keys.group-${group}`)}>
            <h3>{t(`keys.group-${group}`)}</h3>
            <dl className={css['keys']}>
              {shortcuts
                .filter((one) => one.group === group)
                .map(({ id, keys }) => (
                  <div key={id}>
                    <dt dir="ltr">
                      {keys.split(/[ +]/).map((one, i) => (
                        <kbd key={i}>{one}</kbd>
                      ))}
                    </dt>
                    <dd>{id.startsWith('go-') ? t(`screen.${id.slice(3) as 'watch'}`) : t(`key.${id as 'help'}`)}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
