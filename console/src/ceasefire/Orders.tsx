import { useKnown } from '../api/known';
import type { LineSummary } from '../api/types';
import { EntryLink } from '../look/EntryLink';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { Unknown } from '../look/Unknown';
import { useT, wordOf } from '../messages';
import { Acts } from './Acts';
import css from './ceasefire.module.css';
import { ordersQuery } from '../api/ceasefire';
import { LeftOut } from './Pages';
import type { Order } from '../api/ceasefire';

/** Which forces have the order, by echelon; a rung that nobody has reported stays empty, and is seen to be. */
export function Orders({ line, agreement }: { line: LineSummary; agreement: string }) {
  const t = useT();
  const known = useKnown(ordersQuery(line.line));
  const orders = (known.data?.items ?? []).filter((one) => one.agreement === agreement || one.agreement == null);
  return (
    <section aria-labelledby="cease-orders" className="column">
      <h3 id="cease-orders">{t('cease.orders')}</h3>
      <Unknown of={[known]} what={t('cease.orders')} />
      {known.data !== undefined && orders.length === 0 && <p className="dim">{t('cease.no-orders')}</p>}
      {orders.map((one) => (
        <Ladder key={one.order} line={line} order={one} />
      ))}
      <LeftOut of={known.data?.leftOut} />
    </section>
  );
}

function Ladder({ line, order }: { line: LineSummary; order: Order }) {
  const t = useT();
  const name = useName();
  const empty = order.rungs.filter((one) => one.at == null).length;
  return (
    <div className="column">
      <p>
        {order.what != null && <Foreign text={order.what} />} <EntryLink line={line.line} entry={order.order} />{' '}
        <Status level={order.state === 'closed' ? 'off' : 'standby'} word={wordOf(t, 'state', order.state)} />
        {order.effect != null && (
          <>
            {' '}
            · {t('cease.effect')} <Stamp at={order.effect} />
          </>
        )}
      </p>
      <p>
        <Status
          level={empty === 0 ? 'normal' : 'caution'}
          word={t('cease.rungs', { reported: order.rungs.length - empty, count: order.rungs.length })}
        />
      </p>
      <div className={screen['tableBox']} tabIndex={0} role="group" aria-label={t('cease.orders')}>
        <table className={screen['stacked']}>
          <thead>
            <tr>
              <th>{t('inspect.party')}</th>
              <th>{t('member.echelon')}</th>
              <th>{t('cease.has-order')}</th>
              <th>{t('cease.entry')}</th>
            </tr>
          </thead>
          <tbody>
            {order.rungs.map((one) => (
              <tr key={`${one.party} ${one.echelon}`} className={one.at == null ? css['empty'] : undefined}>
                <td>{name(one.party)}</td>
                <td>
                  <Foreign text={one.echelon} />
                  {one.forces != null && (
                    <>
                      <br />
                      <Foreign text={one.forces} />
                    </>
                  )}
                </td>
                <td>
                  {one.at == null ? (
                    <Status level="caution" word={t('cease.not-reported')} />
                  ) : (
                    <>
                      <Status level="normal" word={t('cease.reported')} /> <Stamp at={one.at} />
                    </>
                  )}
                  {one.note != null && (
                    <>
                      <br />
                      <Foreign text={one.note} />
                    </>
                  )}
                </td>
                <td>{one.entry != null && <EntryLink line={line.line} entry={one.entry} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Acts line={line} entry={order.order} first={['order.reported']} />
    </div>
  );
}
