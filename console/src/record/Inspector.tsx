import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useKnown } from '../api/known';
import { entryQuery, lineQuery, proofQuery, receiptsQuery } from '../api/queries';
import { MarkChip, PrecedenceChip } from '../look/Chips';
import { Attachments, digestOf } from '../look/Attachments';
import { BodyView } from '../look/BodyView';
import { Download } from '../look/Download';
import { attachmentsOf, bodyPath, fileName } from '../look/attachments';
import { Foreign } from '../look/Foreign';
import { useName } from '../look/names';
import { Refusal } from '../look/Refusal';
import { go } from '../look/route';
import { Stamp } from '../look/Stamp';
import { Status } from '../look/Status';
import { Unknown } from '../look/Unknown';
import { kindWord } from '../look/labels';
import { useT } from '../messages';
import { save } from '../look/download';
import { checkEntry } from './check';
import css from './record.module.css';

const decode = (base64: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));

/** One entry whole: what it says, the exact header that is hashed, who cosigned it when, and the proof, checked here in the browser. */
export function Inspector({ line, entry, onClose }: { line: string; entry: string; onClose: () => void }) {
  const t = useT();
  const name = useName();
  const query = useQuery(entryQuery(line, entry));
  const detail = query.data;
  const proof = useQuery(proofQuery(line, entry));
  const known = useKnown(receiptsQuery(line, entry));
  const receipts = known.data;
  const document = useQuery(lineQuery(line)).data?.document;
  const digest = useMutation({ mutationFn: () => digestOf(bodyPath(line, entry)) });
  const check = useMutation({
    mutationFn: async () => {
      if (detail === undefined || proof.data === undefined || document === undefined)
        throw new Error('nothing to check yet');
      return await checkEntry(detail.header, proof.data, document, line, entry);
    },
  });
  if (detail === undefined)
    return (
      <aside className={css['inspector']}>
        <div className="row spread">
          <h2>{entry}</h2>
          <Button size="compact-sm" variant="default" onClick={onClose}>
            {t('act.close')}
          </Button>
        </div>
        {query.isError ? <Refusal error={query.error} /> : <p className="dim">{t('shell.loading')}</p>}
      </aside>
    );
  const by = detail.by;
  return (
    <aside className={css['inspector']} aria-label={t('inspect.title', { entry })}>
      <div className="row spread">
        <h2>
          <span className="mono">{entry}</span> {kindWord(t, detail.kind)}
        </h2>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {t('act.close')}
        </Button>
      </div>
      <div className="row">
        <PrecedenceChip precedence={detail.precedence} />
        <MarkChip mark={detail.mark} />
        {detail.sealed ? (
          <Status level="normal" word={t('inspect.sealed')} />
        ) : (
          <Status level="caution" word={t('inspect.unsealed')} />
        )}
      </div>
      <dl className={css['facts']}>
        <dt>{t('inspect.at')}</dt>
        <dd>
          <Stamp at={detail.at} />{' '}
          <bdi dir="ltr" className="mono dim">
            {detail.at}
          </bdi>
        </dd>
        <dt>{t('inspect.by')}</dt>
        <dd>
          <Foreign
            text={`${by.seat} ${by.name}${by.releasedBy === undefined ? '' : ` · ${t('message.released-by', { name: `${by.releasedBy.seat} ${by.releasedBy.name}` })}`}`}
          />
        </dd>
        <dt>{t('inspect.stored')}</dt>
        <dd>
          <Stamp at={detail.storedAt} /> · {t('inspect.arrival')} {detail.arrival}
        </dd>
        {detail.re.length > 0 && (
          <>
            <dt>{t('inspect.re')}</dt>
            <dd className="row">
              {detail.re.map((about) => (
                <button key={about} type="button" onClick={() => go({ screen: 'record', line, entry: about })}>
                  {about}
                </button>
              ))}
            </dd>
          </>
        )}
        <dt>{t('inspect.to')}</dt>
        <dd>{detail.to === null ? t('inspect.all') : detail.to.join(', ')}</dd>
        {detail.lang !== null && (
          <>
            <dt>{t('composer.language')}</dt>
            <dd>
              <Foreign text={detail.lang} />
            </dd>
          </>
        )}
        {receipts !== undefined &&
          (['read', 'translated', 'passedOn', 'answered'] as const).map((fact) => (
            <Fragment key={fact}>
              <dt>{t(fact === 'passedOn' ? 'fact.passed-on' : `fact.${fact}`)}</dt>
              <dd>
                {receipts[fact].length === 0 ? (
                  <span className="dim">{t('fact.nobody')}</span>
                ) : (
                  receipts[fact].map((one) => (
                    <span key={one.entry}>
                      <Foreign text={`${one.party} ${one.by.name}`} /> <Stamp at={one.at} />{' '}
                    </span>
                  ))
                )}
              </dd>
            </Fragment>
          ))}
      </dl>
      <Unknown of={[known]} what={t('unknown.receipts')} />
      <section className="column">
        <h3>{t('inspect.cosigned')}</h3>
        {detail.cosignatures.length === 0 && <p className="dim">{t('fact.nobody')}</p>}
        {detail.cosignatures.length > 0 && (
          <table>
            <thead>
              <tr>
                <th>{t('inspect.party')}</th>
                <th>{t('fact.delivered')}</th>
                <th>{t('inspect.newest')}</th>
                <th>{t('inspect.size')}</th>
              </tr>
            </thead>
            <tbody>
              {detail.cosignatures.map((one) => (
                <tr key={`${one.party} ${one.size}`} title={one.noteLine}>
                  <td>{name(one.party)}</td>
                  <td>
                    {receipts?.delivered[one.party] !== undefined && <Stamp at={receipts.delivered[one.party]} />}
                  </td>
                  <td>
                    <Stamp at={one.at} />
                  </td>
                  <td>{one.size}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="column">
        <h3>
          {t('inspect.body')} <span className="dim">{detail.size} B</span>
        </h3>
        {detail.bodyState === 'here' && <BodyView kind={detail.kind} body={detail.body} lang={detail.lang} />}
        {detail.bodyState === 'here' && detail.body !== null && (
          <details>
            <summary>{t('cannot.raw')}</summary>
            <pre tabIndex={0} aria-label={t('inspect.body')}>
              <Foreign text={JSON.stringify(detail.body, null, 2)} lang="en" />
            </pre>
          </details>
        )}
        {detail.bodyState !== 'here' && <p className="dim">{t(`body.${detail.bodyState}`)}</p>}
        <Attachments line={line} notes={attachmentsOf(detail.body)} />
        {(detail.bodyState === 'here' || detail.bodyState === 'attachment') && (
          <p>
            <Download path={bodyPath(line, entry)} otherwise={fileName(entry)}>
              {t('inspect.download')}
            </Download>{' '}
            {detail.bodyState === 'attachment' && (
              <Button size="compact-sm" variant="default" loading={digest.isPending} onClick={() => digest.mutate()}>
                {t('attach.digest')}
              </Button>
            )}
          </p>
        )}
        {digest.data !== undefined && (
          <p role="status">
            <code style={{ overflowWrap: 'anywhere' }}>sha256 {digest.data}</code>
          </p>
        )}
        <Refusal error={digest.error} />
      </section>
      <section className="column">
        <h3>{t('inspect.header')}</h3>
        <pre tabIndex={0} aria-label={t('inspect.header')}>
          <Foreign text={decode(detail.header)} lang="en" />
        </pre>
      </section>
      <section className="column">
        <h3>{t('inspect.proof')}</h3>
        {proof.data !== undefined && (
          <pre tabIndex={0} aria-label={t('inspect.proof')}>
            {proof.data}
          </pre>
        )}
        <Refusal error={proof.error} />
        <div className="row">
          <Button
            size="compact-sm"
            disabled={proof.data === undefined || document === undefined}
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            {t('inspect.check')}
          </Button>
          {proof.data !== undefined && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => save(`${line}-${entry.replace('/', '-')}.tlog-proof`, 'text/plain', proof.data)}
            >
              {t('inspect.save-proof')}
            </Button>
          )}
        </div>
        {check.data !== undefined && (
          <div role="status" className="column">
            {check.data.map((one, i) => (
              <p key={i} className={css['check']}>
                <Status level={one.good ? 'normal' : 'serious'} word={one.good ? t('check.good') : t('check.bad')} />
                <span>
                  {t(`check.${one.what}`)} {one.detail !== '' && <span className="mono dim">{one.detail}</span>}
                </span>
              </p>
            ))}
          </div>
        )}
        <Refusal error={check.error} />
      </section>
    </aside>
  );
}
