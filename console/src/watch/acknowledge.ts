import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendAct } from '../api/acts';
import { theLive } from '../api/live';
import { alarmsQuery, entryQuery, trafficQuery } from '../api/queries';
import { useOfficer } from '../api/session';
import type { EntryView, TrafficView } from '../api/types';
import { coveredBy, mostNamed } from '../look/alarms';
import { attachmentsOf } from '../look/attachments';

/** Signs that entries of a line were received and read: one act, which covers the files that they bring. */
export function useAcknowledge() {
  const officer = useOfficer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ line, entries }: { line: string; entries: readonly string[] }) => {
      const traffic = queries.getQueryData<TrafficView>(trafficQuery(line).queryKey);
      const tail = theLive().tail(line).entries;
      const named = new Set<string>();
      for (const id of entries) {
        const entry: EntryView | undefined =
          tail.find((one) => one.id === id) ?? (await queries.fetchQuery(entryQuery(line, id)).catch(() => undefined));
        const brought = entry === undefined ? [] : [...attachmentsOf(entry.body).map((one) => one.entry), ...entry.re];
        for (const one of coveredBy(id, brought, traffic)) if (named.size < mostNamed) named.add(one);
      }
      return await sendAct(line, { kind: 'message.acknowledged', body: {}, re: [...named] }, officer);
    },
    onSettled: (_, __, { line }) => {
      void queries.invalidateQueries({ queryKey: alarmsQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ['traffic', line] });
    },
  });
}
