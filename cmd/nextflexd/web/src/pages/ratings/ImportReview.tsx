import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormLabel from '@mui/material/FormLabel'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import Stack from '@mui/material/Stack'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { useEffect, useId, useRef, useState } from 'react'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink, useLocation, useNavigate, useParams } from 'react-router'
import { problemOf, useApplyImportMutation, useDecideImportMutation, useDeleteImportMutation, useGetImportQuery, useListImportRowsQuery, type ApplyInputBody, type Import, type ImportResult, type ImportRow, type ListImportRowsApiArg } from '../../api'
import { Confirm } from '../../components/Confirm'
import { failureText } from '../../components/failureText'
import { FilmSearch } from '../../components/FilmSearch'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { Poster } from '../../components/Poster'
import { RequireAccount } from '../../components/RequireAccount'
import { ShowMore } from '../../components/ShowMore'
import { Failure, LinesSkeleton } from '../../components/states'
import { Stars } from '../../components/Stars'
import { linkOf } from '../films/linkOf'
import { NotFound } from '../NotFound'
import { leftOutOf } from './leftOut'

type Status = NonNullable<ListImportRowsApiArg['status']>
// What needs a decision comes first.
const statuses = ['ambiguous', 'unmatched', 'matched', 'chosen', 'skipped', 'invalid'] as const satisfies readonly Status[]

/** ImportReview shows which film each row of a file was taken for, before anything is stored. */
export function ImportReview() {
  const { id = '' } = useParams()
  return <RequireAccount>{() => <Loaded id={id} />}</RequireAccount>
}

function Loaded({ id }: { id: string }) {
  const valid = /^[1-9]\d{0,15}$/.test(id)
  const { currentData, error, refetch } = useGetImportQuery({ import: Number(id) }, { skip: !valid })
  if (!valid || problemOf(error)?.status === 404) return <NotFound />
  if (currentData) return <Review of={currentData} />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return <LinesSkeleton />
}

function Review({ of }: { of: Import }) {
  const { formatMessage, formatList } = useIntl()
  const first = statuses.find((status) => (of.counts[status] ?? 0) > 0) ?? 'matched'
  const [status, setStatus] = useState<Status>(first)
  const [result, setResult] = useState<ImportResult>()
  const [remove, removing] = useDeleteImportMutation()
  const [sure, setSure] = useState(false)
  const navigate = useNavigate()
  const notice = useNotice()
  const { state } = useLocation()
  const { ignored, others } = leftOutOf(state)
  return (
    <Page
      title={formatMessage({ id: 'review.title' })}
      lead={
        <>
          {of.file_name} · <FormattedMessage id={`import.${of.source}`} /> · <FormattedMessage id="review.rows" values={{ rows: of.rows }} />
        </>
      }
      actions={
        <Button variant="outlined" color="error" onClick={() => setSure(true)}>
          <FormattedMessage id="review.delete" />
        </Button>
      }
    >
      <Confirm
        open={sure}
        title={formatMessage({ id: 'review.deleteSure' })}
        action={formatMessage({ id: 'common.delete' })}
        busy={removing.isLoading}
        onClose={() => setSure(false)}
        onConfirm={async () => {
          const { error } = await remove({ import: of.id })
          if (error) return notice.failure(error)
          void navigate('/my/import')
        }}
      >
        <FormattedMessage id={of.state === 'applied' ? 'review.deleteApplied' : 'review.deleteText'} />
      </Confirm>
      {(ignored || others) && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {others && <FormattedMessage id="review.others" values={{ others }} />} {ignored && <FormattedMessage id="review.ignored" values={{ files: formatList(ignored) }} />}
        </Alert>
      )}
      {result ? <Result result={result} /> : of.state === 'applied' ? <Applied at={of.applied_at} /> : <Apply of={of} onDone={setResult} />}
      <Box component="section" sx={{ mt: 4 }}>
        <Stack direction="row" role="group" aria-label={formatMessage({ id: 'review.filter' })} sx={{ flexWrap: 'wrap', gap: 1, mb: 2 }}>
          {statuses.map((one) => (
            <Chip
              key={one}
              clickable
              component="button"
              disabled={!of.counts[one]}
              aria-pressed={status === one}
              color={status === one ? 'primary' : 'default'}
              variant={status === one ? 'filled' : 'outlined'}
              onClick={() => setStatus(one)}
              label={<FormattedMessage id={`review.status.${one}`} values={{ count: of.counts[one] ?? 0 }} />}
            />
          ))}
        </Stack>
        <Typography color="textSecondary" sx={{ mb: 1 }}>
          <FormattedMessage id={`review.about.${status}`} />
        </Typography>
        <Rows key={status} of={of} status={status} open={of.state === 'review'} />
      </Box>
    </Page>
  )
}

