import DownIcon from '@mui/icons-material/ArrowDropDownRounded'
import UpIcon from '@mui/icons-material/ArrowDropUpRounded'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ButtonBase from '@mui/material/ButtonBase'
import Chip from '@mui/material/Chip'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState, type FormEvent } from 'react'
import { FormattedDate, FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { Link, useParams, useSearchParams } from 'react-router'
import { problemOf, useListTablesQuery, useReadTableQuery, type ColumnInfo } from '../../api'
import { Page } from '../../components/Page'
import { Failure, LinesSkeleton } from '../../components/states'
import { NotFound } from '../NotFound'
import { DataTable } from './DataTable'

const rowsOfPage = 50
const operators = ['contains', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'empty', 'present'] as const

/** filterOf writes a filter as the server reads it: column:operator:value. */
export function filterOf(column: string, operator: (typeof operators)[number], value: string): string {
  return operator === 'empty' || operator === 'present' ? `${column}:${operator}` : `${column}:${operator}:${value}`
}

/** OneTable is the rows of a table by page, order, filters and search, all in the address. */
export function OneTable() {
  const { name = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const filter = params.getAll('filter')
  const [q, sort] = [params.get('q') ?? '', params.get('sort') ?? '']
  const offset = Math.max(0, Math.trunc(Number(params.get('offset'))) || 0)
  const tables = useListTablesQuery()
  const { data, error, refetch, isFetching } = useReadTableQuery({ name, filter, q, sort, offset, limit: rowsOfPage })
  const change = (act: (after: URLSearchParams) => void) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        act(after)
        return after
      },
      { replace: true, preventScrollReset: true },
    )
  const columns = data?.columns ?? tables.data?.items.find((table) => table.name === name)?.columns ?? []
  if (problemOf(error)?.status === 404) return <NotFound />
  const csv = new URLSearchParams([...filter.map((one) => ['filter', one]), ...(q ? [['q', q]] : []), ...(sort ? [['sort', sort]] : [])])
  return (
    <Page
      title={name}
      actions={
        <>
          <Button component={Link} to="/admin/tables" variant="outlined">
            <FormattedMessage id="admin.tables" />
          </Button>
          <Button variant="contained" href={`/api/v1/admin/tables/${encodeURIComponent(name)}/csv?${csv}`} download={`${name}.csv`}>
            <FormattedMessage id="tables.csv" />
          </Button>
        </>
      }
    >
      <Filters
        columns={columns}
        q={q}
        filter={filter}
        onSearch={(text) =>
          change((after) => {
            after.delete('offset')
            if (text) after.set('q', text)
            else after.delete('q')
          })
        }
        onAdd={(one) =>
          change((after) => {
            after.delete('offset')
            after.append('filter', one)
          })
        }
        onRemove={(one) =>
          change((after) => {
            after.delete('offset')
            after.delete('filter', one)
          })
        }
      />
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <LinesSkeleton lines={10} />
      ) : (
        <Box aria-busy={isFetching}>
          <DataTable
            label={name}
            head={columns.map((column) => (
              <Header key={column.name} column={column} sort={sort} onSort={(next) => change((after) => (after.delete('offset'), after.set('sort', next)))} />
            ))}
          >
            {data.rows.map((row, i) => (
              <tr key={offset + i}>
                {columns.map((column) => (
                  <td key={column.name} title={String((row as Record<string, unknown>)[column.name] ?? '')}>
                    <Cell column={column} value={(row as Record<string, unknown>)[column.name]} />
                  </td>
                ))}
              </tr>
            ))}
          </DataTable>
          <Stack direction="row" sx={{ alignItems: 'center', gap: 2, mt: 2, flexWrap: 'wrap' }}>
            <Typography role="status" color="textSecondary">
              <FormattedMessage id="tables.range" values={{ from: Math.min(offset + 1, data.total), to: Math.min(offset + rowsOfPage, data.total), total: data.total }} />
            </Typography>
            <Button disabled={offset === 0} onClick={() => change((after) => after.set('offset', String(Math.max(0, offset - rowsOfPage))))}>
              <FormattedMessage id="tables.before" />
            </Button>
            <Button disabled={offset + rowsOfPage >= data.total} onClick={() => change((after) => after.set('offset', String(offset + rowsOfPage)))}>
              <FormattedMessage id="tables.after" />
            </Button>
          </Stack>
        </Box>
      )}
    </Page>
  )
}

