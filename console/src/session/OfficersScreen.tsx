import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../api/client';
import { Refusal } from '../look/Refusal';
import screen from '../look/screen.module.css';
import { Stamp } from '../look/Stamp';
import { useT, type Key } from '../messages';
import { useSession, type User } from '../api/session';

const seats = ['watch', 'principal', 'interpreter', 'spokesperson', 'planner', 'auditor', 'administrator'];
/** What happened at the door: other members are shown as they are. */
type AuditEntry = { at: string; [member: string]: unknown };

/** Who may sign in, in which seats, and what happened at the door. For the administrator and the auditor. */
export function OfficersScreen() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  const administrator = session.seat === 'administrator';
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => request<User[]>('GET', '/api/v1/users'),
    enabled: administrator,
  });
  const audit = useQuery({ queryKey: ['audit'], queryFn: () => request<AuditEntry[]>('GET', '/api/v1/session/audit') });
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>(['watch']);
  const invite = useMutation({
    mutationFn: () =>
      request<{ url: string }>('POST', `/api/v1/users/${encodeURIComponent(name.trim())}/invite`, { seats: chosen }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['users'] });
      void queries.invalidateQueries({ queryKey: ['audit'] });
    },
  });
  if (!administrator && session.seat !== 'auditor')
    return (
      <p className="empty" role="status">
        {t('officers.not-this-seat')}
      </p>
    );
  const members = [...new Set((audit.data ?? []).flatMap((entry) => Object.keys(entry)))].filter(
    (member) => member !== 'at',
  );
  return (
    <div className={screen['panel']}>
      <div className="column">
        <h1>{t('screen.officers')}</h1>
        {administrator && (
          <form
            className={`${screen['form']} ${screen['card']}`}
            onSubmit={(e) => {
              e.preventDefault();
              invite.mutate();
            }}
          >
            <h2>{t('officers.invite')}</h2>
            <TextInput
              label={t('sign-in.name')}
              value={name}
              required
              onChange={(e) => setName(e.currentTarget.value)}
            />
            <fieldset>
              <legend>{t('officers.seats')}</legend>
              <div className="row">
                {seats.map((seat) => (
                  <label key={seat} className="row">
                    <input
                      type="checkbox"
                      checked={chosen.includes(seat)}
                      onChange={(e) =>
                        setChosen(e.currentTarget.checked ? [...chosen, seat] : chosen.filter((one) => one !== seat))
                      }
                    />
                    {t(`seat.${seat}` as Key)}
                  </label>
                ))}
              </div>
            </fieldset>
            <div className="row">
              <Button type="submit" disabled={chosen.length === 0} loading={invite.isPending}>
                {t('officers.make-link')}
              </Button>
            </div>
            {invite.data !== undefined && (
              <p role="status">
                {t('officers.link')} <code>{invite.data.url}</code>
              </p>
            )}
            <Refusal error={invite.error} />
          </form>
        )}
        {users.data !== undefined && (
          <div className={screen['tableBox']}>
            <table>
              <thead>
                <tr>
                  <th>{t('sign-in.name')}</th>
                  <th>{t('officers.seats')}</th>
                  <th>{t('officers.passkeys')}</th>
                </tr>
              </thead>
              <tbody>
                {users.data.map((user) => (
                  <tr key={user.name}>
                    <td>{user.name}</td>
                    <td>{user.seats.map((seat) => t(`seat.${seat}` as Key)).join(', ')}</td>
                    <td>{user.passkeys}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <h2>{t('officers.audit')}</h2>
        <Refusal error={audit.error ?? users.error} />
        {audit.data !== undefined && (
          <div className={screen['tableBox']}>
            <table>
              <thead>
                <tr>
                  <th>{t('chronology.when')}</th>
                  {members.map((member) => (
                    <th key={member}>{member}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {audit.data.map((entry, i) => (
                  <tr key={i}>
                    <td>
                      <Stamp at={entry.at} />
                    </td>
                    {members.map((member) => (
                      <td key={member}>
                        {entry[member] === null || entry[member] === undefined ? '' : String(entry[member])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </div>
  );
}
