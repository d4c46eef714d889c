import Button from '@mui/material/Button'
import { useEffect, useRef, useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { siteApi, useDeleteBackupMutation, useListBackupsQuery, useListJobsQuery, useMakeBackupMutation } from '../../api'
import { Confirm } from '../../components/Confirm'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { useAppDispatch } from '../../store'
import { Bytes } from './Bytes'
import { DataTable } from './DataTable'
import { JobList, live } from './JobList'

export function Backups() {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useListBackupsQuery()
  const [make, making] = useMakeBackupMutation()
  const [remove, removing] = useDeleteBackupMutation()
  const [deleting, setDeleting] = useState<string>()
  const notice = useNotice()
  const title = formatMessage({ id: 'admin.backups' })
  return (
    <Page
      title={title}
      lead={<FormattedMessage id="backups.lead" />}
      actions={
        <Button
          variant="contained"
          loading={making.isLoading}
          onClick={async () => {
            const answer = await make()
            if (answer.error) notice.failure(answer.error)
            else notice.say(formatMessage({ id: 'backups.begun' }))
          }}
        >
          <FormattedMessage id="backups.make" />
        </Button>
      }
    >
      <Running />
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <LinesSkeleton lines={4} />
      ) : data.items.length === 0 ? (
        <State role="status" title={<FormattedMessage id="backups.none" />} />
      ) : (
        <DataTable
          label={title}
          head={(['backups.name', 'backups.at', 'models.size', 'models.actions'] as const).map((id) => (
            <th key={id} scope="col">
              <FormattedMessage id={id} />
            </th>
          ))}
        >
          {data.items.map((backup) => (
            <tr key={backup.name}>
              <th scope="row">{backup.name}</th>
              <td>
                <FormattedDate value={backup.at} dateStyle="medium" timeStyle="short" />
              </td>
              <td>
                <Bytes value={backup.bytes} />
              </td>
              <td>
                <Button size="small" href={`/api/v1/admin/backups/${encodeURIComponent(backup.name)}`} download={backup.name} aria-label={formatMessage({ id: 'backups.downloadOne' }, { name: backup.name })}>
                  <FormattedMessage id="data.download" />
                </Button>
                <Button size="small" color="error" onClick={() => setDeleting(backup.name)} aria-label={formatMessage({ id: 'backups.deleteOne' }, { name: backup.name })}>
                  <FormattedMessage id="common.delete" />
                </Button>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      {deleting && (
        <Confirm
          open
          title={formatMessage({ id: 'backups.deleteOne' }, { name: deleting })}
          action={formatMessage({ id: 'common.delete' })}
          busy={removing.isLoading}
          onClose={() => setDeleting(undefined)}
          onConfirm={async () => {
            const outcome = await remove({ name: deleting })
            setDeleting(undefined)
            if (outcome.error) notice.failure(outcome.error)
          }}
        >
          <FormattedMessage id="backups.deleteText" />
        </Confirm>
      )}
    </Page>
  )
}

/** Running shows the backup under way, and lists the backups anew when it ends. */
function Running() {
  const [busy, setBusy] = useState(false)
  const { data } = useListJobsQuery({ kind: 'backup', limit: 3 }, { pollingInterval: busy ? 1000 : 10_000, skipPollingIfUnfocused: true })
  const dispatch = useAppDispatch()
  const running = data?.items.filter(live) ?? []
  if (running.length > 0 !== busy) setBusy(running.length > 0)
  const newest = data?.items[0]?.finished_at
  const seen = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (newest && seen.current !== newest) dispatch(siteApi.endpoints.listBackups.initiate(undefined, { subscribe: false, forceRefetch: true }))
    seen.current = newest
  }, [newest, dispatch])
  const failed = data?.items[0]?.state === 'failed' ? data.items.slice(0, 1) : []
  return running.length + failed.length > 0 ? <JobList jobs={[...running, ...failed]} /> : null
}