function Header({ column, sort, onSort }: { column: ColumnInfo; sort: string; onSort: (sort: string) => void }) {
  const ascending = sort === column.name
  const descending = sort === `-${column.name}`
  return (
    <th scope="col" aria-sort={ascending ? 'ascending' : descending ? 'descending' : 'none'}>
      <ButtonBase onClick={() => onSort(ascending ? `-${column.name}` : column.name)} sx={{ font: 'inherit', minHeight: 24, borderRadius: 0.5 }}>
        {column.name}
        {ascending ? <UpIcon fontSize="small" aria-hidden /> : descending ? <DownIcon fontSize="small" aria-hidden /> : null}
      </ButtonBase>
    </th>
  )
}

function Cell({ column, value }: { column: ColumnInfo; value: unknown }) {
  if (value === null || value === undefined) return <>–</>
  if (column.type === 'time') return <FormattedDate value={String(value)} dateStyle="short" timeStyle="medium" />
  if (column.type === 'bool') return <FormattedMessage id={value ? 'common.yes' : 'common.no'} />
  if (column.type === 'number' && !column.name.endsWith('id') && typeof value === 'number') return <FormattedNumber value={value} maximumFractionDigits={4} />
  return <>{String(value)}</>
}

function Filters({ columns, q, filter, onSearch, onAdd, onRemove }: { columns: readonly ColumnInfo[]; q: string; filter: readonly string[]; onSearch: (text: string) => void; onAdd: (filter: string) => void; onRemove: (filter: string) => void }) {
  const { formatMessage } = useIntl()
  const [text, setText] = useState(q)
  const [column, setColumn] = useState('')
  const [operator, setOperator] = useState<(typeof operators)[number]>('contains')
  const [value, setValue] = useState('')
  const alone = operator === 'empty' || operator === 'present'
  return (
    <Stack sx={{ gap: 1.5, mb: 2 }}>
      <Stack direction="row" sx={{ flexWrap: 'wrap', gap: 1.5 }}>
        <Stack
          component="form"
          role="search"
          direction="row"
          sx={{ gap: 1 }}
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            onSearch(text.trim())
          }}
        >
          <TextField size="small" type="search" label={formatMessage({ id: 'tables.search' })} value={text} onChange={(event) => setText(event.target.value)} />
          <Button type="submit" variant="outlined">
            <FormattedMessage id="tables.find" />
          </Button>
        </Stack>
        <Stack
          component="form"
          aria-label={formatMessage({ id: 'tables.filter' })}
          direction="row"
          sx={{ gap: 1, flexWrap: 'wrap' }}
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            if (!column || (!alone && value === '')) return
            onAdd(filterOf(column, operator, value))
            setValue('')
          }}
        >
          <TextField select size="small" label={formatMessage({ id: 'tables.column' })} value={column} onChange={(event) => setColumn(event.target.value)} sx={{ minWidth: 130 }}>
            {columns.map((one) => (
              <MenuItem key={one.name} value={one.name}>
                {one.name}
              </MenuItem>
            ))}
          </TextField>
          <TextField select size="small" label={formatMessage({ id: 'tables.operator' })} value={operator} onChange={(event) => setOperator(event.target.value as typeof operator)} sx={{ minWidth: 130 }}>
            {operators.map((one) => (
              <MenuItem key={one} value={one}>
                <FormattedMessage id={`tables.operator.${one}`} />
              </MenuItem>
            ))}
          </TextField>
          {!alone && <TextField size="small" label={formatMessage({ id: 'tables.value' })} value={value} onChange={(event) => setValue(event.target.value)} sx={{ width: 140 }} />}
          <Button type="submit" variant="outlined">
            <FormattedMessage id="tables.addFilter" />
          </Button>
        </Stack>
      </Stack>
      {filter.length > 0 && (
        <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
          {filter.map((one) => (
            <Chip key={one} label={one} onDelete={() => onRemove(one)} aria-label={formatMessage({ id: 'tables.removeFilter' }, { filter: one })} />
          ))}
        </Stack>
      )}
    </Stack>
  )
}