function Rows({ of, status, open }: { of: Import; status: Status; open: boolean }) {
  const { formatMessage } = useIntl()
  const [shown, setShown] = useState(1)
  const list = useRef<HTMLDivElement>(null)
  // A row that is decided leaves this list. The focus, which was in it, stays near.
  const settled = () => list.current?.focus({ preventScroll: true })
  return (
    <Box ref={list} tabIndex={-1} role="region" aria-label={formatMessage({ id: 'review.filter' })} sx={{ outline: 'none' }}>
      <OnePage of={of} status={status} open={open} shown={shown} onMore={() => setShown(shown + 1)} onSettled={settled} />
    </Box>
  )
}

interface PageProps {
  of: Import
  status: Status
  open: boolean
  cursor?: string
  shown: number
  onMore: () => void
  onSettled: () => void
}

/** OnePage shows a page of rows and those after it that are shown, each from where the one before it ends now. */
function OnePage({ cursor, shown, ...rest }: PageProps) {
  const { of, status, open, onMore, onSettled } = rest
  const { data, error, refetch } = useListImportRowsQuery({ import: of.id, status, limit: 50, ...(cursor && { cursor }) })
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <LinesSkeleton lines={4} height={72} />
  if (data.items.length === 0 && !cursor) {
    return (
      <Typography role="status" sx={{ py: 3 }}>
        <FormattedMessage id="review.noneLeft" />
      </Typography>
    )
  }
  return (
    <>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {data.items.map((row) => (
          <Row key={row.row} row={row} importId={of.id} open={open} onSettled={onSettled} />
        ))}
      </Box>
      {data.next && (shown > 1 ? <OnePage {...rest} cursor={data.next} shown={shown - 1} /> : <ShowMore onMore={onMore} />)}
    </>
  )
}

