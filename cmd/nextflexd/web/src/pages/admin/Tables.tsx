import Link from '@mui/material/Link'
import { FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { useListTablesQuery } from '../../api'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton } from '../../components/states'
import { DataTable } from './DataTable'

export function Tables() {
  const { formatMessage } = useIntl()
  const { data, error, refetch } = useListTablesQuery()
  const title = formatMessage({ id: 'admin.tables' })
  return (
    <Page title={title} lead={<FormattedMessage id="tables.lead" />}>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <LinesSkeleton lines={8} />
      ) : (
        <DataTable
          label={title}
          head={
            <>
              <th scope="col">
                <FormattedMessage id="tables.name" />
              </th>
              <th scope="col">
                <FormattedMessage id="tables.rows" />
              </th>
              <th scope="col">
                <FormattedMessage id="tables.columns" />
              </th>
            </>
          }
        >
          {data.items.map((table) => (
            <tr key={table.name}>
              <th scope="row">
                <Link component={RouterLink} to={`/admin/tables/${encodeURIComponent(table.name)}`}>
                  {table.name}
                </Link>
              </th>
              <td>
                <FormattedNumber value={table.rows} />
              </td>
              <td>{table.columns.map((column) => column.name).join(', ')}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </Page>
  )
}
