import Button from '@mui/material/Button'
import { useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { useDeleteBackupMutation, useListBackupsQuery, useMakeBackupMutation } from '../../api'
import { Confirm } from '../../components/Confirm'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton, State } from '../../components/states'
import { Bytes } from './Bytes'
import { DataTable } from './DataTable'
import { RunningJobs } from './RunningJobs'

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
      <RunningJobs kind="backup" />
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