function Row({ row, importId, open, onSettled }: { row: ImportRow; importId: number; open: boolean; onSettled: () => void }) {
  const { formatMessage } = useIntl()
  const [decide, { isLoading }] = useDecideImportMutation()
  const notice = useNotice()
  const send = async (decision: { movie_id?: number | string; skip?: boolean }) => {
    const { error } = await decide({ import: importId, decideInputBody: { decisions: [{ row: row.row, ...decision }] } })
    if (error) return notice.failure(error)
    notice.say(formatMessage({ id: decision.skip ? 'review.skipped' : decision.movie_id === undefined ? 'review.takenBack' : 'review.chosen' }, { name }))
    onSettled()
  }
  const decided = row.status === 'chosen' || row.status === 'skipped'
  const name = [row.title, row.year && `(${row.year})`].filter(Boolean).join(' ') || formatMessage({ id: 'review.line' }, { file: row.file, line: row.line })
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', md: '1fr 1fr auto' }, gap: { xs: 1, md: 3 }, py: 2, borderBottom: 1, borderColor: 'divider', alignItems: 'start' }}>
      <Box sx={{ minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{name}</Typography>
        <Typography variant="body2" color="textSecondary">
          {row.rating !== undefined && <Stars value={row.rating} />} {row.rounded && <FormattedMessage id="review.rounded" values={{ given: row.given }} />} {row.kind && row.kind !== 'rating' && <FormattedMessage id={row.kind === 'watchlist' ? 'review.kind.watchlist' : 'review.kind.watched'} />}{' '}
          {row.rated_at && <FormattedDate value={row.rated_at} dateStyle="medium" />}
        </Typography>
        {(row.reason ?? row.note) && (
          <Typography variant="body2" color={row.status === 'invalid' ? 'error' : 'textSecondary'} sx={{ overflowWrap: 'anywhere' }}>
            {row.status === 'invalid' && row.title && (
              <>
                <FormattedMessage id="review.line" values={{ file: row.file, line: row.line }} />
                {': '}
              </>
            )}
            {/* The server's words, which come in English. */}
            <span lang="en">{[row.reason, row.note].filter(Boolean).join('; ')}</span>
          </Typography>
        )}
      </Box>
      <Box sx={{ minWidth: 0 }}>
        {row.movie && row.status !== 'skipped' && (
          <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center' }}>
            <Box sx={{ width: 34, flexShrink: 0 }}>
              <Poster path={row.movie.poster} title={row.movie.title} width={34} decorative />
            </Box>
            <Link component={RouterLink} to={linkOf(row.movie)}>
              {row.movie.title}
              {row.movie.year ? ` (${row.movie.year})` : ''}
            </Link>
          </Stack>
        )}
        {open && !decided && row.status !== 'invalid' && <Choose row={row} name={name} onChoose={(movie_id) => void send({ movie_id })} />}
      </Box>
      {open && decided && (
        <Button size="small" loading={isLoading} onClick={() => void send({})} aria-label={formatMessage({ id: 'review.takeBackOne' }, { name })}>
          <FormattedMessage id="review.takeBack" />
        </Button>
      )}
      {open && !decided && row.status !== 'invalid' && (
        <Button size="small" loading={isLoading} onClick={() => void send({ skip: true })} aria-label={formatMessage({ id: 'review.skipOne' }, { name })}>
          <FormattedMessage id="review.skip" />
        </Button>
      )}
    </Box>
  )
}

/** Choose offers the films that a row may stand for, and a search for another one. */
function Choose({ row, name, onChoose }: { row: ImportRow; name: string; onChoose: (id: number | string) => void }) {
  const { formatMessage } = useIntl()
  const [searching, setSearching] = useState(row.status === 'unmatched' && !row.choices?.length)
  return (
    <Stack sx={{ gap: 1, mt: row.movie ? 1 : 0 }}>
      {row.choices && row.choices.length > 0 && (
        <RadioGroup aria-label={formatMessage({ id: 'review.which' }, { name })} value="" onChange={(_, value) => onChoose(row.choices?.find((choice) => String(choice.id) === value)?.id ?? value)}>
          {row.choices.map((choice) => (
            <FormControlLabel key={String(choice.id)} value={String(choice.id)} control={<Radio size="small" />} label={choice.title + (choice.year ? ` (${choice.year})` : '')} />
          ))}
        </RadioGroup>
      )}
      {searching ? (
        <FilmSearch label={formatMessage({ id: 'review.search' }, { name })} onChoose={(film) => onChoose(film.id)} />
      ) : (
        <Button size="small" sx={{ alignSelf: 'flex-start', ml: -1 }} onClick={() => setSearching(true)} aria-label={formatMessage({ id: 'review.otherOf' }, { name })}>
          <FormattedMessage id="review.other" />
        </Button>
      )}
    </Stack>
  )
}

type Policy = NonNullable<ApplyInputBody['policy']>

/** Apply says what storing would do before it is done. */
function Apply({ of, onDone }: { of: Import; onDone: (result: ImportResult) => void }) {
  const intl = useIntl()
  const { formatMessage } = intl
  const id = useId()
  const [policy, setPolicy] = useState<Policy>('newer')
  const [hideWatched, setHideWatched] = useState(false)
  const [apply, applying] = useApplyImportMutation()
  const [foresee] = useApplyImportMutation()
  const [foreseen, setForeseen] = useState<{ data?: ImportResult; error?: Parameters<typeof problemOf>[0] }>({})
  const notice = useNotice()
  const decided = JSON.stringify(of.counts)
  useEffect(() => {
    // What was foreseen stays until the next is known, so that nothing jumps or loses the focus meanwhile.
    let outdated = false
    const answered = foresee({ import: of.id, applyInputBody: { dry_run: true, policy, hide_watched: hideWatched } })
    void answered.then((answer) => {
      if (!outdated) setForeseen(answer)
    })
    return () => {
      outdated = true
    }
  }, [foresee, of.id, policy, hideWatched, decided])
  const outcomes: Record<string, number> = foreseen.data?.outcomes ?? {}
  const hasWatched = hideWatched || (outcomes['unrated'] ?? 0) + (outcomes['hidden'] ?? 0) > 0
  const open = (of.counts['ambiguous'] ?? 0) + (of.counts['unmatched'] ?? 0)
  return (
    <Paper elevation={0} component="section" aria-labelledby={id} sx={{ p: { xs: 2.5, md: 3.5 }, borderRadius: 3 }}>
      <Typography id={id} variant="h2" sx={{ mb: 2 }}>
        <FormattedMessage id="apply.title" />
      </Typography>
      <FormControl sx={{ mb: 1 }}>
        <FormLabel id={`${id}-policy`}>
          <FormattedMessage id="apply.policy" />
        </FormLabel>
        <RadioGroup aria-labelledby={`${id}-policy`} value={policy} onChange={(_, value) => setPolicy(value as Policy)}>
          {(['newer', 'keep', 'replace'] as const).map((one) => (
            <FormControlLabel key={one} value={one} control={<Radio />} label={<FormattedMessage id={`apply.policy.${one}`} />} />
          ))}
        </RadioGroup>
      </FormControl>
      {hasWatched && (
        <FormControlLabel sx={{ display: 'flex' }} control={<Switch checked={hideWatched} onChange={(_, on) => setHideWatched(on)} />} label={<FormattedMessage id="apply.hideWatched" />} />
      )}
      <Box role="status" sx={{ my: 2 }}>
        {foreseen.error && failureText(intl, problemOf(foreseen.error))}
        {foreseen.data && (
          <>
            <Outcomes of={foreseen.data} />
            {open > 0 && (
              <Typography color="textSecondary">
                <FormattedMessage id="apply.open" values={{ open }} />
              </Typography>
            )}
          </>
        )}
      </Box>
      <Button
        variant="contained"
        size="large"
        loading={applying.isLoading}
        onClick={async () => {
          const answer = await apply({ import: of.id, applyInputBody: { policy, hide_watched: hideWatched } })
          if (answer.error) return notice.failure(answer.error)
          notice.say(formatMessage({ id: 'apply.done' }))
          onDone(answer.data)
        }}
      >
        <FormattedMessage id="apply.action" />
      </Button>
    </Paper>
  )
}

const told = ['watchlist', 'hidden', 'same', 'kept', 'superseded', 'unrated', 'skipped', 'open', 'invalid'] as const

/** Outcomes says what storing does, or did: what is new, what changes, and what is left as it is. */
function Outcomes({ of: { outcomes, changed } }: { of: ImportResult }) {
  const added = (outcomes['set'] ?? 0) - changed
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {added > 0 && (
        <li>
          <FormattedMessage id="outcome.added" values={{ count: added }} />
        </li>
      )}
      {changed > 0 && (
        <li>
          <FormattedMessage id="outcome.changed" values={{ count: changed }} />
        </li>
      )}
      {told
        .filter((outcome) => (outcomes[outcome] ?? 0) > 0)
        .map((outcome) => (
          <li key={outcome}>
            <FormattedMessage id={`outcome.${outcome}`} values={{ count: outcomes[outcome] }} />
          </li>
        ))}
    </Box>
  )
}

function Result({ result }: { result: ImportResult }) {
  return (
    <Alert
      severity="success"
      role="status"
      action={
        <Button component={RouterLink} to="/my/ratings" color="inherit" size="small">
          <FormattedMessage id="nav.ratings" />
        </Button>
      }
    >
      <FormattedMessage id="apply.done" />
      <Outcomes of={result} />
    </Alert>
  )
}

function Applied({ at }: { at: string | undefined }) {
  return (
    <Alert severity="info">
      <FormattedMessage id="apply.before" values={{ date: at ? <FormattedDate value={at} dateStyle="medium" timeStyle="short" /> : '' }} />
    </Alert>
  )
}
